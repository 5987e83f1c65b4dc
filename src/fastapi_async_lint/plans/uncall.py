"""A blocking call whose result is handed to a worker thread, a background task or a dependency -> the callable handed over instead.

`await to_thread(load(path))` runs `load` at once, on the event loop, and then fails, or runs what it gave. Safe where what the call gives is
known and is nothing that could be called: then the callable itself was meant.
"""

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import entry_of
from fastapi_async_lint.catalogue import Entry, Run
from fastapi_async_lint.facts import Call, ExprId
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.values import Coroutine, ExternalInstance, Generator, Instance, Nothing, Value, known, ordered
from fastapi_async_lint.plans.offload import moving
from fastapi_async_lint.plans.parts.calls import Site, site
from fastapi_async_lint.plans.parts.verdict import SAFE, Verdict, plan, unsafe
from fastapi_async_lint.spelling import spell

_HANDED = ("thread", "kind", "process")


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where the call is no argument that a library would call."""
    found = site(analysis, blocking)
    if found is None or found.number != blocking.expression:
        return None
    for parent in found.module.parents.get(found.number, ()):
        outer = found.module.expressions[parent]
        span = found.module.spans.get(parent)
        if isinstance(outer, Call) and span is not None:
            for entry, run in _runs(analysis, found, outer):
                arguments = _arguments(entry, run, outer, found.number)
                name = spell(found.module.expressions, found.call.function)
                verdict = _of_result(analysis, found) | moving(analysis, blocking, found)
                message = f"hand over {name} itself instead of what it gives"
                return plan(message, (Change("uncall", found.module.source.path, span, arguments),), verdict)
    return None


def _runs(analysis: Analysis, found: Site, outer: Call) -> list[tuple[Entry, Run]]:
    """What the outer call does with this argument, if it calls it elsewhere."""
    inference = analysis.graph.inference
    entries = [entry_of(inference, value) for value in ordered(known(inference.evaluate(found.module.number, outer.function)))]
    return [
        (entry, run)
        for entry in entries
        if entry is not None
        for run in entry.runs
        if run.where in _HANDED and run.how == "call" and _is_passed(outer, run, found.number)
    ]


def _is_passed(outer: Call, run: Run, number: ExprId) -> bool:
    positional = [argument.value for argument in outer.arguments if not argument.keyword and not argument.stars]
    if run.argument is not None and 0 <= run.argument < len(positional) and positional[run.argument] == number:
        return True
    return any(run.name and argument.keyword == run.name and argument.value == number for argument in outer.arguments)


def _arguments(entry: Entry, run: Run, outer: Call, number: ExprId) -> tuple[tuple[str, str], ...]:
    keyword = next((argument.keyword for argument in outer.arguments if argument.value == number), "")
    style = "bare" if run.passes != "rest" else entry.offloader.style if entry.offloader is not None else "call"
    clashes = entry.offloader.clashes if entry.offloader is not None else (run.name,) if run.name else ()
    return (("argument", keyword or str(run.argument)), ("style", style), ("clashes", ",".join(clashes)))


def _of_result(analysis: Analysis, found: Site) -> Verdict:
    """Whether what the call gives could be what was meant to be called."""
    values = analysis.graph.inference.evaluate(found.module.number, found.number)
    if not values or any(_may_be_called(analysis, value) for value in values):
        return unsafe([f"what {spell(found.module.expressions, found.call.function)} gives may be the callable that was meant"])
    return SAFE


def _may_be_called(analysis: Analysis, value: Value) -> bool:
    match value:
        case Nothing() | Coroutine() | Generator():
            return False
        case ExternalInstance(path=path):
            return analysis.graph.inference.catalogue.calling(path) is not None
        case Instance():
            return bool(read_class(analysis.graph.inference, value, "__call__"))
        case _:
            return True
