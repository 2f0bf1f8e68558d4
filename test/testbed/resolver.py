"""Answers questions about private roots with Portage's own code: JSON lines in, JSON lines out.

Each question is answered in a fork of this process, in which nothing has been decided yet that depends on a root:
Portage keeps much global state, and one process could not serve a second EPREFIX.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import traceback

answers = os.dup(1)
os.set_inheritable(answers, False)

import portage.const  # noqa: E402
import _emerge.actions  # noqa: E402
import _emerge.depgraph  # noqa: E402
import _emerge.main  # noqa: E402
import as_built  # noqa: E402
from _emerge.Blocker import Blocker  # noqa: E402
from _emerge.Package import Package  # noqa: E402

PRIORITIES = (
    "buildtime",
    "buildtime_slot_op",
    "runtime",
    "runtime_post",
    "runtime_slot_op",
    "installtime",
    "optional",
    "ignored",
    "cross",
    "satisfied",
)


def enter(environment):
    """Makes this (forked) process one that was started with that environment."""
    os.environ.clear()
    os.environ.update(environment)
    eprefix = os.path.normpath(environment["PORTAGE_OVERRIDE_EPREFIX"])
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("portage", "_emerge"):
            if "EPREFIX" in getattr(module, "__dict__", {}):
                module.EPREFIX = eprefix


def package(graph, node):
    use = graph._pkg_use_enabled(node)
    return {
        "type": node.type_name,
        "cpv": str(node.cpv),
        "root": node.root,
        "repo": node.repo,
        "slot": node.slot,
        "sub_slot": node.sub_slot,
        "operation": node.operation,
        "use": sorted(flag for flag in use if node.iuse.is_valid_flag(flag)),
        "iuse": sorted(node.iuse.all),
        "depth": node.depth if isinstance(node.depth, int) else None,
    }


def describe(graph, node):
    if isinstance(node, Package):
        return package(graph, node)
    if isinstance(node, Blocker):
        return {"type": "blocker", "atom": str(node.atom), "root": node.root, "satisfied": bool(node.satisfied)}
    return {"type": "argument", "argument": str(node), "root": node.root_config.root}


def priorities(found):
    return [[name for name in PRIORITIES if getattr(priority, name, None)] for priority in found]


def dump(success, graph, favorites):
    """The merge list, and all edges of the resolver's graph and of the scheduler's (which differ by uninstalls)."""
    dynamic = graph._dynamic_config
    index = {}
    nodes = []

    def number(node):
        if node not in index:
            index[node] = len(nodes)
            nodes.append(describe(graph, node))
        return index[node]

    order = [number(node) for node in graph.altlist()] if success else []
    edges = []
    resolved = dynamic.digraph.nodes
    scheduled = dynamic._scheduler_graph.nodes if dynamic._scheduler_graph is not None else {}
    for which, table, other in (("resolver", resolved, scheduled), ("scheduler", scheduled, resolved)):
        for parent, (children, _parents, _node) in table.items():
            for child, found in children.items():
                both = parent in other and child in other[parent][0]
                if both and which == "scheduler":
                    continue
                edges.append([number(parent), number(child), priorities(found), "both" if both else which])
    parent_atoms = []
    for node, found in dynamic._parent_atoms.items():
        if node in index:
            for parent, atom in found:
                parent_atoms.append([number(node), number(parent), str(atom)])
    return {
        "success": bool(success),
        "favorites": [str(favorite) for favorite in favorites],
        "nodes": nodes,
        "mergelist": order,
        "edges": edges,
        "parentAtoms": parent_atoms,
        "unsatisfied": unsatisfied(dynamic),
        "useChanges": [
            {"cpv": str(changed.cpv), "flags": {str(k): bool(v) for k, v in use[1].items()}}
            for changed, use in dynamic._needed_use_config_changes.items()
        ],
        "slotConflicts": sum(1 for _ in dynamic._package_tracker.slot_conflicts()),
    }


def unsatisfied(dynamic):
    found = []
    for (root, atom), details in dynamic._unsatisfied_deps_for_display:
        parent = details.get("myparent")
        found.append(
            {
                "atom": str(atom),
                "unevaluated": str(getattr(atom, "unevaluated_atom", atom)),
                "parent": str(parent.cpv) if isinstance(parent, Package) else None,
            }
        )
    return found


def resolve(question):
    """What `emerge --pretend ARGS` decides, by emerge's own main function."""
    captured = {}
    original = _emerge.actions.backtrack_depgraph

    def capture(*args, **kwargs):
        captured["result"] = original(*args, **kwargs)
        return captured["result"]

    _emerge.actions.backtrack_depgraph = capture
    try:
        status = _emerge.main.emerge_main(["--pretend", *question["args"]])
    except SystemExit as end:
        status = end.code
    answer = {"exitCode": status, "resolved": "result" in captured}
    if "result" in captured:
        answer.update(dump(*captured["result"]))
    return answer


OPERATIONS = {"resolve": resolve, "fill": as_built.fill}


def answer(question):
    """Runs in the fork. What Portage prints is part of the answer."""
    signal.alarm(int(question.get("timeout", 120)))
    with open(os.devnull) as nothing:
        # the questions come in there
        os.dup2(nothing.fileno(), 0)
    with tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        try:
            enter(question["environment"])
            result = OPERATIONS[question["operation"]](question)
        except Exception:
            result = {"error": traceback.format_exc()}
        sys.stdout.flush()
        sys.stderr.flush()
        printed.seek(0)
        result["output"] = printed.read().decode("utf-8", "replace")
    result["id"] = question["id"]
    result["modules"] = sorted(sys.modules) if question.get("modules") else None
    data = json.dumps(result).encode() + b"\n"
    while data:
        data = data[os.write(answers, data) :]


def serve(line):
    question = json.loads(line)
    if question["operation"] == "preload":
        import importlib

        for name in question["names"]:
            if name.partition(".")[0] != "portage.settings":
                try:
                    importlib.import_module(name)
                except Exception:
                    pass
        gc.collect()
        gc.freeze()
        os.write(answers, json.dumps({"id": question["id"]}).encode() + b"\n")
        return
    child = os.fork()
    if child == 0:
        status = 1
        try:
            answer(question)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status != 0:
        failure = {"id": question["id"], "error": "the resolver ended with wait status %d" % status}
        os.write(answers, b"\n" + json.dumps(failure).encode() + b"\n")


def main():
    # the prompt end of a closed pipe matters more than buffering
    for line in iter(sys.stdin.readline, ""):
        serve(line)


main()
