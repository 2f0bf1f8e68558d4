"""Portage's own answers about files and about emerge's arguments; oracle.py takes the calls in."""
import atexit
import contextlib
import io
import math
import os
import shlex
import tempfile
import warnings

import portage
import portage.output
from portage.cache import flat_hash
from portage.cache.cache_errors import CacheCorruption
from portage.dbapi import vartree
from portage.exception import ParseError
from portage.repository import config as repository_config
from portage.util import getconfig
from portage.util.configparser import ConfigParserError, SafeConfigParser, read_configs
from portage.util.cpuinfo import get_cpu_count

from _emerge.main import parse_opts


def plain(value):
    """JSON knows no infinity and no sets."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value


def emerge_arguments(args, defaults=None):
    """As in emerge_main: a lenient pass, then a strict one with EMERGE_DEFAULT_OPTS before the arguments."""
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            action, options, targets = parse_opts(list(args), silent=True)
            if action not in ("help", "moo", "status"):
                words = []
                if "--ignore-default-opts" not in options:
                    words = shlex.split(defaults or "")
                action, options, targets = parse_opts(words + list(args))
    except SystemExit:
        return None
    except (TypeError, ValueError, AttributeError) as error:
        return {"crashed": str(error)}
    return plain({"action": action, "options": options, "targets": targets})


def scratch_file(text, name="file"):
    directory = tempfile.mkdtemp()
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8", newline="") as opened:
        opened.write(text)
    return directory, path


def remove(directory):
    for parent, directories, files in os.walk(directory, topdown=False):
        for name in files:
            os.unlink(os.path.join(parent, name))
        for name in directories:
            os.rmdir(os.path.join(parent, name))
    os.rmdir(directory)


def make_conf(text, sourced=None, variables=None):
    """The values of a tolerant reading (None where even that raised), and whether a strict one refuses the file."""
    directory, path = scratch_file(text, "make.conf")
    try:
        for name, content in (sourced or {}).items():
            with open(os.path.join(directory, name), "w", encoding="utf-8", newline="") as opened:
                opened.write(content)

        def read(tolerant):
            with contextlib.redirect_stderr(io.StringIO()):
                return getconfig(path, tolerant=tolerant, allow_sourcing=True, expand=dict(variables or {}))

        values, refused = None, False
        # getconfig lets whatever shlex stumbles over pass
        try:
            values = read(True)
        except Exception:
            pass
        try:
            read(False)
        except Exception:
            refused = True
        return {"values": values, "refused": refused}
    finally:
        remove(directory)


def repos_conf_sections(files, variables):
    """What ConfigParser makes of the files, as RepoConfigLoader._parse asks it; None where it raises."""
    parser = SafeConfigParser(defaults=variables)
    try:
        read_configs(parser, [io.StringIO(one, newline=None) for one in files])
        return {
            "defaults": dict(parser.defaults()),
            "sections": [
                {"name": name, "options": {option: parser.get(name, option) for option in parser.options(name)}}
                for name in parser.sections()
            ],
        }
    except ConfigParserError:
        return None


class Settings(dict):
    local_config = True


def repositories(directory, variables, order):
    """RepoConfigLoader on real directories; `order` names the files of repos.conf."""
    settings = Settings(variables)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        loader = repository_config.RepoConfigLoader([os.path.join(directory, name) for name in order], settings)
    main = loader.mainRepo()
    return {
        "main": main.name if main else None,
        "order": list(loader.prepos_order),
        "names": {key: repo.name for key, repo in loader.prepos.items() if key != "DEFAULT"},
        "repositories": {
            repo.name: {
                "location": repo.location,
                "priority": repo.priority,
                "masters": [master.name for master in repo.masters],
                "eclassLocations": list(repo.eclass_locations),
                "aliases": list(repo.aliases or ()),
                "autoSync": repo.auto_sync,
                "syncType": repo.sync_type,
                "syncUri": repo.sync_uri,
                "syncUser": repo.sync_user,
                "syncUmask": repo.sync_umask,
                "syncHooksOnlyOnChange": repo.sync_hooks_only_on_change,
            }
            for repo in loader
        },
    }


def layout_conf(text):
    directory = tempfile.mkdtemp()
    try:
        os.mkdir(os.path.join(directory, "metadata"))
        with open(os.path.join(directory, "metadata", "layout.conf"), "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data, errors = repository_config.parse_layout_conf(directory, "test")
        return plain({"data": data, "errors": sum(len(one) for one in errors.values())})
    finally:
        remove(directory)


caches = {}


def cache_of(kind):
    """A cache in a directory that this process keeps."""
    if kind not in caches:
        directory = tempfile.mkdtemp()
        atexit.register(remove, directory)
        parent, name = os.path.split(directory)
        caches[kind] = directory, kind(parent, name, list(portage.auxdbkeys), readonly=False)
    return caches[kind]


def cache_entry(text, paths):
    """An md5-cache entry (paths false) or one of var/cache/edb/dep; None where Portage calls it corrupt."""
    directory, cache = cache_of(flat_hash.mtime_md5_database if paths else flat_hash.md5_database)
    with open(os.path.join(directory, "package-1"), "w", encoding="utf-8", newline="") as opened:
        opened.write(text)
    try:
        found = dict(cache["package-1"])
    except CacheCorruption:
        return None
    # filled in from the file where the entry has none
    found.pop("_mtime_", None)
    found["_eclasses_"] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found.get("_eclasses_", {}).items()
    }
    return found


class Checked:
    """What portage.cache asks of an eclass."""

    def __init__(self, eclass_dir, md5):
        self.eclass_dir = eclass_dir
        self.md5 = md5


def write_cache_entry(fields, eclasses, md5):
    directory, cache = cache_of(flat_hash.md5_database)
    values = dict(fields)
    values["_eclasses_"] = {name: Checked("", checksum) for name, checksum in eclasses}
    values["_md5_"] = md5
    cache["package-1"] = values
    with open(os.path.join(directory, "package-1"), encoding="utf-8") as opened:
        return opened.read()


def read_vdb_metadata(path):
    try:
        return vartree._read_metadata_file(path)
    except OSError:
        return None


def write_vdb_metadata(directory):
    """Makes `metadata` from the single files of a package, as a merge does."""
    vartree._consolidate_to_metadata_file(directory)


def color_map(text):
    """The colours after a color.map, what it complains of, and whether it ended the reading."""
    output = portage.output
    directory, _ = scratch_file("")
    # there is none yet
    output._init(directory)
    before = dict(output.codes), dict(output._styles)
    complaints, ended = [], False
    try:
        os.makedirs(os.path.join(directory, "etc/portage"))
        with open(os.path.join(directory, "etc/portage/color.map"), "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        try:
            output._parse_color_map(directory, onerror=complaints.append)
        except (ParseError, IndexError):
            ended = True
        return {
            "codes": dict(output.codes),
            "styles": {name: list(style) for name, style in output._styles.items()},
            "sequences": {name: output.style_to_ansi_code(name) for name in output._styles},
            "complaints": len(complaints),
            "ended": ended,
        }
    finally:
        for now, then in zip((output.codes, output._styles), before):
            now.clear()
            now.update(then)
        remove(directory)


CALLS = {
    "cacheEntry": cache_entry,
    "colorMap": color_map,
    "emergeArguments": emerge_arguments,
    "layoutConf": layout_conf,
    "makeConf": make_conf,
    "processors": get_cpu_count,
    "readVdbMetadata": read_vdb_metadata,
    "repositories": repositories,
    "reposConfSections": repos_conf_sections,
    "writeCacheEntry": write_cache_entry,
    "writeVdbMetadata": write_vdb_metadata,
}
