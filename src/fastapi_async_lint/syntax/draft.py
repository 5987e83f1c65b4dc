"""The facts of one module while they are being written down.

A `Draft` keeps the promises that facts/ makes about numbers: an expression is appended after its operands, and everything
between opening and closing a scope or a block is one contiguous range. The walk alone writes to it, and it dies with the walk.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import libcst as cst
from msgspec.structs import replace

from fastapi_async_lint.facts import (
    NOTHING,
    AttributeBinding,
    Binding,
    Block,
    BlockKind,
    ClassFacts,
    Deletion,
    Expression,
    ExprId,
    FunctionFacts,
    Imported,
    ItemBinding,
    Name,
    Opaque,
    Scope,
    ScopeId,
    ScopeKind,
    Span,
)

Handler: TypeAlias = "Callable[[Draft, Any], ExprId]"
"""Appends a node's expressions to the draft and gives the number of its value."""

HANDLERS: dict[type[cst.CSTNode], Handler] = {}
"""By class of expression node. extraction.py fills it; a class that is missing here is Opaque and its children are not looked at."""

Statement: TypeAlias = "Callable[[Draft, Any], bool]"
"""Notes down a statement; tells whether control never goes on behind it."""

STATEMENTS: dict[type[cst.CSTNode], Statement] = {}
"""By class of statement node. extraction.py fills it; a class that is missing here says nothing."""

OPAQUE = Opaque()

NOWHERE = Span(0, 0, 0, 0)
"""The span of a function or class until the positions are known."""


class Frame:
    """What the function body that is being walked has shown so far. The module's and a class's body have one too."""

    __slots__ = ("breaks", "dead", "handlers", "has_await", "has_yield", "qualname", "reraises", "returns", "yields")

    def __init__(self, qualname: str) -> None:
        self.qualname = qualname
        self.returns: list[ExprId] = []
        self.yields: list[ExprId] = []
        self.has_yield = False
        self.has_await = False
        self.dead = 0
        """How many dead blocks of this very body are open."""
        self.handlers = 0
        """How many `except` suites of this very body are open."""
        self.reraises = False
        self.breaks: list[bool] = []
        """For each open loop of this very body: whether a `break` that can be reached leaves it."""


class Nodes:
    """Where a function stands: span from the start of `first` to the end of `last`, its name at `name`."""

    __slots__ = ("first", "last", "name")

    def __init__(self, first: cst.CSTNode, last: cst.CSTNode, name: cst.CSTNode) -> None:
        self.first = first
        self.last = last
        self.name = name


