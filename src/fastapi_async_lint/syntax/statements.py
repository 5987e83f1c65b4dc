"""Simple statements -> bindings, imports, returns."""

from collections.abc import Sequence
from typing import Any

import libcst as cst

from fastapi_async_lint.facts import NOTHING, Attribute, AttributeBinding, Imported, ItemBinding, Subscript
from fastapi_async_lint.syntax.annotations import visit_annotation
from fastapi_async_lint.syntax.draft import Draft, Statement
from fastapi_async_lint.syntax.expressions import OPERATORS, index, operation, visit
from fastapi_async_lint.syntax.targets import bind_target, unbind_target


def _expression(draft: Draft, node: cst.Expr) -> bool:
    visit(draft, node.value)
    return False


def _assignment(draft: Draft, node: cst.Assign) -> bool:
    value = visit(draft, node.value)
    for each in node.targets:
        bind_target(draft, each.target, value)
    return False


def _annotated_assignment(draft: Draft, node: cst.AnnAssign) -> bool:
    annotation = visit_annotation(draft, node.annotation.annotation)
    value = NOTHING if node.value is None else visit(draft, node.value)
    bind_target(draft, node.target, value, annotation)
    return False


def _augmented_assignment(draft: Draft, node: cst.AugAssign) -> bool:
    """The target's base is evaluated once, read, combined with the value, and bound."""
    target = node.target
    operator = OPERATORS[node.operator.__class__]
    if isinstance(target, cst.Attribute):
        base = visit(draft, target.value)
        read = draft.locate(Attribute(base, target.attr.value), target)
        value = operation(draft, operator, read, visit(draft, node.value), node)
        draft.attribute_bindings.append(AttributeBinding(base, target.attr.value, value, NOTHING, len(draft.expressions)))
    elif isinstance(target, cst.Subscript):
        base = visit(draft, target.value)
        inner = index(draft, target)
        read = draft.locate(Subscript(base, inner), target)
        value = operation(draft, operator, read, visit(draft, node.value), node)
        draft.item_bindings.append(ItemBinding(base, inner, value, len(draft.expressions)))
    else:
        read = visit(draft, target)
        bind_target(draft, target, operation(draft, operator, read, visit(draft, node.value), node))
    return False


def _return(draft: Draft, node: cst.Return) -> bool:
    if node.value is not None:
        value = visit(draft, node.value)
        if not draft.frame.dead:
            draft.frame.returns.append(value)
    return True


def _raise(draft: Draft, node: cst.Raise) -> bool:
    if node.exc is not None:
        visit(draft, node.exc)
    elif not draft.frame.handlers:
        draft.frame.reraises = True
    if node.cause is not None:
        visit(draft, node.cause.item)
    return True


def _break(draft: Draft, _node: cst.Break) -> bool:
    frame = draft.frame
    if frame.breaks and not frame.dead:
        frame.breaks[-1] = True
    return True


def _continue(_draft: Draft, _node: cst.Continue) -> bool:
    return True


def _assert(draft: Draft, node: cst.Assert) -> bool:
    visit(draft, node.test)
    if node.msg is not None:
        visit(draft, node.msg)
    return False


def _delete(draft: Draft, node: cst.Del) -> bool:
    unbind_target(draft, node.target)
    return False


def _global(draft: Draft, node: cst.Global) -> bool:
    for item in node.names:
        draft.declared[draft.scope, item.name.value] = False
    return False


def _nonlocal(draft: Draft, node: cst.Nonlocal) -> bool:
    for item in node.names:
        draft.declared[draft.scope, item.name.value] = True
    return False


def _import(draft: Draft, node: Any) -> bool:
    for alias in node.names:
        module = dotted(alias.name)
        if alias.asname is not None:
            draft.bind(alias.asname.name.value, draft.add(Imported(module)))
        else:
            first = module.partition(".")[0]
            draft.bind(first, draft.add(Imported(first, submodule="" if first == module else module)))
    return False


def _import_from(draft: Draft, node: Any) -> bool:
    module = "" if node.module is None else dotted(node.module)
    level = len(node.relative)
    if not isinstance(node.names, Sequence):
        draft.star_imports.append(Imported(module, "*", level))
        return False
    for alias in node.names:
        name = alias.name.value
        bound = name if alias.asname is None else alias.asname.name.value
        draft.bind(bound, draft.add(Imported(module, name, level)))
    return False


def dotted(node: cst.CSTNode) -> str:
    """The text of a dotted module name."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


SIMPLE_STATEMENTS: dict[type[cst.CSTNode], Statement] = {
    cst.Expr: _expression,
    cst.Assign: _assignment,
    cst.AnnAssign: _annotated_assignment,
    cst.AugAssign: _augmented_assignment,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
}

for _name, _handler in (("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _name):
        SIMPLE_STATEMENTS[getattr(cst, _name)] = _handler
