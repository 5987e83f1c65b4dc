"""A coroutine function that awaits nothing and that FastAPI would run in a thread if it were a `def` -> declared `def`.

Always for those who ask for unsafe fixes: what it assigns to shared state is then assigned by several threads, it takes one of the thread
limiter's tokens, and an object that checks its thread no longer works. Refused for what FastAPI awaits whatever it is (websockets,
middleware, lifespan), for what sets context variables or needs the event loop, and where other code on the loop awaits it. Awaits of it in
other code, tests included, are removed with it.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.facts import NOTHING, Await, Call, FunctionKind
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.decorators import decorated, has_unknown_decorator
from fastapi_async_lint.inference.values import FunctionObject, Marked, Wrapped
from fastapi_async_lint.modules import FunctionRef, Ref
from fastapi_async_lint.plans.parts.verdict import Verdict, never, plan, unsafe

_FATAL = ("loop", "context", "thread", "main-thread")
"""Hazards that break a function, or its callers, in a worker thread."""


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None for a function that awaits, or that runs on the loop whatever it is."""
    ref = _declared(analysis, blocking.function)
    if ref is None:
        return None
    facts = analysis.program.function(ref)
    roles = analysis.contexts.roles.get(ref, ())
    if not facts.is_async or not roles or not all(role.by_kind for role in roles):
        return None
    module = analysis.program.modules[ref.module]
    if any(map(module.may_suspend, module.body(ref.function))):
        return None
    callers, verdict = _callers(analysis, ref)
    verdict |= never(*(f"in a thread {facts.qualname} would fail or be ineffective: {words}" for words in _hazards(analysis, ref, _FATAL)))
    if has_unknown_decorator(analysis.graph.inference, ref) or _is_wrapped(analysis, ref):
        verdict |= never(f"a decorator of {facts.qualname} may await it")
    verdict |= unsafe([f"in threads, {facts.qualname} can run several times at once, and takes one of the worker threads"])
    verdict |= unsafe(_hazards(analysis, ref, ("state",)))
    changes = (Change("declare_def", module.source.path, facts.name_span), *callers)
    return plan(f"declare {facts.qualname} `def`, which runs in a worker thread: it awaits nothing", changes, verdict)


def _declared(analysis: Analysis, ref: FunctionRef) -> FunctionRef | None:
    """The function itself, or the one around a lambda or generator expression; None at module level."""
    module = analysis.program.modules[ref.module]
    while ref.function != NOTHING and module.facts.functions[ref.function].kind is not FunctionKind.DEF:
        ref = FunctionRef(ref.module, module.enclosing_function(ref.function))
    return ref if ref.function != NOTHING else None


def _hazards(analysis: Analysis, ref: FunctionRef, kinds: tuple[str, ...]) -> Iterator[str]:
    yield from (hazard.sentence for hazard in analysis.hazards.of(ref) if hazard.kind in kinds)


def _is_wrapped(analysis: Analysis, ref: FunctionRef) -> bool:
    """A decorator of the project wraps it."""
    return any(isinstance(value, Wrapped) for value in decorated(analysis.graph.inference, ref))


def _callers(analysis: Analysis, ref: FunctionRef) -> tuple[tuple[Change, ...], Verdict]:
    """The awaits to remove, and what speaks against it: calls whose result is used as a coroutine, or that run on the loop."""
    facts = analysis.program.function(ref)
    changes: list[Change] = []
    verdict = Verdict()
    for call in analysis.program.calls_by_name.get(facts.name, ()):
        module = analysis.program.modules[call.module]
        if not _calls(analysis, call, ref):
            continue
        place = f"{module.source.path.name}, line {module.spans[call.expression].row}"
        awaits = [one for one in module.parents.get(call.expression, ()) if isinstance(module.expressions[one], Await)]
        if not awaits:
            verdict |= never(f"{facts.qualname} is used as a coroutine elsewhere ({place})")
        elif FunctionRef(call.module, module.function_at(call.expression)) in analysis.contexts.loop:
            verdict |= never(f"{facts.qualname} is awaited by other code on the event loop ({place})")
        else:
            changes.append(Change("remove_await", module.source.path, module.spans[awaits[0]]))
    return tuple(changes), verdict


def _calls(analysis: Analysis, call: Ref, ref: FunctionRef) -> bool:
    """The call, wherever it stands, may run that function."""
    module = analysis.program.modules[call.module]
    expression = module.expressions[call.expression]
    assert isinstance(expression, Call)
    values = analysis.graph.inference.evaluate(call.module, expression.function)
    return any(_is_function(value, ref) for value in values)


def _is_function(value: object, ref: FunctionRef) -> bool:
    match value:
        case FunctionObject(ref=found):
            return found == ref
        case Wrapped(inner=inner) | Marked(inner=inner):
            return any(_is_function(one, ref) for one in inner)
        case _:
            return False
