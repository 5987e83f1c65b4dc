"""A loop over a lazy iterator that does its work on the event loop -> a loop over a list that a worker thread has made.

`for path in folder.glob("*")` is `for path in await run_in_threadpool(list, folder.glob("*"))`; handing over `folder.glob` alone would
move nothing. Safe where nothing that the loop's body does could change what is still to come.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import entry_of
from fastapi_async_lint.facts import Element
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.values import known, ordered
from fastapi_async_lint.modules import FunctionRef
from fastapi_async_lint.plans.parts.calls import Site, is_used_as, site, within
from fastapi_async_lint.plans.parts.iterations import changes_items, going_on, works_when_iterated
from fastapi_async_lint.plans.parts.positions import awaiting
from fastapi_async_lint.plans.parts.verdict import SAFE, Verdict, never, plan, unsafe
from fastapi_async_lint.plans.parts.workers import offloading
from fastapi_async_lint.spelling import spell


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where no call's result is iterated."""
    found = site(analysis, blocking)
    worker = offloading(analysis)
    if found is None or worker is None or not blocking.is_direct or not is_used_as(found.module, found.number, Element):
        return None
    if not works_when_iterated(analysis, found):
        return None
    around = FunctionRef(
        blocking.function.module, found.module.function_at(found.number)
    )  # of a generator expression, if this is its first
    verdict = awaiting(analysis, around, found.number) | _of_maker(analysis, found)
    verdict |= unsafe(going_on(analysis, found))
    if changes_items(analysis, found):
        verdict |= never("the loop changes what it was given, which decides what is still to come")
    if _begins(analysis, found):
        worker += (("whole", "yes"),)
        verdict |= unsafe(_of_operands(analysis, around, found))
    change = Change("materialise", found.module.source.path, found.span, worker)
    return plan(f"make the list of {spell(found.module.expressions, found.number)} in a worker thread", (change,), verdict)


def _begins(analysis: Analysis, found: Site) -> bool:
    """The call works before the first item is asked for, and so has to be made in the thread."""
    values = known(analysis.graph.inference.evaluate(found.module.number, found.call.function))
    return any((entry := entry_of(analysis.graph.inference, value)) is not None and entry.begins for value in values)


def _of_operands(analysis: Analysis, ref: FunctionRef, found: Site) -> Iterator[str]:
    """What the call is made on and with, if computing that runs anything."""
    inside = set(within(found.module, found.number)) - {found.number}
    if any(
        operation.expression in inside and (operation.targets or not operation.resolved) for operation in analysis.graph.operations(ref)
    ):
        yield "what it is called on, or with, would be computed in the worker thread"


def _of_maker(analysis: Analysis, found: Site) -> Verdict:
    """The object that makes the iterator may be used in another thread."""
    catalogue = analysis.graph.inference.catalogue
    verdict = SAFE
    for value in ordered(known(analysis.graph.inference.evaluate(found.module.number, found.call.function))):
        entry = entry_of(analysis.graph.inference, value)
        if entry is not None and entry.owner and not catalogue.is_thread_safe(entry.owner):
            if catalogue.is_bound(entry.owner):
                verdict |= never(f"{entry.owner} keeps state between calls: its results must be read where they are made")
            else:
                verdict |= unsafe([f"{entry.owner} is not known to be safe for several threads at once"])
    return verdict
