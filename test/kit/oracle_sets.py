"""Portage's own answers about package sets; oracle.py takes the calls in."""
import contextlib
import io
import os
import tempfile

from portage._sets import SetConfig
from portage._sets.files import StaticFileSet
from portage.exception import InvalidAtom, PackageSetNotFound
from portage.update import parse_updates, update_dbentry
from portage.util.configparser import ConfigParserError


def in_directory(call):
    """With a fresh directory as the first argument, which is gone afterwards."""

    def called(*args):
        with tempfile.TemporaryDirectory() as directory:
            return call(directory, *args)

    return called


def set_file(directory, text, metadata=None):
    """What StaticFileSet takes of the file, what it complains of, and its description."""
    path = os.path.join(directory, "set")
    with open(path, "w", encoding="utf-8", newline="", errors="surrogatepass") as opened:
        opened.write(text)
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


def sets_conf(directory, files, variables, locations):
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


def set_closures(directory, files):
    """All atoms of each set, what it nests included; None where it names a set that is none."""
    place = os.path.join(directory, "sets")
    os.mkdir(place)
    for name, text in files.items():
        with open(os.path.join(place, name), "w", encoding="utf-8") as opened:
            opened.write(text)
    conf = os.path.join(directory, "sets.conf")
    with open(conf, "w", encoding="utf-8") as opened:
        opened.write("[usersets]\nmultiset = true\ndirectory = %s\n" % place)
    roots = {"EPREFIX": "", "EROOT": "/", "PORTAGE_CONFIGROOT": "/", "ROOT": "/"}
    config = SetConfig([conf], roots, {"porttree": Tree({}), "vartree": Tree({})})
    result = {}
    for name in files:
        try:
            result[name] = sorted(str(atom) for atom in config.getSetAtoms(name))
        except PackageSetNotFound:
            result[name] = None
    return result


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


CALLS = {
    "packageUpdates": package_updates,
    "setClosures": in_directory(set_closures),
    "setFile": in_directory(set_file),
    "setsConf": in_directory(sets_conf),
}
