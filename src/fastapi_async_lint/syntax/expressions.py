"""Expression nodes -> rows of the expression table, operands first.

Chains that real code makes long (`a.b().c()...`, `a + b + c ...`, `a or b or ...`, adjacent strings) are walked in loops; what
nests in brackets is walked by recursion.
"""

from typing import Any

import libcst as cst

from fastapi_async_lint.facts import (
    NOTHING,
    Argument,
    Attribute,
    Await,
    Call,
    Choice,
    Display,
    Element,
    Expression,
    ExprId,
    Literal,
    Mapping,
    Name,
    Opaque,
    Operation,
    Subscript,
    Test,
)
from fastapi_async_lint.syntax import strings
from fastapi_async_lint.syntax.draft import HANDLERS, OPAQUE, Draft, Handler

LONGEST_STRING = 200
"""Characters of the longest string literal whose value is kept."""

_CONSTANTS = {
    "True": Literal("bool", True),
    "False": Literal("bool", False),
    "None": Literal("None"),
}
_ELLIPSIS = Literal("Ellipsis")
_FLOAT = Literal("float")
_COMPLEX = Literal("complex")
_BYTES = Literal("bytes")
_SOME_STRING = Literal("str")
_SOME_INT = Literal("int")
_NUMBERS = frozenset({"int", "float", "complex", "bool"})
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def visit(draft: Draft, node: cst.CSTNode) -> ExprId:
    """Append the expression `node` with all that it consists of; its number."""
    handler = HANDLERS.get(node.__class__)
    return draft.add(OPAQUE) if handler is None else handler(draft, node)


def name(draft: Draft, node: cst.Name) -> ExprId:
    """A name, or one of the three constants that LibCST calls names."""
    written = node.value
    fact: Name | Literal | None = draft.names.get(written)
    if fact is None:
        fact = _CONSTANTS.get(written)
        if fact is None:
            fact = draft.names[written] = Name(written)
    expressions = draft.expressions
    expressions.append(fact)
    return len(expressions) - 1


def trailers(draft: Draft, node: cst.BaseExpression) -> ExprId:
    """A chain of attributes, calls and subscripts, from its root outwards."""
    spine: list[Any] = []
    link: Any = node
    while True:
        kind = link.__class__
        if kind is cst.Call:
            spine.append(link)
            link = link.func
        elif kind is cst.Attribute or kind is cst.Subscript:
            spine.append(link)
            link = link.value
        else:
            break
    value = visit(draft, link)
    expressions = draft.expressions
    located = draft.located
    for link in reversed(spine):
        kind = link.__class__
        fact: Expression
        if kind is cst.Attribute:
            fact = Attribute(value, link.attr.value)
        elif kind is cst.Call:
            fact = Call(value, tuple([argument(draft, each) for each in link.args]) if link.args else ())
        else:
            fact = Subscript(value, index(draft, link))
        value = len(expressions)
        expressions.append(fact)
        located.append((value, link))
    return value


def argument(draft: Draft, node: cst.Arg) -> Argument:
    """An argument, its value appended."""
    number = visit(draft, node.value)
    keyword = node.keyword
    if keyword is not None:
        return Argument(number, keyword.value)
    return Argument(number, "", len(node.star)) if node.star else Argument(number)


def index(draft: Draft, node: cst.Subscript) -> ExprId:
    """What stands between the square brackets; several indices, or one with a comma behind or a star before it, are a tuple."""
    elements = node.slice
    numbers = [_one_index(draft, element.slice) for element in elements]
    if len(numbers) == 1 and not isinstance(elements[0].comma, cst.Comma) and not _is_starred(elements[0]):
        return numbers[0]
    return draft.add(Display("tuple", tuple(numbers)))


def _is_starred(element: cst.SubscriptElement) -> bool:
    return isinstance(element.slice, cst.Index) and element.slice.star is not None


def _one_index(draft: Draft, node: cst.BaseSlice) -> ExprId:
    if isinstance(node, cst.Index):
        number = visit(draft, node.value)
        return draft.locate(Element(number), node.value) if node.star else number
    for bound in (node.lower, node.upper, node.step) if isinstance(node, cst.Slice) else ():
        if bound is not None:
            visit(draft, bound)
    return draft.add(OPAQUE)


