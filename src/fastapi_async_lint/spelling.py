"""An expression -> how it reads, shortened: `session.query(...).all(...)`."""

from fastapi_async_lint.facts import (
    Attribute,
    Await,
    Call,
    Choice,
    Comprehension,
    Display,
    Element,
    Entered,
    Expression,
    ExprId,
    FunctionValue,
    Literal,
    Name,
    Operation,
    Subscript,
)

_LENGTH = 60
_DEPTH = 12


def spell(expressions: tuple[Expression, ...], number: ExprId) -> str:
    """The expression as written, without arguments; at most 60 characters, cut at the front."""
    text = _spell(expressions, number, _DEPTH)
    if isinstance(expressions[number], Await):
        text = text[1:-1]
    return text if len(text) <= _LENGTH else "..." + text[-(_LENGTH - 3) :]


def _spell(expressions: tuple[Expression, ...], number: ExprId, depth: int) -> str:
    if depth == 0:
        return "..."
    expression = expressions[number]
    match expression:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name):
            return f"{_spell(expressions, value, depth - 1)}.{name}"
        case Call(function=function, arguments=arguments):
            return f"{_spell(expressions, function, depth - 1)}({'...' if arguments else ''})"
        case Subscript(value=value):
            return f"{_spell(expressions, value, depth - 1)}[...]"
        case Await(value=value):
            return f"(await {_spell(expressions, value, depth - 1)})"
        case Element(value=value) | Entered(value=value):
            return _spell(expressions, value, depth - 1)
        case Operation(operator=operator, left=left, right=right):
            return f"({_spell(expressions, left, depth - 1)} {operator} {_spell(expressions, right, depth - 1)})"
        case Literal(kind="str", value=str() as value) if len(value) <= 20:
            return repr(value)
        case Literal(kind=kind, value=value):
            return kind if value is None else str(value)
        case FunctionValue():
            return "(lambda)"
        case Display(kind=kind) | Comprehension(kind=kind):
            return {"list": "[...]", "tuple": "(...)"}.get(kind, "{...}")
        case Choice():
            return "(... or ...)"
        case _:
            return "..."
