"""A scope -> the names that it binds, and to what where an import binds them."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

import libcst as cst

from fastapi_async_lint.fixes.parts.tree import Tree
from fastapi_async_lint.fixes.parts.walking import Scope, children


class Binding(NamedTuple):
    """One place where a scope binds a name."""

    name: str
    target: str
    """What an import binds it to, dotted; empty for anything else. `.app.core.x` for a relative import: see `same_thing`."""
    loaded: str
    """The dotted name that the import statement makes sure of: `a.b` for `import a.b`, which binds `a`."""
    node: cst.CSTNode
    """What binds it."""


def bindings(tree: Tree, scope: Scope) -> tuple[Binding, ...]:
    """The names that a scope itself binds, not those of scopes in it. Found once for each scope of a tree."""
    known = _KNOWN.setdefault(tree, {})
    if id(scope) not in known:
        known[id(scope)] = tuple(_bindings(tree, scope))
    return known[id(scope)]


_KNOWN: WeakKeyDictionary[Tree, dict[int, tuple[Binding, ...]]] = WeakKeyDictionary()


def _bindings(tree: Tree, scope: Scope) -> Iterator[Binding]:
    waiting: list[cst.CSTNode] = []
    match scope:
        case cst.FunctionDef():
            yield from (Binding(param.name.value, "", "", param) for param in parameters(scope.params))
            waiting.append(scope.body)
        case cst.Lambda():
            yield from (Binding(param.name.value, "", "", param) for param in parameters(scope.params))
        case cst.ClassDef():
            waiting.append(scope.body)
        case cst.Module():
            waiting.extend(scope.body)
        case cst.BaseComp():
            yield from (Binding(name, "", "", scope) for name in _names_of_comprehension(scope))
    while waiting:
        node = waiting.pop()
        yield from bound_by(tree, node)
        if isinstance(node, cst.CompFor):
            waiting.extend(child for child in children(node) if child is not node.target)
        elif not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            waiting.extend(children(node))


def names_hidden(tree: Tree, node: cst.CSTNode) -> frozenset[str]:
    """The names that scopes around the node bind, so that they do not mean there what they mean in the module."""
    hidden: set[str] = set()
    is_innermost = True
    for below, around in tree.ancestors(node):
        if isinstance(around, cst.ClassDef) and (not is_innermost or below is not around.body):
            continue  # functions in a class do not see its names
        if isinstance(around, cst.FunctionDef) and below is not around.body:
            continue
        if isinstance(around, cst.FunctionDef | cst.Lambda | cst.ClassDef | cst.BaseComp):
            hidden |= {binding.name for binding in bindings(tree, around)}
            is_innermost = False
    return frozenset(hidden)


def bound_by(tree: Tree, node: cst.CSTNode) -> Iterator[Binding]:
    """The names that one node binds in the scope it stands in, those in it not counted; a `del` counts, since the name is a local one."""
    match node:
        case cst.FunctionDef() | cst.ClassDef():
            yield Binding(node.name.value, "", "", node)
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.NamedExpr() | cst.Del():
            yield from (Binding(name, "", "", node) for name in target_names(node.target))
        case cst.WithItem() | cst.ExceptHandler() | cst.ExceptStarHandler() if (
            asname := node.asname if isinstance(node, cst.WithItem) else node.name
        ) is not None:
            yield from (Binding(name, "", "", node) for name in target_names(asname.name))
        case (
            cst.MatchAs(name=cst.Name(value=name)) | cst.MatchStar(name=cst.Name(value=name)) | cst.MatchMapping(rest=cst.Name(value=name))
        ):
            yield Binding(name, "", "", node)
        case cst.TypeAlias():
            yield Binding(node.name.value, "", "", node)
        case cst.NameItem():
            yield Binding(node.name.value, "", "", node)
        case cst.Import() | cst.ImportFrom():
            yield from imported_by(tree, node)
        case _:
            pass


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The names that an assignment to the target binds: those of `a, (b, *c)`, not of `a.b` or `a[0]`."""
    match target:
        case cst.Name():
            yield target.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from target_names(element.value)
        case _:
            pass


def parameters(params: cst.Parameters) -> Iterator[cst.Param]:
    """All parameters, starred ones too."""
    yield from (*params.posonly_params, *params.params, *params.kwonly_params)
    yield from (star for star in (params.star_arg, params.star_kwarg) if isinstance(star, cst.Param))


def _names_of_comprehension(comprehension: cst.BaseComp) -> Iterator[str]:
    clause: cst.CompFor | None = comprehension.for_in
    while clause is not None:
        yield from target_names(clause.target)
        clause = clause.inner_for_in


def imported_by(tree: Tree, node: cst.Import | cst.ImportFrom) -> Iterator[Binding]:
    """The names that an import binds, but for a star."""
    if isinstance(node, cst.Import):
        for alias in node.names:
            dotted = dotted_name(alias.name)
            if alias.asname is not None:
                yield from (Binding(name, dotted, dotted, node) for name in target_names(alias.asname.name))
            else:
                yield Binding(dotted.partition(".")[0], dotted.partition(".")[0], dotted, node)
    elif not isinstance(node.names, cst.ImportStar):
        module = module_of(tree, node)
        for alias in node.names:
            dotted = f"{module}.{dotted_name(alias.name)}"
            bound = alias.asname.name if alias.asname is not None else alias.name
            yield from (Binding(name, dotted, dotted, node) for name in target_names(bound))


def module_of(tree: Tree, node: cst.ImportFrom) -> str:
    """The module that names are imported from, dotted; a relative one begins with a dot and all folders that the file is in."""
    module = dotted_name(node.module) if node.module is not None else ""
    if not node.relative:
        return module
    folders = tree.path.parent.parts
    package = folders[: len(folders) - len(node.relative) + 1]
    return ".".join(("", *(part for part in package if part.isidentifier()), *([module] if module else ())))


def same_thing(target: str, wanted: str) -> bool:
    """Whether a binding's target is the wanted dotted name. Where packages begin is not known here: a relative import fits if its end does."""
    return target == wanted or (target.startswith(".") and target.endswith(f".{wanted}"))


def dotted_name(node: cst.CSTNode) -> str:
    """`a.b.c` of names joined by dots; empty for anything else."""
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    return ".".join([node.value, *reversed(names)]) if isinstance(node, cst.Name) else ""


_GLOBALS = re.compile(r"^[ \t\f]*global[ \t]+([^\n\r#;]+)", re.MULTILINE)


def declared_global(text: str) -> frozenset[str]:
    """The names that any function declares `global`. Read from the text, so that one in a string counts too."""
    return frozenset(name.strip() for match in _GLOBALS.finditer(text) for name in match[1].split(","))


def is_free(text: str, name: str) -> bool:
    """Whether the text never says the name."""
    return re.search(rf"\b{re.escape(name)}\b", text) is None


def free_name(text: str, stem: str) -> str:
    """The stem, or with a number behind it, that the text never says."""
    number = 1
    name = stem
    while not is_free(text, name):
        number += 1
        name = f"{stem}_{number}" if not stem.endswith("_") else f"{stem}{number}"
    return name