def _ellipsis(draft: Draft, _node: cst.Ellipsis) -> ExprId:
    return draft.add(_ELLIPSIS)


def _integer(draft: Draft, node: cst.Integer) -> ExprId:
    try:
        value = int(node.value, 0)
    except ValueError:  # more digits than the interpreter converts
        return draft.add(_SOME_INT)
    return draft.add(Literal("int", value) if _SMALLEST <= value <= _LARGEST else _SOME_INT)


def _float(draft: Draft, _node: cst.Float) -> ExprId:
    return draft.add(_FLOAT)


def _imaginary(draft: Draft, _node: cst.Imaginary) -> ExprId:
    return draft.add(_COMPLEX)


def text_of(node: cst.CSTNode) -> str | None:
    """The value of a plain string literal, joined if it is written in pieces; None for anything else."""
    values: list[str] = []
    for piece in _pieces(node):
        if not isinstance(piece, cst.SimpleString) or strings.is_bytes(piece.value):
            return None
        value = strings.value_of(piece.value)
        if value is None:
            return None
        values.append(value)
    return "".join(values)


def _pieces(node: cst.CSTNode) -> list[Any]:
    """The adjacent strings that make up one literal."""
    pieces: list[Any] = []
    while isinstance(node, cst.ConcatenatedString):
        pieces.append(node.left)
        node = node.right
    pieces.append(node)
    return pieces


def string_literal(value: str | None) -> Literal:
    """The fact for a string of that value, which is kept if it is short and can be stored as UTF-8."""
    if value is None or len(value) > LONGEST_STRING or not (value.isascii() or _is_encodable(value)):
        return _SOME_STRING
    return Literal("str", value)


