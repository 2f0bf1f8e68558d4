"""Metadata as Portage sees it: reads {"cpvs": [[repository, cpv], ...], "fresh": bool} from stdin, prints them in that order.

Each is an object of all variables, or null where Portage cannot tell; `fresh` passes over metadata/md5-cache.
"""

import json
import sys

import portage

question = json.load(sys.stdin)
portdb = portage.db[portage.root]["porttree"].dbapi
keys = sorted(portdb._aux_cache_keys - {"_eclasses_", "_md5_", "_mtime_", "repository"})
if question.get("fresh"):
    portdb._pregen_auxdb.clear()
answers = []
for repository, cpv in question["cpvs"]:
    try:
        values = dict(zip(keys, portdb.aux_get(cpv, keys, myrepo=repository)))
    except KeyError:
        answers.append(None)
        continue
    # a cache holds them sorted
    values["INHERITED"] = " ".join(sorted(values["INHERITED"].split()))
    answers.append(values)
json.dump(answers, sys.stdout)
