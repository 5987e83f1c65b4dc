"""What the rules on blocking calls share: from one blocking call of a category to its finding, message and advice."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.facts import Call, Entered, ExprId, FunctionKind
from fastapi_async_lint.findings import Confidence, Finding, Severity, Step
from fastapi_async_lint.plans import declare_def, plan
from fastapi_async_lint.program import FunctionRef
from fastapi_async_lint.resources import resource_of
from fastapi_async_lint.rules.rule import Rule
from fastapi_async_lint.spelling import spell


class Wording(NamedTuple):
    """How a category's findings read: `certain` and `likely` are verbs with their object; `remedy` says what else helps."""

    certain: str = "blocks the event loop"
    likely: str = "may block the event loop"
    remedy: str = ""


def blocking_rule(
    documentation: str | None, category: str, number: str, name: str, wording: Wording | None = None, *, default: bool = True
) -> Rule:
    """The rule for one category of blocking calls: code FAL1<number> for direct calls, FAL2<number> for calls through helpers.

    `documentation` is the rule file's docstring; its first sentence, up to a comma, is the summary.
    """
    text = documentation or ""
    codes = (f"FAL1{number}", f"FAL2{number}")
    return Rule(codes, name, text.partition(", in code")[0], _checker(category, codes, name, wording or Wording()), text, default, category)


def _checker(category: str, codes: tuple[str, str], name: str, wording: Wording) -> Callable[[Analysis], Iterator[Finding]]:
    def check(analysis: Analysis) -> Iterator[Finding]:
        for call in analysis.blocking_calls:
            if call.entry.category == category:
                yield _finding(analysis, call, codes[0] if call.is_direct else codes[1], name, wording)

    return check


def _finding(analysis: Analysis, call: BlockingCall, code: str, name: str, wording: Wording) -> Finding:
    module = analysis.program.modules[call.function.module]
    facts = module.facts.functions[call.function.function]
    chain = tuple(_step(analysis, ref, number) for ref, number in call.chain)
    verb = wording.certain if call.certain else wording.likely
    via = [analysis.program.qualified(ref) for ref, _ in call.chain[1:]]
    where = call.context.words + (f", via {' > '.join(dict.fromkeys(via))}" if via else "")
    return Finding(
        code=code,
        name=name,
        message=f"{described(call.entry.shown)} {verb} ({where})",
        path=module.source.path,
        span=chain[0].span,
        confidence=Confidence.CERTAIN if call.certain else Confidence.LIKELY,
        severity=Severity.INFO if call.context.starting else Severity.WARNING,
        context=call.context.words,
        function=facts.qualname,
        call=chain[0].call,
        resolves_to=call.entry.shown,
        category=call.entry.category,
        advice="; or ".join(_advice(analysis, call, wording)),
        chain=chain,
        resource=resource_of(analysis.graph.inference, call.function, call.expression) if call.is_direct else "",
        fix=plan(analysis, call) if analysis.fixes else None,
        rank=call.rank,
    )


_WORDS = {"__iter__": "iterating", "__enter__": "entering", "__exit__": "leaving", "__getitem__": "indexing"}


def described(path: str) -> str:
    """The callable as people name it: `iterating io.TextIOWrapper` for its `__iter__`."""
    owner, _, name = path.rpartition(".")
    return f"{_WORDS[name]} {owner}" if name in _WORDS else path


def _step(analysis: Analysis, ref: FunctionRef, number: ExprId) -> Step:
    module = analysis.program.modules[ref.module]
    span = (
        module.spans.get(number)
        or module.spans.get(getattr(module.expressions[number], "value", number))
        or module.facts.functions[ref.function].name_span
    )
    return Step(analysis.program.qualified(ref), module.source.path, span, spell(module.expressions, number))


def _advice(analysis: Analysis, call: BlockingCall, wording: Wording) -> Iterator[str]:
    """What to do instead, the best first."""
    entry = call.entry
    offloader = analysis.offloader
    facts = analysis.program.function(call.function)
    if not facts.is_async and facts.kind is FunctionKind.DEF:
        yield "move it out of this `def`, which runs on the event loop and cannot await, into a path operation or a dependency"
        return
    if call.is_direct:
        if " " in entry.instead:
            yield entry.instead if entry.instead.startswith("await ") else f"use {entry.instead}"
        elif entry.instead:
            owner, _, last = entry.instead.rpartition(".")
            if last[:1].isupper():
                yield f"use {entry.instead}"
            elif owner.rpartition(".")[2][:1].isupper():
                yield f"use {owner} and await its {last}(...)"
            else:
                yield f"await {entry.instead}(...)"
        if _opens_block(analysis, call):
            yield f"put the whole `with` block into one function and await {offloader}(that_function)"
        elif entry.offload and facts.is_async and _is_call(analysis, call):
            yield f"await {offloader}({_handed(analysis, call)})"
        elif not entry.instead or not entry.offload:
            yield f"put the whole unit of work into one function and await {offloader}(that_function)"
    elif facts.is_async and _is_call(analysis, call):
        yield f"await {offloader}({_handed(analysis, call)})"
    else:
        yield f"put the whole unit of work into one function and await {offloader}(that_function)"
    if wording.remedy:
        yield wording.remedy
    if advised := declare_def.advice(analysis, call):
        yield advised


def _opens_block(analysis: Analysis, call: BlockingCall) -> bool:
    """What it gives is entered by a `with`, whose block then goes on with it."""
    module = analysis.program.modules[call.function.module]
    return any(isinstance(module.expressions[parent], Entered) for parent in module.parents.get(call.expression, ()))


def _is_call(analysis: Analysis, call: BlockingCall) -> bool:
    return isinstance(analysis.program.modules[call.function.module].expressions[call.expression], Call)


def _handed(analysis: Analysis, call: BlockingCall) -> str:
    """The callee as it is handed to the offloader, with a sign that arguments follow."""
    expressions = analysis.program.modules[call.function.module].expressions
    expression = expressions[call.expression]
    assert isinstance(expression, Call)
    return spell(expressions, expression.function) + (", ..." if expression.arguments else "")
