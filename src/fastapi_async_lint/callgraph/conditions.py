"""A library callable's conditions and the written arguments -> does this very call block?"""

from fastapi_async_lint.catalogue import Condition, Entry
from fastapi_async_lint.facts import Literal
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.classes import external_bases
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import ExternalInstance, Instance, Nothing, known


def blocks(inference: Inference, entry: Entry, given: Arguments | None) -> bool:
    """The call blocks, as far as its entry and its arguments say."""
    if not entry.blocks or entry.coroutine:
        return False
    if given is None:
        return not entry.when
    if any(_holds(inference, condition, given) for condition in entry.unless):
        return False
    return not entry.when or any(_holds(inference, condition, given) for condition in entry.when)


def _holds(inference: Inference, condition: Condition, given: Arguments) -> bool:
    position, name = condition.position, condition.name
    number = given.expression(position, name)
    if condition.given is not None:
        literal = given.literal(inference, position, name)
        present = number is not None and not (literal is not None and literal.kind == "None")
        return present == condition.given
    if condition.type:
        values = known(given.values(inference, position, name) or frozenset())
        return bool(values) and all(_is_one_of(inference, value, condition.type) for value in values)
    literal = given.literal(inference, position, name)
    if not isinstance(literal, Literal):
        return False
    if condition.contains:
        return isinstance(literal.value, str) and condition.contains in literal.value
    return literal.value == condition.equals and type(literal.value) is type(condition.equals)


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
