"""Portage's own answers, for the tests: JSON lines in, JSON lines out.

A request is {"id", "call", "args"}, or {"id", "call", "batch": [args, ...]}; the answer {"id", "result"} or
{"id", "error"}. In a batch the result is a list, with {"error"} where a call raised.
"""
import json
import os
import re
import sys

# not every installation has the parser in C; the same one answers everywhere
os.environ["PORTAGE_NATIVE_DEP_PARSER"] = "0"

answers = sys.stdout
# whatever Portage prints must not come between the answers
sys.stdout = sys.stderr

from portage.dep import (  # noqa: E402
    Atom,
    check_required_use,
    get_required_use_flags,
    match_from_list,
    use_reduce,
)
from portage.exception import InvalidAtom, InvalidData, InvalidDependString  # noqa: E402
from portage.versions import _pkg_str, catpkgsplit, vercmp  # noqa: E402


def make_atom(text, options):
    return Atom(text, **options)


def words_of_use(use):
    return {
        "tokens": list(use.tokens),
        "required": sorted(use.required),
        "enabled": sorted(use.enabled),
        "disabled": sorted(use.disabled),
        "missingEnabled": sorted(use.missing_enabled),
        "missingDisabled": sorted(use.missing_disabled),
        "conditional": use.conditional is not None,
    }


def atom(text, options):
    try:
        found = make_atom(text, options)
    except InvalidAtom:
        return None
    return {
        "blocker": "" if not found.blocker else "!!" if found.blocker.overlap.forbid else "!",
        "operator": found.operator,
        "cp": found.cp,
        "cpv": found.cpv,
        "version": found.version,
        "buildId": None if found.build_id is None else str(found.build_id),
        "slot": found.slot,
        "subslot": found.sub_slot,
        "slotOperator": found.slot_operator,
        "repo": found.repo,
        "extended": found.extended_syntax,
        "use": words_of_use(found.use) if found.use else None,
    }


def evaluate_atom(text, use):
    found = make_atom(text, {}).evaluate_conditionals(frozenset(use))
    return str(found)


class Candidate:
    """The attributes of _emerge.Package.Package that match_from_list looks at."""

    def __init__(self, data):
        slot = data["slot"] + ("/" + data["subslot"] if data.get("subslot") else "")
        self.cpv = _pkg_str(data["cpv"], slot=slot, repo=data.get("repo"), build_id=data.get("buildId"))
        self.cp = self.cpv.cp
        self.cpv_split = self.cpv.cpv_split
        self.version = self.cpv.version
        self.slot = self.cpv.slot
        self.sub_slot = self.cpv.sub_slot
        self.repo = data.get("repo")
        if data.get("iuse") is not None:
            self.use = Flags(data.get("use") or ())
            self.iuse = Flags(data["iuse"])


class Flags:
    def __init__(self, flags):
        self.enabled = frozenset(flags)

    def is_valid_flag(self, flags):
        return all(flag in self.enabled for flag in ([flags] if isinstance(flags, str) else flags))


def match(text, use, candidates):
    found = make_atom(text, {"allow_wildcard": True, "allow_repo": True})
    if use is not None:
        found = found.evaluate_conditionals(frozenset(use))
    # one by one: what matches must not depend on the others
    return [bool(match_from_list(found, [Candidate(one)])) for one in candidates]


def plain(tokens):
    return [plain(token) if isinstance(token, list) else str(token) for token in tokens]


def reduce_dependency(text, use, options):
    """None where Portage refuses the string."""
    options = dict(options)
    if options.pop("atoms", False):
        options["token_class"] = Atom
    try:
        return plain(use_reduce(text, uselist=frozenset(use), **options))
    except InvalidDependString:
        return None


def is_flag(text):
    return re.fullmatch("[A-Za-z0-9][A-Za-z0-9+_@-]*", text) is not None


def required_use(text, use, eapi):
    try:
        return {
            "holds": bool(check_required_use(text, frozenset(use), is_flag, eapi=eapi)),
            "flags": sorted(get_required_use_flags(text, eapi=eapi)),
        }
    except InvalidDependString:
        return None


CALLS = {
    "atom": atom,
    "catpkgsplit": catpkgsplit,
    "evaluateAtom": evaluate_atom,
    "match": match,
    "requiredUse": required_use,
    "useReduce": reduce_dependency,
    "vercmp": vercmp,
}
try:
    from oracle_files import CALLS as FILE_CALLS

    CALLS.update(FILE_CALLS)
except ModuleNotFoundError as missing:
    if missing.name != "oracle_files":
        raise
try:
    from oracle_sets import CALLS as SET_CALLS

    CALLS.update(SET_CALLS)
except ModuleNotFoundError as missing:
    if missing.name != "oracle_sets":
        raise


def attempt(call, args):
    try:
        return CALLS[call](*args)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def answer(request):
    if "batch" in request:
        return {"result": [attempt(request["call"], args) for args in request["batch"]]}
    try:
        return {"result": CALLS[request["call"]](*request["args"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    request = json.loads(line)
    json.dump({"id": request["id"], **answer(request)}, answers)
    answers.write("\n")
    answers.flush()
