"""Portage's own answers about package sets; oracle.py takes the calls in."""
import contextlib
import io
import os
import tempfile

from portage._sets import SetConfig
from portage._sets.files import StaticFileSet
from portage.exception import InvalidAtom
from portage.update import parse_updates, update_dbentry
from portage.util.configparser import ConfigParserError

directory = tempfile.mkdtemp()


def set_file(text, metadata=None):
    """What StaticFileSet takes of the file, what it complains of, and its description."""
    path = os.path.join(directory, "set")
    with open(path, "w", encoding="utf-8", newline="", errors="surrogatepass") as opened:
        opened.write(text)
    if os.path.exists(path + ".metadata"):
        os.unlink(path + ".metadata")
    if metadata is not None:
        with open(path + ".metadata", "w", encoding="utf-8", newline="") as opened:
            opened.write(metadata)
    try:
        found = StaticFileSet(path)
        return {
            "atoms": sorted(str(atom) for atom in found.getAtoms()),
            "nonatoms": sorted(found.getNonAtoms()),
            "errors": len(found.errors),
            "description": found.description,
        }
    except InvalidAtom as error:
        return {"raised": str(error)}


class Repositories:
    def __init__(self, locations):
        self.treemap = locations


class Tree:
    def __init__(self, locations):
        self.dbapi = Repositories(locations)


def sets_conf(files, variables, locations):
    """The sets that these files make, by name; None where no emerge would run."""
    paths = []
    for number, text in enumerate(files):
        paths.append(os.path.join(directory, "sets.conf-%d" % number))
        with open(paths[-1], "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
    trees = {"porttree": Tree(locations), "vartree": Tree({})}
    try:
        config = SetConfig(paths, variables, trees)
        found = config.getSets()
    except (ConfigParserError, ValueError):
        return None
    return {
        name: {
            "section": one.creator,
            "class": type(one).__name__,
            "path": getattr(one, "_filename", None) if isinstance(one, StaticFileSet) else None,
            "world": one.world_candidate,
        }
        for name, one in found.items()
    }


def package_updates(content, atoms):
    """What is wrong with the content, and the atoms after all of its updates."""
    with contextlib.redirect_stderr(io.StringIO()):
        updates, errors = parse_updates(content)
    result = []
    for atom in atoms:
        for update in updates:
            atom = update_dbentry(update, atom)
        result.append(atom)
    return {"errors": len(errors), "atoms": result}


CALLS = {"packageUpdates": package_updates, "setFile": set_file, "setsConf": sets_conf}
