"""A `with` block, or a run of statements on one resource, that blocks -> a nested function that one worker thread runs as a whole.

What was opened is used and closed in one thread; that is the general cure for files, cursors and sessions. For those who ask for unsafe
fixes: the block no longer runs in the event loop's thread, and other tasks run meanwhile. The codemod refuses what cannot be lifted out
(`return`, `await` and the like in it).
"""

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.facts import NOTHING, BlockKind, Call, Entered, ExprId
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.calls import within
from fastapi_async_lint.plans.parts.positions import awaiting
from fastapi_async_lint.plans.parts.verdict import plan, unsafe
from fastapi_async_lint.plans.parts.workers import Arguments, offloading
from fastapi_async_lint.resources import resource_of
from fastapi_async_lint.spelling import spell

_WITH: Arguments = (("level", "with"),)


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where neither a `with` nor another call on the same resource stands around."""
    worker = offloading(analysis)
    facts = analysis.program.function(blocking.function)
    if worker is None or not facts.is_async:
        return None
    module = analysis.program.modules[blocking.function.module]
    entered = _entered(analysis, module, blocking)
    if entered is not None:
        return _lift(
            analysis, blocking, module, entered, (*worker, *_WITH), f"run the whole `with {spell(module.expressions, entered)}` block"
        )
    run = _run(analysis, blocking)
    if run is None:
        return None
    first, last = run
    end = module.spans[last]
    until = f"{end.row}:{end.column}:{end.end_row}:{end.end_column}"
    message = f"run everything from {spell(module.expressions, first)} to {spell(module.expressions, last)}"
    return _lift(analysis, blocking, module, first, (*worker, ("level", "statement"), ("until", until)), message)


def _lift(analysis: Analysis, blocking: BlockingCall, module: Module, number: ExprId, arguments: Arguments, message: str) -> FixPlan | None:
    span = module.spans.get(number)
    if span is None:
        return None
    verdict = awaiting(analysis, blocking.function, number)
    verdict |= unsafe(["what stands in it would run in another thread, and other tasks would run meanwhile"])
    return plan(f"{message} in one worker thread", (Change("hoist", module.source.path, span, arguments),), verdict)


def _entered(analysis: Analysis, module: Module, blocking: BlockingCall) -> ExprId | None:
    """The call whose result the outermost `with` around the finding enters, if that is a resource that blocks, or the finding's own."""
    own = module.expressions[blocking.expression]
    if isinstance(own, Entered) and not own.is_async and isinstance(module.expressions[own.value], Call):
        return own.value
    for parent in module.parents.get(blocking.expression, ()):
        manager = module.expressions[parent]
        if isinstance(manager, Entered) and not manager.is_async and isinstance(own, Call):
            return blocking.expression
    found = None
    block = module.block_at(blocking.expression)
    while block != NOTHING and module.facts.blocks[block].kind is not BlockKind.BODY:
        for entered in module.facts.blocks[block].entered:
            manager = module.expressions[entered]
            if isinstance(manager, Entered) and not manager.is_async and _is_resource(analysis, module, manager.value):
                found = manager.value
        block = module.facts.blocks[block].parent
    return found


def _is_resource(analysis: Analysis, module: Module, number: ExprId) -> bool:
    """It is a call that gives an object which keeps state between calls, such as a file or a session."""
    values = known(analysis.graph.inference.evaluate(module.number, number))
    catalogue = analysis.graph.inference.catalogue
    return (
        isinstance(module.expressions[number], Call)
        and bool(values)
        and all(isinstance(value, ExternalInstance) and catalogue.is_bound(value.path) for value in values)
    )


def _run(analysis: Analysis, blocking: BlockingCall) -> tuple[ExprId, ExprId] | None:
    """The first and the last call on the finding's resource, if they stand in one suite and nothing between them suspends."""
    resource = resource_of(analysis.graph.inference, blocking.function, blocking.expression) if blocking.is_direct else ""
    if not resource:
        return None
    return analysis.once(_runs, blocking.function).get(resource)


def _runs(analysis: Analysis, ref: FunctionRef) -> dict[str, tuple[ExprId, ExprId]]:
    """By resource, the first and the last call on it, for those whose calls go together."""
    module = analysis.program.modules[ref.module]
    calls: dict[str, list[ExprId]] = {}
    for number in module.body(ref.function):
        if isinstance(module.expressions[number], Call) and (resource := resource_of(analysis.graph.inference, ref, number)):
            calls.setdefault(resource, []).append(number)
    return {resource: run for resource, numbers in calls.items() if (run := _together(module, numbers)) is not None}


def _together(module: Module, calls: list[ExprId]) -> tuple[ExprId, ExprId] | None:
    inner = {part for call in calls for part in within(module, call) if part != call}
    outer = [call for call in calls if call not in inner]
    if len(outer) < 2 or len({module.block_at(number) for number in outer}) > 1:
        return None
    first, last = min(outer), max(outer)
    return None if any(map(module.may_suspend, range(first, last + 1))) else (first, last)