def _is_encodable(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _simple_string(draft: Draft, node: cst.SimpleString) -> ExprId:
    source = node.value
    if strings.is_bytes(source):
        return draft.add(_BYTES)
    return draft.add(string_literal(strings.value_of(source)))


def _concatenated_string(draft: Draft, node: cst.ConcatenatedString) -> ExprId:
    pieces = _pieces(node)
    for piece in pieces:
        if not isinstance(piece, cst.SimpleString):
            _visit_parts(draft, piece.parts)
    if isinstance(pieces[0], cst.SimpleString) and strings.is_bytes(pieces[0].value):
        return draft.add(_BYTES)
    return draft.add(string_literal(text_of(node)))


def _formatted_string(draft: Draft, node: cst.FormattedString) -> ExprId:
    _visit_parts(draft, node.parts)
    return draft.add(_SOME_STRING)


def _templated_string(draft: Draft, node: Any) -> ExprId:
    _visit_parts(draft, node.parts)
    return draft.add(OPAQUE)


def _visit_parts(draft: Draft, parts: Any) -> None:
    for part in parts:
        inner = getattr(part, "expression", None)
        if inner is not None:
            visit(draft, inner)
            if part.format_spec:
                _visit_parts(draft, part.format_spec)


def _comparison(draft: Draft, node: cst.Comparison) -> ExprId:
    left = visit(draft, node.left)
    for target in node.comparisons:
        visit(draft, target.comparator)
    first = node.comparisons[0]
    if len(node.comparisons) == 1 and isinstance(first.comparator, cst.Name) and first.comparator.value == "None":
        if isinstance(first.operator, cst.Is):
            return draft.add(Test("is None", left))
        if isinstance(first.operator, cst.IsNot):
            return draft.add(Test("is not None", left))
    return draft.add(OPAQUE)


def _unary_operation(draft: Draft, node: cst.UnaryOperation) -> ExprId:
    value = visit(draft, node.expression)
    return draft.add(Test("not", value) if isinstance(node.operator, cst.Not) else OPAQUE)


def _binary_operation(draft: Draft, node: cst.BinaryOperation) -> ExprId:
    spine: list[cst.BinaryOperation] = []
    link: cst.BaseExpression = node
    while isinstance(link, cst.BinaryOperation):
        spine.append(link)
        link = link.left
    left = visit(draft, link)
    for link in reversed(spine):
        right = visit(draft, link.right)
        left = operation(draft, OPERATORS[link.operator.__class__], left, right, link)
    return left


def operation(draft: Draft, operator: str, left: ExprId, right: ExprId, node: cst.CSTNode) -> ExprId:
    """The binary operation of two expressions; Opaque where both are numbers."""
    if _is_number(draft.expressions[left]) and _is_number(draft.expressions[right]):
        return draft.add(OPAQUE)
    return draft.locate(Operation(operator, left, right), node)


def _is_number(expression: Expression) -> bool:
    return isinstance(expression, Opaque) or (isinstance(expression, Literal) and expression.kind in _NUMBERS)


def _boolean_operation(draft: Draft, node: cst.BooleanOperation) -> ExprId:
    options: list[ExprId] = []
    kind = node.operator.__class__
    waiting: list[cst.BaseExpression] = [node]
    while waiting:
        link = waiting.pop()
        if isinstance(link, cst.BooleanOperation) and link.operator.__class__ is kind:
            waiting.append(link.right)
            waiting.append(link.left)
        else:
            options.append(visit(draft, link))
    return draft.add(Choice(tuple(options), "and" if kind is cst.And else "or"))


def _conditional(draft: Draft, node: cst.IfExp) -> ExprId:
    visit(draft, node.test)
    body = visit(draft, node.body)
    return draft.add(Choice((body, visit(draft, node.orelse))))


def _await(draft: Draft, node: cst.Await) -> ExprId:
    draft.frame.has_await = True
    return draft.locate(Await(visit(draft, node.expression)), node)


def _yield(draft: Draft, node: cst.Yield) -> ExprId:
    operand = node.value
    value = NOTHING
    if isinstance(operand, cst.From):
        value = draft.locate(Element(visit(draft, operand.item)), operand.item)
    elif operand is not None:
        value = visit(draft, operand)
    frame = draft.frame
    frame.has_yield = True
    if value != NOTHING and not frame.dead:
        frame.yields.append(value)
    return draft.add(OPAQUE)


def starred(draft: Draft, node: cst.StarredElement) -> ExprId:
    """`*value` in a display or an annotation."""
    return draft.locate(Element(visit(draft, node.value)), node.value)


def _display(draft: Draft, node: cst.List | cst.Tuple | cst.Set) -> ExprId:
    items = [
        starred(draft, element) if isinstance(element, cst.StarredElement) else visit(draft, element.value) for element in node.elements
    ]
    return draft.add(Display(_DISPLAYS[node.__class__], tuple(items)))


def _mapping(draft: Draft, node: cst.Dict) -> ExprId:
    keys: list[ExprId] = []
    values: list[ExprId] = []
    for element in node.elements:
        keys.append(visit(draft, element.key) if isinstance(element, cst.DictElement) else NOTHING)
        values.append(visit(draft, element.value))
    return draft.add(Mapping(tuple(keys), tuple(values)))


def _named_expression(draft: Draft, node: cst.NamedExpr) -> ExprId:
    value = visit(draft, node.value)
    if isinstance(node.target, cst.Name):
        draft.bind(node.target.value, value, scope=draft.walrus_scope())
    return value


_DISPLAYS: dict[type[cst.CSTNode], str] = {cst.List: "list", cst.Tuple: "tuple", cst.Set: "set"}

OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}
"""The text of an operator, without the `=` of an augmented assignment."""

EXPRESSIONS: dict[type[cst.CSTNode], Handler] = {
    cst.Name: name,
    cst.Attribute: trailers,
    cst.Call: trailers,
    cst.Subscript: trailers,
    cst.Ellipsis: _ellipsis,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _imaginary,
    cst.SimpleString: _simple_string,
    cst.ConcatenatedString: _concatenated_string,
    cst.FormattedString: _formatted_string,
    cst.Comparison: _comparison,
    cst.UnaryOperation: _unary_operation,
    cst.BinaryOperation: _binary_operation,
    cst.BooleanOperation: _boolean_operation,
    cst.IfExp: _conditional,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.StarredElement: starred,
    cst.List: _display,
    cst.Tuple: _display,
    cst.Set: _display,
    cst.Dict: _mapping,
    cst.NamedExpr: _named_expression,
}
"""Of every expression but those that open a scope: functions.py and comprehensions.py have these."""

if hasattr(cst, "TemplatedString"):
    EXPRESSIONS[cst.TemplatedString] = _templated_string
