"""One module's facts -> a Module: indexes over its scopes, blocks, bindings and places, computed when first asked for.

Names are read flow-sensitively inside a function: a binding that dominates the reader hides those before it, bindings later in a
common loop count too. From another function every binding of the name counts.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from fastapi_async_lint.facts import (
    NOTHING,
    Await,
    Binding,
    BlockKind,
    Choice,
    ClassId,
    Element,
    Entered,
    Expression,
    ExprId,
    FunctionId,
    FunctionValue,
    ModuleFacts,
    ScopeId,
    ScopeKind,
    Span,
)
from fastapi_async_lint.operands import operands
from fastapi_async_lint.sources import Source


class Ref(NamedTuple):
    """An expression of a module."""

    module: int
    expression: ExprId


class FunctionRef(NamedTuple):
    """A function of a module."""

    module: int
    function: FunctionId


class ClassRef(NamedTuple):
    """A class of a module."""

    module: int
    definition: ClassId


class Module:
    """One module's facts with indexes over them."""

    def __init__(self, number: int, source: Source, facts: ModuleFacts) -> None:
        self.number = number
        self.source = source
        self.facts = facts
        self.expressions: tuple[Expression, ...] = facts.expressions

    @cached_property
    def bindings(self) -> dict[tuple[ScopeId, str], list[Binding]]:
        """All bindings of a name in its scope, in source order."""
        found: dict[tuple[ScopeId, str], list[Binding]] = {}
        for binding in self.facts.bindings:
            found.setdefault((binding.scope, binding.name), []).append(binding)
        return found

    @cached_property
    def _scope_of(self) -> list[ScopeId]:
        return _painted(len(self.expressions), [(scope.start, scope.end) for scope in self.facts.scopes])

    @cached_property
    def _block_of(self) -> list[int]:
        return _painted(len(self.expressions), [(block.start, block.end) for block in self.facts.blocks])

    @cached_property
    def _function_of_scope(self) -> list[FunctionId]:
        found: list[FunctionId] = []
        for scope in self.facts.scopes:
            if scope.kind is ScopeKind.FUNCTION:
                found.append(scope.owner)
            else:
                found.append(found[scope.parent] if scope.parent != NOTHING and scope.kind is not ScopeKind.MODULE else NOTHING)
        return found

    def scope_at(self, expression: ExprId) -> ScopeId:
        """The innermost scope around an expression."""
        return self._scope_of[expression] if expression < len(self._scope_of) else 0

    def block_at(self, expression: ExprId) -> int:
        """The innermost block around an expression."""
        return self._block_of[expression] if 0 <= expression < len(self._block_of) else 0

    def function_at(self, expression: ExprId) -> FunctionId:
        """The innermost function that runs an expression; NOTHING for module level. Class bodies and comprehensions belong to the function around them."""
        return self._function_of_scope[self.scope_at(expression)]

    def enclosing_function(self, function: FunctionId) -> FunctionId:
        """The function in whose body another one is defined, or NOTHING."""
        return self._function_of_scope[self.facts.scopes[self.facts.functions[function].scope].parent]

    def class_of(self, function: FunctionId) -> ClassId:
        """The class in whose body a function is defined directly, or NOTHING."""
        parent = self.facts.scopes[self.facts.scopes[self.facts.functions[function].scope].parent]
        return parent.owner if parent.kind is ScopeKind.CLASS else NOTHING

    def is_dead(self, expression: ExprId) -> bool:
        """It never runs: behind a return, under `if False` or under `if TYPE_CHECKING`."""
        return self.in_block(expression, BlockKind.DEAD) or self.in_block(expression, BlockKind.TYPING)

    def in_block(self, expression: ExprId, kind: BlockKind) -> bool:
        """A block of that kind stands around the expression."""
        return kind in self._block_kinds[self.block_at(expression)]

    def may_suspend(self, expression: ExprId) -> bool:
        """An await, or a step of an asynchronous loop or `with`: there the function may wait, and the loop may run others."""
        found = self.expressions[expression]
        return isinstance(found, Await) or (isinstance(found, Element | Entered) and found.is_async)

    @cached_property
    def _block_kinds(self) -> list[frozenset[BlockKind]]:
        found: list[frozenset[BlockKind]] = []
        for block in self.facts.blocks:
            found.append((found[block.parent] if block.parent != NOTHING else frozenset()) | {block.kind})
        return found

    @cached_property
    def parents(self) -> dict[ExprId, list[ExprId]]:
        """The expressions that an expression is an operand of."""
        found: dict[ExprId, list[ExprId]] = {}
        for number, expression in enumerate(self.expressions):
            for operand in operands(expression):
                found.setdefault(operand, []).append(number)
        return found

    @cached_property
    def tested(self) -> frozenset[ExprId]:
        """The expressions that decide what else runs: those that a block's test consists of, and the options of `and` and `or`."""
        found: set[ExprId] = set()
        pending = [block.test for block in self.facts.blocks if block.test != NOTHING]
        for expression in self.expressions:
            if type(expression) is Choice and expression.operator:
                pending += expression.options
        while pending:
            number = pending.pop()
            found.add(number)
            pending += operands(self.expressions[number])
        return frozenset(found)

    @cached_property
    def function_values(self) -> dict[FunctionId, ExprId]:
        """The expression that makes each function."""
        return {expression.function: number for number, expression in enumerate(self.expressions) if type(expression) is FunctionValue}

    @cached_property
    def bound_names(self) -> dict[ExprId, list[Binding]]:
        """The bindings that an expression is the value of."""
        found: dict[ExprId, list[Binding]] = {}
        for binding in self.facts.bindings:
            if binding.value != NOTHING:
                found.setdefault(binding.value, []).append(binding)
        return found

    @cached_property
    def spans(self) -> dict[ExprId, Span]:
        """Where the expressions stand that findings may point at."""
        return {number: Span(*rest) for number, *rest in self.facts.spans}

    def body(self, function: FunctionId) -> Iterator[ExprId]:
        """The expressions that run when the function's body runs, in order: without nested functions' bodies and without dead code."""
        facts = self.facts
        scope = facts.scopes[facts.functions[function].scope]
        yield from self._running(scope.start, scope.end, function)

    def top_level(self) -> Iterator[ExprId]:
        """The expressions that run on import."""
        yield from self._running(0, len(self.expressions), NOTHING)

    def _running(self, start: ExprId, end: ExprId, function: FunctionId) -> Iterator[ExprId]:
        scopes, owners = self._scope_of, self._function_of_scope
        blocks, kinds = self._block_of, self._block_kinds
        for number in range(start, end):
            if owners[scopes[number]] == function:
                around = kinds[blocks[number]]
                if BlockKind.DEAD not in around and BlockKind.TYPING not in around:
                    yield number

    def reaching(self, scope: ScopeId, name: str, reader: ExprId) -> list[Binding]:
        """The bindings of `name` in `scope` whose value a reader may see, latest first."""
        known = self.bindings.get((scope, name))
        if known is None:
            return []
        if len(known) == 1:
            return known
        owner = self._function_of_scope[scope]
        if owner == NOTHING and self.function_at(reader) != NOTHING:
            return self.remaining(known)
        if self.function_at(reader) != owner or owner == NOTHING:
            return [binding for binding in known if not self.in_block(_place(binding), BlockKind.DEAD)] or known
        found = []
        around = self._ancestry(self.block_at(reader))
        place = bisect_right([binding.at for binding in known], reader)
        for binding in reversed(known[:place]):
            block = self.block_at(_place(binding))
            if self.facts.blocks[block].kind is BlockKind.DEAD:
                continue
            found.append(binding)
            if block in around and binding.value != NOTHING:
                break
        loops = [self.facts.blocks[block] for block in around if self.facts.blocks[block].kind is BlockKind.LOOP]
        later = [binding for binding in known[place:] if any(loop.start <= _place(binding) < loop.end for loop in loops)]
        return [*found, *later] or known

    def remaining(self, known: list[Binding]) -> list[Binding]:
        """The bindings of a module-level name that may count once the module is imported: the last one that always runs, those behind
        it, and those that functions make.
        """
        found = []
        is_settled = False
        for binding in reversed(known):
            place = _place(binding)
            by_function = self.function_at(place) != NOTHING
            if self.in_block(place, BlockKind.DEAD) or (is_settled and not by_function):
                continue
            found.append(binding)
            is_settled = is_settled or (self.block_at(place) == 0 and not by_function and binding.value != NOTHING)
        return found or known

    def _ancestry(self, block: int) -> set[int]:
        found = set()
        while block != NOTHING:
            found.add(block)
            block = self.facts.blocks[block].parent
        return found


def _place(binding: Binding) -> ExprId:
    return binding.value if binding.value != NOTHING else max(binding.at - 1, 0)


def _painted(length: int, ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Which range, by number, is the innermost around each place; ranges come outermost first."""
    painted = [0] * length
    for number, (start, end) in enumerate(ranges):
        if number:
            painted[start:end] = [number] * (end - start)
    return painted


def last_name(expression: Expression) -> str:
    """`c` of `a.b.c`, the name itself of a plain name, else empty."""
    name = getattr(expression, "id", None) or getattr(expression, "name", "")
    return name if isinstance(name, str) else ""
