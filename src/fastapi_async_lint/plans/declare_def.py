"""A coroutine function that awaits nothing and that FastAPI would run in a thread if it were a `def` -> declared `def`.

Always for those who ask for unsafe fixes: what it assigns to shared state is then assigned by several threads, it takes one of the thread
limiter's tokens, and an object that checks its thread no longer works. Refused for what FastAPI awaits whatever it is (websockets,
middleware, lifespan), for what sets context variables or needs the event loop, and where other code on the loop awaits it. Awaits of it in
other code, tests included, are removed with it.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.callgraph import Creates, entry_of
from fastapi_async_lint.facts import NOTHING, Attribute, Await, Call, ExprId, FunctionKind, Imported, Mapping, Name, Subscript
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.inference.decorators import decorated, has_unknown_decorator
from fastapi_async_lint.inference.values import FunctionObject, Marked, Wrapped, known
from fastapi_async_lint.modules import FunctionRef, Module, Ref, last_name
from fastapi_async_lint.plans.parts.verdict import Verdict, never, plan, unsafe
from fastapi_async_lint.spelling import spell

_FATAL = ("loop", "context", "thread", "main-thread")
"""Hazards that break a function, or its callers, in a worker thread."""


class _Declaring(NamedTuple):
    """What declaring a function `def` would take, and what speaks against it; `awaits` are what would have to go from it first."""

    changes: tuple[Change, ...]
    verdict: Verdict
    awaits: tuple[ExprId, ...]


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None for a function that awaits, or that runs on the loop whatever it is."""
    ref = _declared(analysis, blocking.function)
    found = analysis.once(_declaring, ref) if ref is not None else None
    if ref is None or found is None or found.awaits:
        return None
    name = analysis.program.function(ref).qualname
    return plan(f"declare {name} `def`, which runs in a worker thread: it awaits nothing", found.changes, found.verdict)


def advice(analysis: Analysis, blocking: BlockingCall) -> str:
    """The advice to declare it `def`, for what awaits nothing, or one thing of a library's; empty where that would be wrong."""
    ref = _declared(analysis, blocking.function)
    found = analysis.once(_declaring, ref) if ref is not None else None
    if ref is None or found is None or found.verdict.never:
        return ""
    if not found.awaits:
        return "declare it `def`: it awaits nothing, and FastAPI runs `def` functions in a thread"
    module = analysis.program.modules[ref.module]
    span = module.spans.get(found.awaits[0])
    if len(found.awaits) > 1 or span is None or _awaits_own_code(analysis, ref, module.expressions[found.awaits[0]]):
        return ""
    return f"make it `def`: it is async only because of line {span.row} ({spell(module.expressions, found.awaits[0])})"


def _declaring(analysis: Analysis, ref: FunctionRef) -> _Declaring | None:
    """None for a function that is no coroutine function, or that runs on the loop whatever it is."""
    facts = analysis.program.function(ref)
    roles = analysis.contexts.roles.get(ref, ())
    if not facts.is_async or not roles or not all(role.by_kind for role in roles):
        return None
    module = analysis.program.modules[ref.module]
    callers, verdict = _callers(analysis, ref)
    verdict |= never(*(f"in a thread {facts.qualname} would fail or be ineffective: {words}" for words in _hazards(analysis, ref, _FATAL)))
    if has_unknown_decorator(analysis.graph.inference, ref) or _is_wrapped(analysis, ref):
        verdict |= never(f"a decorator of {facts.qualname} may await it")
    verdict |= unsafe([f"in threads, {facts.qualname} can run several times at once, and takes one of the worker threads"])
    verdict |= unsafe(_hazards(analysis, ref, ("state",)))
    changes = (Change("declare_def", module.source.path, facts.name_span), *callers)
    return _Declaring(changes, verdict, tuple(filter(module.may_suspend, module.body(ref.function))))


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


def _awaits_own_code(analysis: Analysis, ref: FunctionRef, expression: object) -> bool:
    """What is awaited is a coroutine function of the project, which has no synchronous twin."""
    operand = getattr(expression, "value", None)
    return any(
        operation.expression == operand and any(isinstance(target, Creates) for target in operation.targets)
        for operation in analysis.graph.operations(ref)
    )


# ----------------------------------------------------------------------------------------------------------------- who uses it