class Draft:
    """The growing tables. The numbers of scopes, blocks, functions and classes are given when they open."""

    def __init__(self) -> None:
        self.expressions: list[Expression] = []
        self.located: list[tuple[ExprId, cst.CSTNode]] = []
        """The expressions that have a span, each with the node whose span it is."""
        self.scopes: list[Scope] = []
        self.blocks: list[Block] = []
        self.functions: list[FunctionFacts | None] = []
        self.function_nodes: list[Nodes] = []
        self.classes: list[ClassFacts | None] = []
        self.class_nodes: list[cst.CSTNode] = []
        self.bindings: list[Binding] = []
        self.attribute_bindings: list[AttributeBinding] = []
        self.item_bindings: list[ItemBinding] = []
        self.deletions: list[Deletion] = []
        self.star_imports: list[Imported] = []
        self.generator_scopes: set[ScopeId] = set()
        """The scopes of generator expressions."""
        self.nonlocal_bindings: list[int] = []
        """Numbers of the bindings whose scope is to be looked for once all are known."""
        self.names: dict[str, Name] = {}
        """One `Name` for all reads of a name: files repeat themselves."""
        self.declared: dict[tuple[ScopeId, str], bool] = {}
        """Names that a scope declares: True for `nonlocal`, False for `global`."""
        self.scope: ScopeId = NOTHING
        self.block = NOTHING
        self.questions: dict[ExprId, ExprId] = {}
        """Where the expressions of each test begin."""
        self.guard: ExprId = NOTHING
        """The test of the `if` visited last, if control goes on behind it only where the test is not true."""
        self.frame = Frame("")

    def add(self, expression: Expression) -> ExprId:
        """Append and number."""
        expressions = self.expressions
        expressions.append(expression)
        return len(expressions) - 1

    def locate(self, expression: Expression, node: cst.CSTNode) -> ExprId:
        """Append and number an expression that has the span of `node`."""
        expressions = self.expressions
        number = len(expressions)
        expressions.append(expression)
        self.located.append((number, node))
        return number

    def open_scope(self, kind: ScopeKind, owner: int = NOTHING) -> ScopeId:
        """A scope inside the current one, which becomes the current one. Gives its number."""
        number = len(self.scopes)
        start = len(self.expressions)
        self.scopes.append(Scope(kind, self.scope, start, start, owner))
        self.scope = number
        return number

    def close_scope(self) -> None:
        """End the current scope here and go back to the one around it."""
        opened = self.scopes[self.scope]
        self.scopes[self.scope] = Scope(opened.kind, opened.parent, opened.start, len(self.expressions), opened.owner)
        self.scope = opened.parent

    def open_block(
        self, kind: BlockKind, test: ExprId = NOTHING, *, holds: bool = True, entered: tuple[ExprId, ...] = (), over: ExprId = NOTHING
    ) -> None:
        """A block inside the current one, which becomes the current one; it runs if `test` is true, or is not, as `holds` says."""
        start = len(self.expressions)
        self.blocks.append(Block(kind, self.block, start, start, test, holds, entered, self.questions.get(test, NOTHING), over))
        self.block = len(self.blocks) - 1
        if kind is BlockKind.DEAD:
            self.frame.dead += 1

    def close_block(self) -> None:
        """End the current block here and go back to the one around it."""
        opened = self.blocks[self.block]
        self.blocks[self.block] = replace(opened, end=len(self.expressions))
        self.block = opened.parent
        if opened.kind is BlockKind.DEAD:
            self.frame.dead -= 1

    def bind(self, name: str, value: ExprId, annotation: ExprId = NOTHING, scope: ScopeId = NOTHING) -> None:
        """`name` has `value` from here on, in `scope` or the current one, or wherever that scope declares the name to live."""
        scope = self.scope if scope == NOTHING else scope
        if self.declared:
            is_nonlocal = self.declared.get((scope, name))
            if is_nonlocal:
                self.nonlocal_bindings.append(len(self.bindings))
            elif is_nonlocal is False:
                scope = 0
        self.bindings.append(Binding(scope, name, value, annotation, len(self.expressions)))

    def walrus_scope(self) -> ScopeId:
        """Where `:=` binds: the scope around all comprehensions and generator expressions that it stands in."""
        scope = self.scope
        while self.scopes[scope].kind is ScopeKind.COMPREHENSION or scope in self.generator_scopes:
            scope = self.scopes[scope].parent
        return scope

    def qualify(self, name: str) -> str:
        """The dotted path of something called `name` that is defined here."""
        around = self.frame.qualname
        return f"{around}.{name}" if around else name

    def settle_nonlocals(self) -> None:
        """Give each binding of a `nonlocal` name the nearest function scope around that binds the name itself."""
        pending = set(self.nonlocal_bindings)
        bound = {(binding.scope, binding.name) for number, binding in enumerate(self.bindings) if number not in pending}
        for number in self.nonlocal_bindings:
            binding = self.bindings[number]
            scope = self.scopes[binding.scope].parent
            while scope > 0 and (self.scopes[scope].kind is not ScopeKind.FUNCTION or (scope, binding.name) not in bound):
                scope = self.scopes[scope].parent
            if scope > 0:
                self.bindings[number] = Binding(scope, binding.name, binding.value, binding.annotation, binding.at)
