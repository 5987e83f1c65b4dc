"""A loop over a lazy iterator that does its work on the event loop -> a loop over a list that a worker thread has made.

`for path in folder.glob("*")` is `for path in await run_in_threadpool(list, folder.glob("*"))`; handing over `folder.glob` alone would
move nothing. Safe where nothing that the loop's body does could change what is still to come.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import Library, Runs, entry_of
from fastapi_async_lint.facts import BlockKind, Call, Element, ExprId
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.calls import Site, is_used_as, site
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
    if not _is_lazy(analysis, found):
        return None
    around = FunctionRef(blocking.function.module, found.module.function_at(found.number))  # of a generator expression, if this is its first
    verdict = awaiting(analysis, around, found.number) | _of_maker(analysis, found)
    verdict |= unsafe(_of_body(analysis, blocking.function, found.module, blocking.expression))
    change = Change("materialise", found.module.source.path, found.span, worker)
    return plan(f"make the list of {spell(found.module.expressions, found.number)} in a worker thread", (change,), verdict)


def _is_lazy(analysis: Analysis, found: Site) -> bool:
    catalogue = analysis.graph.inference.catalogue
    values = known(analysis.graph.inference.evaluate(found.module.number, found.number))
    return bool(values) and all(
        isinstance(value, ExternalInstance) and (entry := catalogue.iterating(value.path, is_async=False)) is not None and entry.blocks
        for value in values
    )


def _of_maker(analysis: Analysis, found: Site) -> Verdict:
    """The object that makes the iterator may be used in another thread."""
    catalogue = analysis.graph.inference.catalogue
    verdict = SAFE
    for value in sorted(known(analysis.graph.inference.evaluate(found.module.number, found.call.function)), key=repr):
        entry = entry_of(analysis.graph.inference, value)
        if entry is not None and entry.owner and not catalogue.is_thread_safe(entry.owner):
            if catalogue.is_bound(entry.owner):
                verdict |= never(f"{entry.owner} keeps state between calls: its results must be read where they are made")
            else:
                verdict |= unsafe([f"{entry.owner} is not known to be safe for several threads at once"])
    return verdict


def _of_body(analysis: Analysis, ref: FunctionRef, module: Module, element: ExprId) -> Iterator[str]:
    """What the loop does that could change what is still to come: files that it touches, calls that are not known, items that it assigns."""
    loop = next((block for block in module.facts.blocks if block.kind is BlockKind.LOOP and block.start > element), None)
    if loop is None or module.block_at(element) != loop.parent or not _heads(module, element, loop.start):
        return
    for operation in analysis.graph.operations(ref):
        if not loop.start <= operation.expression < loop.end:
            continue
        touched = [target for target in operation.targets if isinstance(target, Library)]
        runs = [target for target in operation.targets if isinstance(target, Runs)]
        is_call = isinstance(module.expressions[operation.expression], Call)
        if (
            any(target.entry.category in ("file", "path", "subprocess") for target in touched)
            or runs
            or (is_call and not operation.resolved)
        ):
            call = spell(module.expressions, operation.expression)
            yield f"the loop calls {call}, which may change what is still to be iterated"
            return
    if any(loop.start <= item.value < loop.end for item in module.facts.item_bindings):
        yield "the loop assigns items, which may change what is still to be iterated"


def _heads(module: Module, element: ExprId, start: ExprId) -> bool:
    """The loop block is the one of this very `for`: nothing but its target stands between."""
    return all(not isinstance(module.expressions[number], Element) for number in range(element + 1, start))
