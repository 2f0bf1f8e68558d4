"""Read-only questions to Portage's own API. JSON out; run as: python3 -B portage-helper.py SUBCOMMAND.

where      EPREFIX, Portage's version, where its shell code is and the bash that runs it
modules    the directory of its sync modules, and the values of sync-type that they stand for
settings   values of the configuration that others need to find things
packages   prints settings when it is ready, then reads one line {"entries": [[type, root, cpv, repo|null], ...],
           "getbinpkgs": bool, "targets": [atom or @set, ...]} and prints {"packages": [...], "targets": [atom, ...],
           "problems": [...]}: metadata, and the USE that the configuration gives; null for what cannot be read.
           Then, until stdin ends, it reads lines {"visible": [[root, category/package, lowest version], ...]} and
           prints {"packages": [...], "problems": [...]}: the ebuilds, none of them listed, that the configuration
           would take
sets       reads one line {"sets": [name, ...], "use": bool} and prints {"sets": {name: {"atoms": [...],
           "nested": ["@name", ...], "error": null or a line}}, "use": [...], "names": [...], "errors": [...]}: what
           these sets and those they nest hold, USE as the configuration gives it to all, the names of all sets, and
           what Portage complains of
"""

import json
import sys

import portage

portage._internal_caller = True
if hasattr(portage, "_disable_legacy_globals"):
    portage._disable_legacy_globals()

DEPENDENCIES = ("DEPEND", "BDEPEND", "RDEPEND", "PDEPEND", "IDEPEND")
KEYS = ("EAPI", "SLOT", "KEYWORDS", "LICENSE", "PROPERTIES", "IUSE", "REQUIRED_USE", "repository", "USE") + DEPENDENCIES
SETTINGS = (
    "EPREFIX EROOT ROOT BROOT ESYSROOT PORTAGE_CONFIGROOT PORTAGE_TMPDIR EMERGE_LOG_DIR PKGDIR PORTAGE_LOGDIR"
    " FEATURES EMERGE_DEFAULT_OPTS ARCH CHOST NOCOLOR"
).split()