def _callers(analysis: Analysis, ref: FunctionRef) -> tuple[tuple[Change, ...], Verdict]:
    """The awaits to remove, and what speaks against it: calls whose result is used as a coroutine, or that run on the loop; other uses."""
    name = analysis.program.function(ref).qualname
    changes: list[Change] = []
    verdict = Verdict()
    for used in _uses(analysis, ref):
        module = analysis.program.modules[used.module]
        parents = module.parents.get(used.expression, ())
        calls = [one for one in parents if isinstance(call := module.expressions[one], Call) and call.function == used.expression]
        awaits = [one for call in calls for one in module.parents.get(call, ()) if isinstance(module.expressions[one], Await)]
        if not calls and (_names_it(module, used.expression) or any(_hands_by_kind(analysis, module, one) for one in parents)):
            continue
        shown = module.spans.get((calls or [used.expression])[0])
        place = module.source.path.name + (f", line {shown.row}" if shown is not None else "")
        if not calls:
            verdict |= never(f"{name} is handed on elsewhere ({place}), and may be awaited there")
        elif not awaits:
            verdict |= never(f"{name} is used as a coroutine elsewhere ({place})")
        elif FunctionRef(used.module, module.function_at(used.expression)) in analysis.contexts.loop:
            verdict |= never(f"{name} is awaited by other code on the event loop ({place})")
        else:
            changes.append(Change("remove_await", module.source.path, module.spans[awaits[0]]))
    return tuple(changes), verdict


def _uses(analysis: Analysis, ref: FunctionRef) -> Iterator[Ref]:
    """Where the function is read, by its own name or one that an import gives it."""
    for name in sorted(_names(analysis.once(_renamed), analysis.program.function(ref).name)):
        for used in analysis.once(_read_by_name).get(name, ()):
            values = analysis.graph.inference.evaluate(used.module, used.expression)
            if any(_is_function(value, ref) for value in values):
                yield used


def _read_by_name(analysis: Analysis) -> dict[str, list[Ref]]:
    """Every reading outside dead code, by the names of the functions that could be declared `def`."""
    functions = {
        analysis.program.function(ref).name for ref, roles in analysis.contexts.roles.items() if any(role.by_kind for role in roles)
    }
    names = {name for function in functions for name in _names(analysis.once(_renamed), function)}
    found: dict[str, list[Ref]] = defaultdict(list)
    for module in analysis.program.modules:
        for number, expression in enumerate(module.expressions):
            if isinstance(expression, Name | Attribute) and last_name(expression) in names and not module.is_dead(number):
                found[last_name(expression)].append(Ref(module.number, number))
    return found


def _renamed(analysis: Analysis) -> dict[str, set[str]]:
    """What imports call something else than it is called where it comes from: `g` of `from m import f as g`, by `f`."""
    found: dict[str, set[str]] = defaultdict(set)
    for module in analysis.program.modules:
        for binding in module.facts.bindings:
            imported = module.expressions[binding.value] if binding.value != NOTHING else None
            if isinstance(imported, Imported) and imported.name not in ("", binding.name):
                found[imported.name].add(binding.name)
    return found


def _names(renamed: dict[str, set[str]], name: str) -> set[str]:
    """All names that something may go by."""
    found: set[str] = set()
    pending = [name]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += renamed.get(name, ())
    return found


def _names_it(module: Module, number: ExprId) -> bool:
    """It only says which function is meant: as the key of an item."""
    keys = [item.index for item in module.facts.item_bindings]
    parents = [module.expressions[parent] for parent in module.parents.get(number, ())]
    return number in keys or any(
        (isinstance(parent, Subscript) and parent.index == number) or (isinstance(parent, Mapping) and number in parent.keys)
        for parent in parents
    )


def _hands_by_kind(analysis: Analysis, module: Module, parent: ExprId) -> bool:
    """A call hands it to a library which runs a `def` in a thread, and a coroutine function on the loop."""
    call = module.expressions[parent]
    called = known(analysis.graph.inference.evaluate(module.number, call.function)) if isinstance(call, Call) else ()
    entries = [entry_of(analysis.graph.inference, value) for value in called]
    return bool(entries) and all(entry is not None and any(run.where == "kind" for run in entry.runs) for entry in entries)


def _is_function(value: object, ref: FunctionRef) -> bool:
    match value:
        case FunctionObject(ref=found):
            return found == ref
        case Wrapped(inner=inner) | Marked(inner=inner):
            return any(_is_function(one, ref) for one in inner)
        case _:
            return False
