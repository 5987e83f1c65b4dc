"""A library callable's conditions and the written arguments -> does this very call block, and for certain?"""

from collections.abc import Iterator

from fastapi_async_lint.catalogue import Condition, Entry
from fastapi_async_lint.facts import Literal, Name, Operation
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.classes import external_bases
from fastapi_async_lint.inference.values import External, ExternalInstance, Instance, Nothing, Value, Values, known
from fastapi_async_lint.program import Ref

_DEPTH = 12
"""Operands of operands that are looked at."""
_NO_FLAGS = Literal("int", 0)


def certainty(inference: Inference, entry: Entry, given: Arguments | None, holder: Value | None = None) -> bool | None:
    """True: the call blocks as its entry says. False: it may, but an argument that decides is not known. None: it does not block.

    `holder` is the object that a method is called on.
    """
    if not entry.blocks or entry.coroutine:
        return None
    if given is None:
        return None if entry.when else not entry.unless
    unless = [_holds(inference, condition, given, holder) for condition in entry.unless]
    when = [_holds(inference, condition, given, holder) for condition in entry.when]
    if True in unless or (when and not any(answer is not False for answer in when)):
        return None
    if when and True not in when and not all(condition.equals is not None or condition.given is not None for condition in entry.when):
        return None
    return None not in unless and (not when or True in when)


def changes_files(inference: Inference, entry: Entry, given: Arguments) -> bool:
    """This call may change what it works on, if that is a file."""
    return not entry.reads or any(given.has_stars or _holds(inference, condition, given) is not False for condition in entry.writes_when)


def is_lazy(inference: Inference, entry: Entry, given: Arguments) -> bool:
    """What this call returns may go on with the work when it is used; in doubt it may."""
    return any(given.has_stars or _may_hold(inference, condition, given) for condition in entry.lazy)


def _may_hold(inference: Inference, condition: Condition, given: Arguments) -> bool:
    """The condition may be met: what a parameter's default says counts for nothing."""
    found = given.find(condition.position, condition.name)
    is_written = found is not None and isinstance(inference.program.modules[found.module].expressions[found.expression], Literal)
    return found is not None and (not is_written or _holds(inference, condition, given) is not False)


def _holds(inference: Inference, condition: Condition, given: Arguments, holder: Value | None = None) -> bool | None:
    """The condition is met; None where the argument is there but says nothing."""
    position, name = condition.position, condition.name
    if condition.held is not None:
        parts: tuple[Values, ...] = getattr(holder, "arguments", ())
        return _are(inference, condition, frozenset().union(*parts[condition.held : condition.held + 1]))
    found = given.find(position, name)
    literal = given.literal(inference, position, name)
    if condition.given is not None:
        present = found is not None and not (literal is not None and literal.kind == "None")
        return present == condition.given
    if condition.type:
        return _are(inference, condition, given.values(inference, position, name) or frozenset())
    if condition.names:
        return False if found is None else _is_named(inference, condition.names, found)
    if literal is None:
        return False if found is None else None
    if condition.contains:
        return isinstance(literal.value, str) and condition.contains in literal.value
    return literal.value == condition.equals and type(literal.value) is type(condition.equals)


def _are(inference: Inference, condition: Condition, values: Values) -> bool:
    """All that is known of the values are instances of the condition's classes."""
    return bool(known(values)) and all(_is_one_of(inference, value, condition.type) for value in known(values))


def _is_named(inference: Inference, names: tuple[str, ...], found: Ref) -> bool | None:
    """One of the constants stands in the expression, alone or among others that `|` joins."""
    wanted = {inference.catalogue.canonical(name) for name in names}
    operands = [operand for operand in _joined(inference, found) if inference.program.expression(operand) != _NO_FLAGS]
    answers = [_is_among(inference.evaluate(*operand), wanted) for operand in operands]
    return True if True in answers else None if None in answers else False


def _joined(inference: Inference, found: Ref, depth: int = 0) -> Iterator[Ref]:
    """The operands of `|`, also behind local names that are bound once."""
    module = inference.program.modules[found.module]
    expression = module.expressions[found.expression]
    if isinstance(expression, Operation) and expression.operator == "|" and depth < _DEPTH:
        for side in (expression.left, expression.right):
            yield from _joined(inference, Ref(found.module, side), depth + 1)
        return
    if isinstance(expression, Name) and depth < _DEPTH:
        bindings = module.reaching(module.scope_at(found.expression), expression.id, found.expression)
        if len(bindings) == 1 and isinstance(module.expressions[bindings[0].value], Operation):
            yield from _joined(inference, Ref(found.module, bindings[0].value), depth + 1)
            return
    yield found


def _is_among(values: Values, wanted: set[str]) -> bool | None:
    """Every value is one of these constants; None if some are, or are not known."""
    answers = {value.path in wanted if isinstance(value, External) else None for value in values}
    return answers.pop() if len(answers) == 1 else None


def _is_one_of(inference: Inference, value: object, classes: tuple[str, ...]) -> bool:
    match value:
        case ExternalInstance(path=path):
            return any(inference.catalogue.inherits(path, name) for name in classes)
        case Instance(ref=ref):
            return any(inference.catalogue.inherits(path, name) for path in external_bases(inference, ref) for name in classes)
        case Nothing():
            return "None" in classes
        case _:
            return False
