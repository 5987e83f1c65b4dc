"""Facts of all modules -> a Program: names, scopes, blocks and imports linked across the project.

A `Ref` (module number, expression id) names an expression anywhere; a `FunctionRef` and a `ClassRef` likewise. Look-ups are
computed when first asked for, so that modules that nothing reaches cost nothing but their facts.

Names are read flow-sensitively inside a function: a binding that dominates the reader hides those before it, bindings later in a
common loop count too. From another function every binding of the name counts.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from fastapi_async_lint.facts import (
    NOTHING,
    AttributeBinding,
    Binding,
    BlockKind,
    Call,
    ClassFacts,
    ClassId,
    Expression,
    ExprId,
    FunctionFacts,
    FunctionId,
    FunctionValue,
    Imported,
    ItemBinding,
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


class Imports(Protocol):
    """Answers where a module name leads; sources.Roots does."""

    def resolve(self, importer: Source, module: str) -> Source | None:
        """The project's file that an absolute name leads to."""

    def resolve_relative(self, importer: Source, level: int, module: str) -> Source | None:
        """The project's file that a relative name leads to."""

    def is_namespace(self, importer: Source, module: str, level: int = 0) -> bool:
        """The name leads to a folder without `__init__.py`."""

    def is_first_party(self, importer: Source, module: str) -> bool:
        """The name belongs to the project."""


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
        """The expressions that a block's test consists of."""
        found: set[ExprId] = set()
        pending = [block.test for block in self.facts.blocks if block.test != NOTHING]
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
        it, and those that functions make."""
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


class Program:
    """All modules of a project, linked. Modules are in the order of their paths."""

    def __init__(self, modules: Sequence[tuple[Source, ModuleFacts]], imports: Imports) -> None:
        self.modules = tuple(Module(number, source, facts) for number, (source, facts) in enumerate(modules))
        self._imports = imports
        self._by_path = {module.source.path: module.number for module in self.modules}
        self._resolved: dict[tuple[int, str, int], int | None] = {}

    def function(self, ref: FunctionRef) -> FunctionFacts:
        """The function's facts."""
        return self.modules[ref.module].facts.functions[ref.function]

    def definition(self, ref: ClassRef) -> ClassFacts:
        """The class's facts."""
        return self.modules[ref.module].facts.classes[ref.definition]

    def expression(self, ref: Ref) -> Expression:
        """The expression itself."""
        return self.modules[ref.module].expressions[ref.expression]

    def find_module(self, importer: int, name: str, level: int = 0) -> int | None:
        """The number of the project's module that an import leads to; None for a library's or a namespace folder."""
        key = (importer, name, level)
        if key not in self._resolved:
            found = self._find(self.modules[importer].source, name, level)
            self._resolved[key] = None if found is None else self._by_path.get(found.path)
        return self._resolved[key]

    def is_namespace(self, importer: int, name: str, level: int = 0) -> bool:
        """The name leads to a folder of the project that has no `__init__.py`."""
        return self._imports.is_namespace(self.modules[importer].source, name, level)

    def is_first_party(self, importer: int, name: str) -> bool:
        """The dotted name belongs to the project, whether or not a module answers to it."""
        return self._imports.is_first_party(self.modules[importer].source, name)

    def imported_names(self) -> frozenset[str]:
        """Every dotted name that some module imports from outside the project."""
        found = set()
        for module in self.modules:
            for imported in self._imported(module):
                if not imported.level:
                    name = f"{imported.module}.{imported.name}" if imported.name not in ("", "*") else imported.submodule or imported.module
                    found.add(name)
        return frozenset(found)

    def _imported(self, module: Module) -> Iterator[Imported]:
        yield from module.facts.star_imports
        yield from (expression for expression in module.expressions if type(expression) is Imported)

    @property
    def first_party_imports(self) -> int:
        """How many import statements' names lead into the project."""
        return sum(
            bool(imported.level) or self.is_first_party(module.number, imported.submodule or imported.module)
            for module in self.modules
            for imported in self._imported(module)
        )

    def imported_paths(self) -> frozenset[Path]:
        """The project's files that its modules import, whether or not they are among the modules."""
        found = set()
        for module in self.modules:
            for imported in self._imported(module):
                names = [imported.submodule or imported.module]
                if imported.name not in ("", "*"):
                    names.append(f"{imported.module}.{imported.name}" if imported.module else imported.name)
                for name in names:
                    source = self._find(module.source, name, imported.level)
                    if source is not None:
                        found.add(source.path)
        return frozenset(found)

    def _find(self, importer: Source, name: str, level: int) -> Source | None:
        return self._imports.resolve_relative(importer, level, name) if level else self._imports.resolve(importer, name)

    def unresolved_imports(self) -> tuple[str, ...]:
        """First-party names that no module of the project answers to, sorted: `module: name`."""
        found = set()
        for module in self.modules:
            for imported in self._imported(module):
                name = imported.submodule or imported.module
                if self.find_module(module.number, name, imported.level) is not None:
                    continue
                if self.is_namespace(module.number, name, imported.level):
                    continue
                if imported.level or self.is_first_party(module.number, name):
                    found.add(f"{module.source.module}: {'.' * imported.level}{name}")
        return tuple(sorted(found))

    @cached_property
    def attribute_bindings(self) -> dict[str, list[tuple[int, AttributeBinding]]]:
        """Where anything's attribute of a name is assigned."""
        found: dict[str, list[tuple[int, AttributeBinding]]] = {}
        for module in self.modules:
            for binding in module.facts.attribute_bindings:
                found.setdefault(binding.name, []).append((module.number, binding))
        return found

    @cached_property
    def item_bindings(self) -> dict[str, list[tuple[int, ItemBinding]]]:
        """Where an item of something is assigned, by the last name of that something."""
        found: dict[str, list[tuple[int, ItemBinding]]] = {}
        for module in self.modules:
            for binding in module.facts.item_bindings:
                found.setdefault(last_name(module.expressions[binding.base]), []).append((module.number, binding))
        return found

    @cached_property
    def calls_by_name(self) -> dict[str, list[Ref]]:
        """Every call outside dead code, by the last name of what is called."""
        found: dict[str, list[Ref]] = {}
        for module in self.modules:
            for number, expression in enumerate(module.expressions):
                if type(expression) is Call:
                    name = last_name(module.expressions[expression.function])
                    if name and not module.is_dead(number):
                        found.setdefault(name, []).append(Ref(module.number, number))
        return found

    @cached_property
    def decorated(self) -> dict[str, list[FunctionRef]]:
        """Functions by the last names of their decorators."""
        found: dict[str, list[FunctionRef]] = {}
        for module in self.modules:
            for number, function in enumerate(module.facts.functions):
                for decorator in function.decorators:
                    expression = module.expressions[decorator]
                    name = last_name(module.expressions[expression.function] if isinstance(expression, Call) else expression)
                    found.setdefault(name, []).append(FunctionRef(module.number, number))
        return found

    def qualified(self, ref: FunctionRef) -> str:
        """The function's dotted name with its module."""
        return f"{self.modules[ref.module].source.module}.{self.function(ref).qualname}"


def last_name(expression: Expression) -> str:
    """`c` of `a.b.c`, the name itself of a plain name, else empty."""
    name = getattr(expression, "id", None) or getattr(expression, "name", "")
    return name if isinstance(name, str) else ""
