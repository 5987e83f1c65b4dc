"""What expressions are: the numbers that name them, their places, and one record for each kind."""

from typing import TypeAlias

import msgspec

ExprId: TypeAlias = int
ScopeId: TypeAlias = int
FunctionId: TypeAlias = int
ClassId: TypeAlias = int

NOTHING = -1
"""Stands for an absent expression, scope, function or class."""


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Immutable, comparable, encodable."""


class Span(Fact):
    """Where a node stands: rows from 1, columns from 0 in characters, the end exclusive, as the standard library's `ast` but in characters."""

    row: int
    column: int
    end_row: int
    end_column: int


class Name(Fact, tag="name"):
    """A name that is read."""

    id: str


class Attribute(Fact, tag="attr"):
    """`value.name`, read."""

    value: ExprId
    name: str


class Argument(Fact):
    """An argument of a call; `keyword` is empty for a positional one, `stars` is 1 for `*value`, 2 for `**value`."""

    value: ExprId
    keyword: str = ""
    stars: int = 0


class Call(Fact, tag="call"):
    """`function(arguments)`; arguments in source order."""

    function: ExprId
    arguments: tuple[Argument, ...]


class Subscript(Fact, tag="item"):
    """`value[index]`, read; several indices are one tuple Display."""

    value: ExprId
    index: ExprId


class Literal(Fact, tag="lit"):
    """A constant. `kind` is str, bytes, int, float, complex, bool, None or Ellipsis; f-strings are kind str with value None.

    `value` is kept for str of up to 200 characters, bool and int; it is None otherwise.
    """

    kind: str
    value: str | int | bool | None = None


class Display(Fact, tag="disp"):
    """`[a, b]`, `(a, b)` or `{a, b}`: kind list, tuple or set. A starred item is an Element of its operand."""

    kind: str
    items: tuple[ExprId, ...]


class Mapping(Fact, tag="map"):
    """`{k: v, **rest}`; a `**` entry has key NOTHING."""

    keys: tuple[ExprId, ...]
    values: tuple[ExprId, ...]


class Operation(Fact, tag="op"):
    """A binary operator, also of an augmented assignment: `operator` is its text, such as `/` or `+`."""

    operator: str
    left: ExprId
    right: ExprId


class Choice(Fact, tag="or"):
    """One of several values: `a if c else b` (options a, b), `a or b`, `a and b`; `operator` is `or`, `and`, or empty for the first."""

    options: tuple[ExprId, ...]
    operator: str = ""


class Test(Fact, tag="test"):
    """A question that a caller's argument may answer; `operator` is `not`, `is None` or `is not None`."""

    operator: str
    value: ExprId


class Await(Fact, tag="await"):
    """`await value`."""

    value: ExprId


class FunctionValue(Fact, tag="def"):
    """The function object that a `def`, a `lambda` or (as an unstarted generator) a generator expression makes, undecorated."""

    function: FunctionId


class ClassValue(Fact, tag="class"):
    """The class object that a `class` statement makes, undecorated."""

    definition: ClassId


class Imported(Fact, tag="import"):
    """What an import binds. `name` is empty when the module itself is bound; `level` counts leading dots.

    `import a.b` binds `a` to Imported("a"); `import a.b as c` binds `c` to Imported("a.b");
    `from ..m import n` binds `n` to Imported("m", "n", 2). `submodule` is "a.b" for `import a.b`, else empty.
    """

    module: str
    name: str = ""
    level: int = 0
    submodule: str = ""


class Element(Fact, tag="each"):
    """One element of `value` while it is iterated, here and now (`for`, comprehension, `*value`, `yield from`); `async for` if is_async."""

    value: ExprId
    is_async: bool = False


class Entered(Fact, tag="with"):
    """What entering the context manager `value` gives, here and now; its exit comes at the end of the block. `async with` if is_async."""

    value: ExprId
    is_async: bool = False


class Unpacked(Fact, tag="part"):
    """Item `index` of the iterable `value` in a destructuring; NOTHING for a starred target or one behind it."""

    value: ExprId
    index: int


class Comprehension(Fact, tag="comp"):
    """A list, set or dict comprehension, evaluated here and now. `items` is the element, for dict key and value."""

    kind: str
    items: tuple[ExprId, ...]


class Parameter(Fact, tag="param"):
    """What the caller passes for parameter number `index` of `function`."""

    function: FunctionId
    index: int


class Caught(Fact, tag="except"):
    """The exception that `except value as name` binds."""

    value: ExprId


class Opaque(Fact, tag="any"):
    """An expression whose value is of no interest (a comparison, `not x`, arithmetic on constants). Its operands stand before it in the table."""


Expression: TypeAlias = (
    Name
    | Attribute
    | Call
    | Subscript
    | Literal
    | Display
    | Mapping
    | Operation
    | Choice
    | Test
    | Await
    | FunctionValue
    | ClassValue
    | Imported
    | Element
    | Entered
    | Unpacked
    | Comprehension
    | Parameter
    | Caught
    | Opaque
)
