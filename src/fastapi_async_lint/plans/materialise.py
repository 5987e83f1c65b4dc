"""A loop over a lazy iterator that does its work on the event loop -> a loop over a list that a worker thread has made.

`for path in folder.glob("*")` is `for path in await run_in_threadpool(list, folder.glob("*"))`; handing over `folder.glob` alone would
move nothing. Safe where nothing that the loop's body does could change what is still to come.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import Library, Runs, entry_of
from fastapi_async_lint.facts import Attribute, Block, BlockKind, Call, Element, ExprId, Name
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.calls import Site, is_used_as, site, within
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
    around = FunctionRef(
        blocking.function.module, found.module.function_at(found.number)
    )  # of a generator expression, if this is its first
    verdict = awaiting(analysis, around, found.number) | _of_maker(analysis, found)
    loop = _loop(found.module, blocking.expression)
    if loop is not None:
        verdict |= unsafe(_of_body(analysis, blocking.function, found.module, loop))
        if _changes_items(analysis, found.module, blocking.expression, loop):
            verdict |= never("the loop changes what it was given, which decides what is still to come")
    if _begins(analysis, found):
        worker += (("whole", "yes"),)
        verdict |= unsafe(_of_operands(analysis, around, found))
    change = Change("materialise", found.module.source.path, found.span, worker)
    return plan(f"make the list of {spell(found.module.expressions, found.number)} in a worker thread", (change,), verdict)


def _is_lazy(analysis: Analysis, found: Site) -> bool:
    catalogue = analysis.graph.inference.catalogue
    values = known(analysis.graph.inference.evaluate(found.module.number, found.number))
    return bool(values) and all(
        isinstance(value, ExternalInstance) and (entry := catalogue.iterating(value.path, is_async=False)) is not None and entry.blocks
        for value in values
    )


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
    for value in sorted(known(analysis.graph.inference.evaluate(found.module.number, found.call.function)), key=repr):
        entry = entry_of(analysis.graph.inference, value)
        if entry is not None and entry.owner and not catalogue.is_thread_safe(entry.owner):
            if catalogue.is_bound(entry.owner):
                verdict |= never(f"{entry.owner} keeps state between calls: its results must be read where they are made")
            else:
                verdict |= unsafe([f"{entry.owner} is not known to be safe for several threads at once"])
    return verdict


def _loop(module: Module, element: ExprId) -> Block | None:
    """The body of the `for` that iterates; None in a comprehension or a call."""
    loop = next((block for block in module.facts.blocks if block.kind is BlockKind.LOOP and block.start > element), None)
    is_head = loop is not None and module.block_at(element) == loop.parent and _heads(module, element, loop.start)
    return loop if is_head else None


def _changes_items(analysis: Analysis, module: Module, element: ExprId, loop: Block) -> bool:
    """The loop changes an object that one of its targets names: `os.walk` goes only where the list of folders says."""
    targets = {binding.name for binding in module.facts.bindings if element < binding.at <= loop.start}
    bases = [item.base for item in module.facts.item_bindings] + [deleted.base for deleted in module.facts.deletions]
    changed = [base for base in bases if loop.start <= base < loop.end]
    for number in range(loop.start, loop.end):
        call = module.expressions[number]
        method = module.expressions[call.function] if isinstance(call, Call) else None
        if isinstance(method, Attribute) and analysis.hazards.shared_state.mutates(module, method):
            changed.append(method.value)
    names = [module.expressions[number] for number in changed]
    return any(isinstance(name, Name) and name.id in targets for name in names)


def _of_body(analysis: Analysis, ref: FunctionRef, module: Module, loop: Block) -> Iterator[str]:
    """What the loop does that could change what is still to come: files that it touches, calls that are not known."""
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


def _heads(module: Module, element: ExprId, start: ExprId) -> bool:
    """The loop block is the one of this very `for`: nothing but its target stands between."""
    return all(not isinstance(module.expressions[number], Element) for number in range(element + 1, start))
