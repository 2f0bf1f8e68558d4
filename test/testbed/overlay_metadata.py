"""What Portage sees of packages in several configurations: reads from stdin, prints a list, an item per view.

{"views": [environment, ...], "cpvs": [[repository, cpv], ...], "fresh": bool}; `fresh` passes over metadata/md5-cache. Of each
cpv: {"metadata": {variable: value} or null, "cached": bool, "listed": bool, "masked": [...], "licences": [...], "sizes": {...}}
"""

import json
import os
import sys

import portage
import portage.package.ebuild.getmaskingstatus


def is_cached(portdb, repository, cpv):
    try:
        return bool(portdb._pregen_auxdb[portdb.repositories[repository].location][cpv])
    except KeyError:
        return False


def describe(portdb, keys, repository, cpv, cached):
    try:
        values = dict(zip(keys, portdb.aux_get(cpv, keys, myrepo=repository)))
        licences = [word for word in values["LICENSE"].split() if portdb.findLicensePath(word)]
        masked = portage.package.ebuild.getmaskingstatus.getmaskingstatus(
            portage.versions._pkg_str(cpv, repo=repository, slot=values["SLOT"]), portdb=portdb, myrepo=repository
        )
        sizes = portdb.getfetchsizes(cpv, debug=False, myrepo=repository)
    except (KeyError, portage.exception.PortageException):
        return {"metadata": None, "cached": cached}
    found = portdb.cp_list(portage.versions.cpv_getkey(cpv))
    listed = any(str(one) == cpv and one.repo == repository for one in found)
    # a cache holds them sorted
    values["INHERITED"] = " ".join(sorted(values["INHERITED"].split()))
    return {"metadata": values, "cached": cached, "listed": listed, "masked": masked, "licences": licences, "sizes": sizes}


def view(environment, question):
    os.environ.update(environment)
    portdb = portage.db[portage.root]["porttree"].dbapi
    keys = sorted(portdb._aux_cache_keys - {"_eclasses_", "_md5_", "_mtime_", "repository"})
    cached = [is_cached(portdb, *cpv) for cpv in question["cpvs"]]
    if question.get("fresh"):
        portdb._pregen_auxdb.clear()
    return [describe(portdb, keys, *cpv, there) for cpv, there in zip(question["cpvs"], cached)]


def main():
    question = json.load(sys.stdin)
    answers = []
    for environment in question["views"]:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                with os.fdopen(write, "w") as pipe:
                    json.dump(view(environment, question), pipe)
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            answers.append(json.load(pipe))
        os.waitpid(child, 0)
    json.dump(answers, sys.stdout)


main()
