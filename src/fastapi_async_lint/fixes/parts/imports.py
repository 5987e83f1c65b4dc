"""The name of something that must be imported, at a node -> how to write it there, and the import that must be added.

A PATH says what and how it is imported: `package.module.name` asks for `import package.module` and is written in full;
`package.module:name` asks for `from package.module import name` and is written `name` (or `package:module.name`, written `module.name`).
Several of them with `|` between them are the same thing: the first is what is added, and each may be reused.

What the file has imported already is reused if that name means the thing for certain: bound at the top of the module, unconditionally and
to nothing else; or above the use in the very function. Otherwise an import is added, by another name where the usual one means something
else. A star import is taken to bind nothing of interest.
"""

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from fastapi_async_lint.findings import Edit
from fastapi_async_lint.fixes.parts.awaiting import nearest_function
from fastapi_async_lint.fixes.parts.names import Binding, bindings, declared_global, free_name, imported_by, names_hidden, same_thing
from fastapi_async_lint.fixes.parts.placing import insertion
from fastapi_async_lint.fixes.parts.tree import Tree


class Wanted(NamedTuple):
    """Something that must be importable."""

    module: str
    name: str
    """What it is called there; dotted if it is an attribute of what is imported."""
    is_from: bool
    """Whether `from module import` is how it is imported."""

    @property
    def full(self) -> str:
        """Its whole dotted name."""
        return f"{self.module}.{self.name}"


class Naming(NamedTuple):
    """How to write something, and the edits without which that does not work."""

    expression: cst.BaseExpression
    edits: tuple[Edit, ...] = ()


def wanted_of(notation: str) -> tuple[Wanted, ...]:
    """What a PATH asks for, alternatives in their order."""
    found = []
    for one in notation.split("|"):
        module, colon, name = one.strip().partition(":")
        if not colon:
            module, _, name = module.rpartition(".")
        found.append(Wanted(module, name, bool(colon)))
    return tuple(found)


def named(tree: Tree, node: cst.CSTNode, alternatives: tuple[Wanted, ...]) -> Naming:
    """How to write the thing where the node stands."""
    hidden = names_hidden(tree, node)
    written = _written_in_function(tree, node, alternatives) or _written_in_module(tree, node, alternatives, hidden)
    if written:
        return Naming(cst.parse_expression(written))
    return _added(tree, alternatives, hidden)


# ---------------------------------------------------------------------------------------------------- what is there already


def _written_in_module(tree: Tree, node: cst.CSTNode, alternatives: tuple[Wanted, ...], hidden: frozenset[str]) -> str:
    """How to write it by an import at the top of the module; empty if there is none to rely on."""
    in_function = nearest_function(tree, node) is not None
    unsure = hidden | declared_global(tree.text)
    bound = bindings(tree, tree.module)
    for wanted in alternatives:
        for binding in _imports_at_top(tree, None if in_function else node):
            written = _written(binding, wanted)
            others = (other for other in bound if other.name == binding.name)
            if written and binding.name not in unsure and all(other.target == binding.target for other in others):
                return written
    return ""


def _imports_at_top(tree: Tree, above: cst.CSTNode | None) -> Iterator[Binding]:
    """What unconditional imports of the module bind, those above a node if there is one."""
    for statement in tree.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, cst.Import | cst.ImportFrom) and (above is None or tree.place(statement)[0] < tree.place(above)[0]):
                    yield from imported_by(tree, small)


def _written_in_function(tree: Tree, node: cst.CSTNode, alternatives: tuple[Wanted, ...]) -> str:
    """How to write it by an import of the function that the node is in, in a suite around the node and above it."""
    function = nearest_function(tree, node)
    if function is None:
        return ""
    local = bindings(tree, function)
    hidden: set[str] = set()
    for below, around in tree.ancestors(node):
        if around is function:
            return ""
        if isinstance(around, cst.Lambda | cst.BaseComp):
            hidden |= {binding.name for binding in bindings(tree, around)}
        for binding in _imports_above(tree, around, below):
            others = [other for other in local if other.name == binding.name]
            if binding.name not in hidden and all(other.target == binding.target for other in others):
                for wanted in alternatives:
                    if written := _written(binding, wanted):
                        return written
    return ""


def _imports_above(tree: Tree, suite: cst.CSTNode, statement: cst.CSTNode) -> Iterator[Binding]:
    """What the imports bind that stand in a suite before one of its statements."""
    if not isinstance(suite, cst.IndentedBlock):
        return
    for before in suite.body:
        if before is statement:
            return
        if isinstance(before, cst.SimpleStatementLine):
            for small in before.body:
                if isinstance(small, cst.Import | cst.ImportFrom):
                    yield from imported_by(tree, small)


def _written(binding: Binding, wanted: Wanted) -> str:
    """How to write the thing by a binding; empty if the binding does not lead there for certain."""
    if same_thing(binding.target, wanted.full):
        return binding.name
    leads_there = wanted.full.startswith(f"{binding.target}.") and f"{binding.loaded}.".startswith(f"{wanted.module}.")
    return binding.name + wanted.full.removeprefix(binding.target) if binding.target and leads_there else ""


# ---------------------------------------------------------------------------------------------------------- what is added


def _added(tree: Tree, alternatives: tuple[Wanted, ...], hidden: frozenset[str]) -> Naming:
    """A new import at the top of the module."""
    wanted = alternatives[0]
    head, _, rest = wanted.name.partition(".")
    bound = head if wanted.is_from else wanted.module.partition(".")[0]
    targets = {one.full.removesuffix(f".{rest}") if rest else one.full for one in alternatives} if wanted.is_from else {bound}
    others = {binding.target for binding in bindings(tree, tree.module) if binding.name == bound}
    is_taken = bound in hidden or bound in declared_global(tree.text) or bool(others - targets)
    alias = free_name(tree.text, f"{head if wanted.is_from else wanted.module.rpartition('.')[2]}_") if is_taken else ""
    renamed = f" as {alias}" if alias else ""
    if wanted.is_from:
        line = f"from {wanted.module} import {head}{renamed}"
        written = ".".join(filter(None, (alias or head, rest)))
    else:
        line = f"import {wanted.module}{renamed}"
        written = f"{alias or wanted.module}.{wanted.name}"
    return Naming(cst.parse_expression(written), insertion(tree, line))
