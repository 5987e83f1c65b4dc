"""What a module is made of besides expressions: scopes, blocks, bindings, functions, classes, comments; and the module itself."""

import enum

from fastapi_async_lint.facts.expressions import NOTHING, Argument, Expression, ExprId, Fact, Imported, ScopeId, Span


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
    entered: tuple[ExprId, ...] = ()
    """The Entered expressions of the `with` that it is the suite of."""
    question: ExprId = NOTHING
    """Where the expressions of the test begin; `test` is the last of them."""
    over: ExprId = NOTHING
    """The Element of the `for` that it is the body of."""


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


class Deletion(Fact):
    """`del base.name`, or `del base[...]` where `name` is empty."""

    base: ExprId
    name: str
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
    reraises: bool = False
    """A bare `raise` stands in it outside of an `except`: it raises what its caller is handling."""


class ClassFacts(Fact):
    """A class statement. `keywords` are the keyword arguments of its bases list (`metaclass=`, `table=`)."""

    name: str
    qualname: str
    scope: ScopeId
    bases: tuple[ExprId, ...]
    keywords: tuple[Argument, ...]
    decorators: tuple[ExprId, ...]
    name_span: Span
    type_parameters: tuple[str, ...] = ()
    """The names in the brackets of `class C[T]`."""


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
    deletions: tuple[Deletion, ...] = ()
    star_imports: tuple[Imported, ...] = ()
    """`from m import *` at any level, as Imported(m, "*", level)."""
    spans: tuple[tuple[ExprId, int, int, int, int], ...] = ()
    """(id, row, column, end row, end column) of every Call, Attribute, Subscript, Await, Element, Entered and Operation, sorted by id.
    An Element or Entered has its operand's span."""
    comments: tuple[Comment, ...] = ()
    line_count: int = 0
    problem: Problem | None = None
