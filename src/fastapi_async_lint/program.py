"""Facts of all modules -> a Program: modules and their imports linked across the project, with indexes over all of them.

A `Ref` (module number, expression id) names an expression anywhere; a `FunctionRef` and a `ClassRef` likewise. Look-ups are
computed when first asked for, so that modules that nothing reaches cost nothing but their facts.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fastapi_async_lint.facts import (
    AttributeBinding,
    Call,
    ClassFacts,
    Expression,
    FunctionFacts,
    Imported,
    ItemBinding,
    ModuleFacts,
    Subscript,
)
from fastapi_async_lint.modules import ClassRef, FunctionRef, Module, Ref, last_name
from fastapi_async_lint.sources import Source

__all__ = ["ClassRef", "FunctionRef", "Imports", "Module", "Program", "Ref", "last_name"]


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


class Program:
    """All modules of a project, linked. Modules are in the order of their paths."""

    def __init__(self, modules: Sequence[tuple[Source, ModuleFacts]], imports: Imports) -> None:
        self.modules = tuple(Module(number, source, facts) for number, (source, facts) in enumerate(modules))
        self._imports = imports
        self._by_path = {module.source.path: module.number for module in self.modules}
        self._resolved: dict[tuple[int, str, int], int | None] = {}
        self._importing: dict[int, frozenset[int]] = {}

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
        return frozenset(path for module in self.modules for path in self._paths_imported(module))

    def _paths_imported(self, module: Module) -> Iterator[Path]:
        for imported in self._imported(module):
            names = [imported.submodule or imported.module]
            if imported.name not in ("", "*"):
                names.append(f"{imported.module}.{imported.name}" if imported.module else imported.name)
            for name in names:
                source = self._find(module.source, name, imported.level)
                if source is not None:
                    yield source.path

    def imports(self, number: int) -> frozenset[int]:
        """The modules of the project that a module imports, wherever in it, by their numbers."""
        if number not in self._importing:
            paths = self._paths_imported(self.modules[number])
            self._importing[number] = frozenset(self._by_path[path] for path in paths if path in self._by_path)
        return self._importing[number]

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
        """Every call outside dead code, by the last name of what is called: `C` of `m.C()` and of `C[int]()`."""
        found: dict[str, list[Ref]] = {}
        for module in self.modules:
            for number, expression in enumerate(module.expressions):
                if type(expression) is Call:
                    name = last_name(_unsubscripted(module, module.expressions[expression.function]))
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


def _unsubscripted(module: Module, expression: Expression) -> Expression:
    return module.expressions[expression.value] if type(expression) is Subscript else expression
