"""One module's source -> what that module says, as plain values.

Facts are the vocabulary between the reader of syntax trees and the rest of the house. They depend on one file's text alone,
hold no tree, no path and no module name, and go to disk and between processes as MessagePack.

Expressions live in one flat table per module. A number (`ExprId`) names an expression: its place in `ModuleFacts.expressions`.
The table is in evaluation order, children before their parent, and everything that belongs to a function's body, a block or a
comprehension is one contiguous range of it. So "inside", "before" and "after" are comparisons of numbers.

Statements that bind are expressed with a few made-up expressions (`Element`, `Entered`, `Unpacked`, `Caught`, `Parameter`):
`for x in xs` binds x to Element(xs), `with f() as g` binds g to Entered(f()), `a, b = t` binds a to Unpacked(t, 0).
"""

import enum
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


# ---------------------------------------------------------------------------------------------------------- expressions


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

# ----------------------------------------------------------------------------------------------------------- structure


class ScopeKind(enum.StrEnum):
    """What opens a scope of names."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"  # def, lambda and generator expression
    COMPREHENSION = "comprehension"  # list, set and dict: names of its own, but runs in the function around it


class Scope(Fact):
    """A scope of names. Scope 0 is the module. `start` and `end` bound its expressions: start <= id < end."""

    kind: ScopeKind
    parent: ScopeId
    start: ExprId
    end: ExprId
    owner: int = NOTHING
    """The FunctionId of a function's scope, the ClassId of a class's; NOTHING otherwise."""


class BlockKind(enum.StrEnum):
    """What a suite of statements is to the code around it."""

    BODY = "body"  # module, function or class body
    BRANCH = "branch"  # if, elif, else, match case, loop's else: may not run
    LOOP = "loop"  # for and while: may run never, or again
    TRY = "try"  # try body and its else
    HANDLER = "handler"  # except
    FINALLY = "finally"
    WITH = "with"
    DEAD = "dead"  # behind return, raise, continue, break, or under `if False`: never runs
    TYPING = "typing"  # under `if TYPE_CHECKING`: never runs, but its imports say types
    MAIN = "main"  # under `if __name__ == "__main__"`


class Block(Fact):
    """A suite of statements. Block 0 is the module's body; `parent` is NOTHING there."""

    kind: BlockKind
    parent: int
    start: ExprId
    end: ExprId
    test: ExprId = NOTHING
    """What decides whether it runs, for the suites of an `if` and for what stands behind an `if` that ends in `return` or `raise`."""
    holds: bool = True
    """It runs if the test is true; False: if it is not."""


class Binding(Fact):
    """A name gets a value. `at` is the id the next expression gets: the value counts from there on.

    `scope` is where the name lives (after `global` and `nonlocal`). `value` is NOTHING for a bare annotation and for `del`;
    `annotation` is NOTHING where there is none.
    """

    scope: ScopeId
    name: str
    value: ExprId
    annotation: ExprId
    at: ExprId


class AttributeBinding(Fact):
    """`base.name = value`, with or without an annotation."""

    base: ExprId
    name: str
    value: ExprId
    annotation: ExprId
    at: ExprId


class ItemBinding(Fact):
    """`base[index] = value`."""

    base: ExprId
    index: ExprId
    value: ExprId
    at: ExprId


class ParameterKind(enum.StrEnum):
    """How a parameter takes arguments."""

    POSITIONAL_ONLY = "posonly"
    REGULAR = "regular"
    KEYWORD_ONLY = "kwonly"
    VAR_POSITIONAL = "args"
    VAR_KEYWORD = "kwargs"


class ParameterFacts(Fact):
    """A parameter as declared. `annotation` and `default` are NOTHING where absent."""

    name: str
    kind: ParameterKind
    annotation: ExprId = NOTHING
    default: ExprId = NOTHING


class FunctionKind(enum.StrEnum):
    """What makes the function."""

    DEF = "def"
    LAMBDA = "lambda"
    GENERATOR_EXPRESSION = "genexp"


class FunctionFacts(Fact):
    """A function. Its body's expressions are those of its scope's range; decorators, defaults and annotations stand before it."""

    name: str
    """`<lambda>` and `<genexpr>` for the nameless."""
    qualname: str
    """Dotted path inside the module, without `<locals>`: `Service.load`, `outer.inner`."""
    kind: FunctionKind
    scope: ScopeId
    is_async: bool
    is_generator: bool
    """A `yield` stands in its own body; always true for generator expressions."""
    is_stub: bool
    """The body does nothing: only docstring, `pass`, `...`, or `raise NotImplementedError`."""
    parameters: tuple[ParameterFacts, ...]
    decorators: tuple[ExprId, ...]
    """From top to bottom."""
    annotation: ExprId
    """Of the return value."""
    returns: tuple[ExprId, ...]
    """The operands of its `return` statements outside dead blocks (a lambda's body is one); bare returns are left out."""
    yields: tuple[ExprId, ...]
    """The operands of its `yield`s, and an Element for each `yield from`; bare yields are left out."""
    span: Span
    """From the first decorator or `def` to the end of the body."""
    name_span: Span
    """Of the name behind `def`; of the whole expression for the nameless."""


class ClassFacts(Fact):
    """A class statement. `keywords` are the keyword arguments of its bases list (`metaclass=`, `table=`)."""

    name: str
    qualname: str
    scope: ScopeId
    bases: tuple[ExprId, ...]
    keywords: tuple[Argument, ...]
    decorators: tuple[ExprId, ...]
    name_span: Span


class Comment(Fact):
    """A comment that may suppress: it holds `noqa` or `fastapi-async-lint`, in any case. `text` starts with `#`."""

    row: int
    column: int
    text: str
    own_line: bool
    """Nothing but white space stands before it on its line."""


class Problem(Fact):
    """Why a file could not be read: one sentence, and where (row from 1, column from 0)."""

    message: str
    row: int
    column: int


class ModuleFacts(Fact):
    """All that one module says. A module that could not be read has a `problem` and nothing else."""

    expressions: tuple[Expression, ...] = ()
    scopes: tuple[Scope, ...] = ()
    blocks: tuple[Block, ...] = ()
    functions: tuple[FunctionFacts, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    bindings: tuple[Binding, ...] = ()
    attribute_bindings: tuple[AttributeBinding, ...] = ()
    item_bindings: tuple[ItemBinding, ...] = ()
    star_imports: tuple[Imported, ...] = ()
    """`from m import *` at any level, as Imported(m, "*", level)."""
    spans: tuple[tuple[ExprId, int, int, int, int], ...] = ()
    """(id, row, column, end row, end column) of every Call, Attribute, Subscript, Await, Element, Entered and Operation, sorted by id.
    An Element or Entered has its operand's span."""
    comments: tuple[Comment, ...] = ()
    line_count: int = 0
    problem: Problem | None = None
