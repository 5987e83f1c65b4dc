"""What expressions are made of."""

import pytest

from fastapi_async_lint import facts
from fastapi_async_lint.facts import NOTHING, Argument, Expression
from fastapi_async_lint.operands import operands


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (facts.Name("x"), ()),
        (facts.Literal("int", 1), ()),
        (facts.Attribute(3, "x"), (3,)),
        (facts.Await(3), (3,)),
        (facts.Element(3), (3,)),
        (facts.Entered(3, is_async=True), (3,)),
        (facts.Unpacked(3, 0), (3,)),
        (facts.Caught(3), (3,)),
        (facts.Call(1, (Argument(2), Argument(3, "k"), Argument(4, stars=2))), (1, 2, 3, 4)),
        (facts.Subscript(1, 2), (1, 2)),
        (facts.Display("list", (1, 2)), (1, 2)),
        (facts.Comprehension("dict", (1, 2)), (1, 2)),
        (facts.Mapping((1, NOTHING), (2, 3)), (1, 2, 3)),
        (facts.Operation("+", 1, 2), (1, 2)),
        (facts.Choice((1, 2, 3)), (1, 2, 3)),
        (facts.Opaque(), ()),
        (facts.FunctionValue(0), ()),
    ],
)
def test_operands_of_each_kind(expression: Expression, expected: tuple[int, ...]) -> None:
    """In source order, absent ones left out."""
    assert operands(expression) == expected
