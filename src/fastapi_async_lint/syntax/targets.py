"""The left side of a binding -> bindings of names, attributes and items."""

import libcst as cst

from fastapi_async_lint.facts import NOTHING, AttributeBinding, Deletion, ExprId, ItemBinding, Unpacked
from fastapi_async_lint.syntax.draft import Draft
from fastapi_async_lint.syntax.expressions import index, visit


def bind_target(draft: Draft, target: cst.BaseExpression, value: ExprId, annotation: ExprId = NOTHING) -> None:
    """Give `target` the `value` from here on. A destructuring gives its parts Unpacked values."""
    if isinstance(target, cst.Name):
        draft.bind(target.value, value, annotation)
    elif isinstance(target, cst.Attribute):
        base = visit(draft, target.value)
        draft.attribute_bindings.append(AttributeBinding(base, target.attr.value, value, annotation, len(draft.expressions)))
    elif isinstance(target, cst.Subscript):
        base = visit(draft, target.value)
        inner = index(draft, target)
        if value != NOTHING:
            draft.item_bindings.append(ItemBinding(base, inner, value, len(draft.expressions)))
    elif isinstance(target, cst.Tuple | cst.List):
        is_fixed = True
        for place, element in enumerate(target.elements):
            is_fixed = is_fixed and not isinstance(element, cst.StarredElement)
            bind_target(draft, element.value, draft.add(Unpacked(value, place if is_fixed else NOTHING)))


def unbind_target(draft: Draft, target: cst.BaseExpression) -> None:
    """`del target`: a name loses its value; what an attribute or item is deleted from is read, and loses it."""
    if isinstance(target, cst.Name):
        draft.bind(target.value, NOTHING)
    elif isinstance(target, cst.Attribute):
        base = visit(draft, target.value)
        draft.deletions.append(Deletion(base, target.attr.value, len(draft.expressions)))
    elif isinstance(target, cst.Subscript):
        base = visit(draft, target.value)
        index(draft, target)
        draft.deletions.append(Deletion(base, "", len(draft.expressions)))
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            unbind_target(draft, element.value)
