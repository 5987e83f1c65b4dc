"""An expression -> whether an `await` may take its place, and what that would change around it.

reference: docs/execution-model.md, on inserting an await. Where Python has no room for one, or a lock would be held while other tasks run,
the verdict is against it; where shared state is read before and changed behind it, it is for those who ask for unsafe fixes.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import entry_of
from fastapi_async_lint.facts import Attribute, BlockKind, Call, Entered, ExprId, FunctionKind, ScopeKind
from fastapi_async_lint.hazards.bodies import WORDS
from fastapi_async_lint.hazards.surroundings import blocks_around, is_lock
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.sections import opened
from fastapi_async_lint.plans.parts.verdict import Verdict, never, unsafe
from fastapi_async_lint.spelling import spell

_NO_ROOM = {
    FunctionKind.LAMBDA: "it stands in a lambda, which cannot await",
    FunctionKind.GENERATOR_EXPRESSION: "it stands in a generator expression, which an await would make an asynchronous one",
}


def awaiting(analysis: Analysis, ref: FunctionRef, number: ExprId) -> Verdict:
    """The verdict on an await in the place of the expression `number`, which the function `ref` runs."""
    module = analysis.program.modules[ref.module]
    facts = module.facts.functions[ref.function]
    if facts.kind is not FunctionKind.DEF:
        return never(_NO_ROOM[facts.kind])
    if not facts.is_async:
        return never(f"it stands in {facts.qualname}, a `def`, which cannot await")
    scope = module.facts.scopes[module.scope_at(number)]
    if scope.kind is ScopeKind.CLASS:
        return never("it stands in the body of a class, which cannot await")
    nested = scope.kind is ScopeKind.COMPREHENSION and module.facts.scopes[scope.parent].kind is ScopeKind.COMPREHENSION
    verdict = unsafe(["an await in a nested comprehension needs Python 3.11"] if nested else [])
    if module.in_block(number, BlockKind.FINALLY):
        verdict |= unsafe(["it stands in a `finally`, where a task that was cancelled cannot await any more"])
    return verdict | _managers(analysis, ref, module, number) | _held(analysis, ref, module, number) | unsafe(opened(analysis, ref, number))


def _managers(analysis: Analysis, ref: FunctionRef, module: Module, number: ExprId) -> Verdict:
    """What the `with` blocks around it hold while it would be suspended."""
    verdict = Verdict()
    for entered in _entered_around(module, number):
        expression = module.expressions[entered]
        if not isinstance(expression, Entered) or expression.is_async:
            continue
        text = spell(module.expressions, expression.value)
        if analysis.hazards.file_uses.holds_changed(ref, expression.value):
            verdict |= unsafe([f"it stands in `with {text}`: other tasks could see the file half written"])
        values = known(analysis.graph.inference.evaluate(module.number, expression.value))
        hazards = {_hazard(analysis, value) for value in values}
        if hazards <= {"unknown"}:
            hazards = set(_of_maker(analysis, module, expression.value)) or {"unknown"}
        if "lock" in hazards:
            verdict |= never(f"it stands under the lock {text}, which would stay held while other tasks run")
        elif hazard := next((word for word in sorted(hazards) if word not in ("", "unknown")), ""):
            verdict |= never(f"it stands in `with {text}`, which {WORDS[hazard]}")
        elif "unknown" in hazards:
            verdict |= unsafe([f"it stands in `with {text}`, and nothing is known of what that holds while other tasks run"])
    return verdict


def _entered_around(module: Module, number: ExprId) -> Iterator[ExprId]:
    """What the `with` statements around the expression enter, innermost first; those that are being entered before it in one statement too."""
    for block in blocks_around(module, number):
        yield from module.facts.blocks[block].entered


def _of_maker(analysis: Analysis, module: Module, number: ExprId) -> Iterator[str]:
    """The hazards of the library's functions that make what is entered."""
    call = module.expressions[number]
    if isinstance(call, Call):
        for value in known(analysis.graph.inference.evaluate(module.number, call.function)):
            entry = entry_of(analysis.graph.inference, value)
            yield entry.hazard or "unknown" if entry is not None else "unknown"


def _hazard(analysis: Analysis, value: object) -> str:
    if not isinstance(value, ExternalInstance):
        return "unknown"
    catalogue = analysis.graph.inference.catalogue
    entering = catalogue.entering(value.path, is_async=False)
    known_words = entering.hazard if entering is not None else "" if catalogue.is_class(value.path) else "unknown"
    return catalogue.hazard(value.path) or known_words


def _held(analysis: Analysis, ref: FunctionRef, module: Module, number: ExprId) -> Verdict:
    """A lock whose method is called before it and behind it: acquired and released."""
    before: set[str] = set()
    for place in module.body(ref.function):
        call = module.expressions[place]
        if not isinstance(call, Call) or place == number:
            continue
        method = module.expressions[call.function]
        if isinstance(method, Attribute) and is_lock(analysis.graph.inference, module, method.value):
            text = spell(module.expressions, method.value)
            if place < number:
                before.add(text)
            elif text in before:
                return never(f"the lock {text} may be held there, while other tasks run")
    return Verdict()