def say(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def where():
    const = portage.const
    say({"eprefix": const.EPREFIX, "version": portage.VERSION, "code": const.PORTAGE_BIN_PATH, "bash": const.BASH_BINARY})


def modules():
    import portage.sync

    say({"directory": portage.sync.path, "types": list(portage.sync.module_names)})


def trees():
    import os

    return portage.create_trees(
        config_root=os.environ.get("PORTAGE_CONFIGROOT"),
        target_root=os.environ.get("ROOT"),
        sysroot=os.environ.get("SYSROOT"),
        eprefix=os.environ.get("EPREFIX"),
    )


def settings_of(forest):
    config = forest[forest._target_eroot]["vartree"].settings
    result = {key: config.get(key, "") for key in SETTINGS}
    result["version"] = portage.VERSION
    result["repositories"] = [
        {"name": repo.name, "location": repo.location, "priority": repo.priority or 0}
        for repo in config.repositories
        if repo.name
    ]
    result["provided"] = sorted({cpv for cpvs in getattr(config, "pprovideddict", {}).values() for cpv in cpvs})
    implicit = getattr(config, "_calc_iuse_effective", None)
    result["implicit_iuse"] = sorted(implicit()) if implicit else []
    return result


def targets_of(forest, words):
    """The atoms that emerge takes for these targets, in its order (depgraph._expand_set_args): a set's own atoms
    sorted, then the sets that it names, the last one first. What is unknown is left out."""
    from portage._sets import load_default_config

    tree = forest[forest._target_eroot]
    atoms, sets, traversed = [], None, set()
    for word in words:
        if not word.startswith("@"):
            atoms.append(word)
            continue
        if sets is None:
            sets = load_default_config(tree["vartree"].settings, tree).getSets()
        stack = [word]
        while stack:
            name = stack.pop()
            if name in traversed or name[1:] not in sets:
                continue
            traversed.add(name)
            try:
                atoms.extend(sorted(map(str, sets[name[1:]].getAtoms())))
                stack.extend(sorted(one for one in sets[name[1:]].getNonAtoms() if one.startswith("@")))
            except Exception:  # a set that is broken only makes the picture poorer
                continue
    return atoms


def repositories_with(portdb, cpv):
    """Repositories that have this ebuild, the preferred one first."""
    found = [tree for tree in reversed(portdb.porttrees) if portdb.findname2(cpv, mytree=tree)[0]]
    return [portdb.getRepositoryName(tree) for tree in found]


def ebuild_metadata(tree, cpv, repo):
    """The ebuild that emerge would take where the list does not name a repository: visible first, then by priority."""
    portdb = tree["porttree"].dbapi
    if repo is None or portdb.findname(cpv, myrepo=repo) is None:
        present = repositories_with(portdb, cpv)
        if not present:
            return None
        # most ebuilds are in one repository, and visibility costs as much as all the rest
        found = portdb.match("=" + cpv) if len(present) > 1 else []
        repo = getattr(found[-1], "repo", None) if found else None
        repo = repo or present[0]
    values = dict(zip(KEYS, portdb.aux_get(cpv, KEYS, myrepo=repo)))
    values["repository"] = repo
    return values


def use_of(config, cpv, values):
    config.setcpv(cpv, mydb={key: values[key] for key in KEYS if key != "USE"})
    return config.get("PORTAGE_USE", "").split()


def describe(forest, configs, entry, getbinpkgs):
    kind, root, cpv = entry[:3]
    repo = entry[3] if len(entry) > 3 else None
    eroot = root if root in forest else forest._target_eroot
    tree = forest[eroot]
    if kind == "binary":
        bindb = tree["bintree"].dbapi
        if not tree["bintree"].populated:
            # the cached index of a binhost, never a fresh one: this helper asks no network
            tree["bintree"].populate(getbinpkgs=getbinpkgs, getbinpkg_refresh=False)
        values = dict(zip(KEYS, bindb.aux_get(cpv, KEYS)))
        use = values["USE"].split()
    elif kind in ("installed", "uninstall"):
        values = dict(zip(KEYS, tree["vartree"].dbapi.aux_get(cpv, KEYS)))
        use = values["USE"].split()
    else:
        values = ebuild_metadata(tree, cpv, repo)
        if values is None:
            return None
        if eroot not in configs:
            configs[eroot] = portage.config(clone=tree["vartree"].settings)
        use = use_of(configs[eroot], cpv, values)
    slot, _, subslot = values["SLOT"].partition("/")
    return {
        "type": kind,
        "root": root,
        "cpv": cpv,
        "repo": values["repository"],
        "eapi": values["EAPI"],
        "slot": slot,
        "subslot": subslot or slot,
        "iuse": values["IUSE"].split(),
        "use": sorted(use),
        **{key.lower(): values[key] for key in DEPENDENCIES},
    }


def visible(forest, configs, described, questions):
    result, problems = [], []
    for root, cp, lowest in questions:
        eroot = root if root in forest else forest._target_eroot
        try:
            for cpv in forest[eroot]["porttree"].dbapi.match(cp):
                if (root, str(cpv)) in described or portage.versions.vercmp(cpv.version, lowest) < 0:
                    continue
                entry = ("ebuild", root, str(cpv), getattr(cpv, "repo", None))
                result.append(describe(forest, configs, entry, False))
        except Exception as error:
            problems.append("%s: %s: %s" % (cp, type(error).__name__, error))
    say({"packages": [one for one in result if one], "problems": problems})


def packages():
    forest = trees()
    say({"settings": settings_of(forest)})
    line = sys.stdin.readline()
    if not line:
        return
    request = json.loads(line)
    configs, result, problems = {}, [], []
    for entry in request["entries"]:
        try:
            result.append(describe(forest, configs, entry, bool(request.get("getbinpkgs"))))
        except Exception as error:  # one unreadable package must not hide the others
            result.append(None)
            problems.append("%s: %s: %s" % (entry[2], type(error).__name__, error))
    try:
        targets = targets_of(forest, request.get("targets", []))
    except Exception as error:
        targets = []
        problems.append("sets: %s: %s" % (type(error).__name__, error))
    say({"packages": result, "targets": targets, "problems": problems})
    described = {(entry[1], entry[2]) for entry in request["entries"]}
    for line in iter(sys.stdin.readline, ""):
        visible(forest, configs, described, json.loads(line)["visible"])


def watched_commands():
    """Makes a set's command tell how it ended, which Portage does not look at: the list of its exit statuses."""
    import subprocess
    import types

    from portage._sets import shell

    statuses = []

    class Watched(subprocess.Popen):
        def wait(self, *args, **options):
            statuses.append(super().wait(*args, **options))
            return statuses[-1]

    shell.subprocess = types.SimpleNamespace(Popen=Watched, PIPE=subprocess.PIPE)
    return statuses


def content_of(found, statuses):
    """What a set holds, and why it must not be used, where that is so."""
    del statuses[:]
    try:
        atoms = sorted(map(str, found.getAtoms()))
        others = sorted(found.getNonAtoms())
    except portage.exception.InvalidAtom:
        return [], [], "it names an atom with a repository or a pattern, which such a set cannot hold"
    except Exception as error:
        return [], [], "%s: %s" % (type(error).__name__, error)
    nested = [one for one in others if one.startswith("@")]
    if any(statuses):
        return [], [], "its command ended with exit status %s" % statuses[-1]
    for one in others:
        if not one.startswith(("@", "#")):
            return atoms, nested, "'%s' is no atom" % one
    return atoms, nested, None


def sets():
    import os

    from portage._sets import load_default_config

    request = json.loads(sys.stdin.readline())
    # a set's command reads from nobody
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    forest = trees()
    tree = forest[forest._target_eroot]
    config = load_default_config(tree["vartree"].settings, tree)
    known = config.getSets()
    statuses = watched_commands()
    answers, waiting = {}, list(request["sets"])
    while waiting:
        name = waiting.pop()
        if name in answers or name not in known:
            continue
        atoms, nested, error = content_of(known[name], statuses)
        answers[name] = {"atoms": atoms, "nested": nested, "error": error}
        waiting.extend(one[1:] for one in nested)
    use = tree["vartree"].settings.get("USE", "").split() if request.get("use") else []
    say({"sets": answers, "use": sorted(use), "names": sorted(known), "errors": list(config.errors)})


COMMANDS = {
    "where": where,
    "modules": modules,
    "settings": lambda: say(settings_of(trees())),
    "packages": packages,
    "sets": sets,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]]()
