"""An expression -> the expressions it is made of."""

from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Await,
    Call,
    Caught,
    Choice,
    Comprehension,
    Display,
    Element,
    Entered,
    Expression,
    ExprId,
    Mapping,
    Operation,
    Subscript,
    Test,
    Unpacked,
)


def operands(expression: Expression) -> tuple[ExprId, ...]:
    """Ids of the direct operands, in source order; an Opaque expression's are not known."""
    match expression:
        case (
            Attribute(value=value)
            | Await(value=value)
            | Element(value=value)
            | Entered(value=value)
            | Unpacked(value=value)
            | Caught(value=value)
            | Test(value=value)
        ):
            return (value,)
        case Call(function=function, arguments=arguments):
            return (function, *(argument.value for argument in arguments))
        case Subscript(value=value, index=index):
            return (value, index)
        case Display(items=items) | Comprehension(items=items):
            return items
        case Mapping(keys=keys, values=values):
            return tuple(key for key in keys if key != NOTHING) + values
        case Operation(left=left, right=right):
            return (left, right)
        case Choice(options=options):
            return options
        case _:
            return ()
