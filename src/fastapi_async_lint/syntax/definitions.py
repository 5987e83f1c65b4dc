"""`def`, `lambda`, `class` and `type` -> functions, classes and the scopes that they open."""

from typing import Any

import libcst as cst

from fastapi_async_lint.facts import (
    NOTHING,
    BlockKind,
    ClassFacts,
    ClassValue,
    ExprId,
    FunctionFacts,
    FunctionId,
    FunctionKind,
    FunctionValue,
    Parameter,
    ParameterFacts,
    ParameterKind,
    ScopeKind,
)
from fastapi_async_lint.syntax.annotations import visit_annotation, visit_optional
from fastapi_async_lint.syntax.draft import NOWHERE, OPAQUE, Draft, Frame, Nodes
from fastapi_async_lint.syntax.expressions import argument, visit
from fastapi_async_lint.syntax.suites import is_stub, last_statement, visit_suite


def function_definition(draft: Draft, node: cst.FunctionDef) -> bool:
    """`def` or `async def`: the function, and the binding of its name."""
    decorators = tuple([visit(draft, each.decorator) for each in node.decorators])
    written = _written_parameters(node.params)
    defaults = _defaults(draft, written)
    type_names = _open_type_scope(draft, node.type_parameters)
    parameters = _parameters(draft, written, defaults)
    annotation = visit_optional(draft, node.returns)
    _close_type_scope(draft, node.type_parameters)
    first = node.decorators[0] if node.decorators else node
    function, outer = _open_function(draft, node.name.value, parameters, Nodes(first, last_statement(node.body), node.name))
    for name in type_names:
        draft.bind(name, draft.add(OPAQUE))
    visit_suite(draft, node.body, BlockKind.BODY)
    scope = draft.scope
    draft.close_scope()
    frame, draft.frame = draft.frame, outer
    draft.functions[function] = FunctionFacts(
        name=node.name.value,
        qualname=frame.qualname,
        kind=FunctionKind.DEF,
        scope=scope,
        is_async=node.asynchronous is not None,
        is_generator=frame.has_yield,
        is_stub=is_stub(node.body),
        parameters=parameters,
        decorators=decorators,
        annotation=annotation,
        returns=tuple(frame.returns),
        yields=tuple(frame.yields),
        span=NOWHERE,
        name_span=NOWHERE,
        reraises=frame.reraises,
    )
    draft.bind(node.name.value, draft.add(FunctionValue(function)))
    return False


def lambda_expression(draft: Draft, node: cst.Lambda) -> ExprId:
    """A lambda, whose body is the operand of its one return."""
    written = _written_parameters(node.params)
    parameters = _parameters(draft, written, _defaults(draft, written))
    function, outer = _open_function(draft, "<lambda>", parameters, Nodes(node, node, node))
    draft.open_block(BlockKind.BODY)
    result = visit(draft, node.body)
    draft.close_block()
    scope = draft.scope
    draft.close_scope()
    frame, draft.frame = draft.frame, outer
    draft.functions[function] = FunctionFacts(
        name="<lambda>",
        qualname=frame.qualname,
        kind=FunctionKind.LAMBDA,
        scope=scope,
        is_async=False,
        is_generator=frame.has_yield,
        is_stub=False,
        parameters=parameters,
        decorators=(),
        annotation=NOTHING,
        returns=(result,),
        yields=tuple(frame.yields),
        span=NOWHERE,
        name_span=NOWHERE,
    )
    return draft.add(FunctionValue(function))


def class_definition(draft: Draft, node: cst.ClassDef) -> bool:
    """`class`: the class, and the binding of its name."""
    decorators = tuple([visit(draft, each.decorator) for each in node.decorators])
    type_names = _open_type_scope(draft, node.type_parameters)
    bases = [argument(draft, each) for each in node.bases]
    keywords = tuple([argument(draft, each) for each in node.keywords])
    _close_type_scope(draft, node.type_parameters)
    number = len(draft.classes)
    draft.classes.append(None)
    draft.class_nodes.append(node.name)
    outer, draft.frame = draft.frame, Frame(draft.qualify(node.name.value))
    scope = draft.open_scope(ScopeKind.CLASS, number)
    for name in type_names:
        draft.bind(name, draft.add(OPAQUE))
    visit_suite(draft, node.body, BlockKind.BODY)
    draft.close_scope()
    frame, draft.frame = draft.frame, outer
    draft.classes[number] = ClassFacts(
        name=node.name.value,
        qualname=frame.qualname,
        scope=scope,
        bases=tuple([base.value for base in bases]),
        keywords=keywords,
        decorators=decorators,
        name_span=NOWHERE,
        type_parameters=tuple(type_names),
    )
    draft.bind(node.name.value, draft.add(ClassValue(number)))
    return False


def type_alias(draft: Draft, node: cst.TypeAlias) -> bool:
    """`type X = ...`: a binding whose value is the type's expression."""
    _open_type_scope(draft, node.type_parameters)
    value = visit_annotation(draft, node.value)
    _close_type_scope(draft, node.type_parameters)
    draft.bind(node.name.value, value)
    return False


def _open_function(draft: Draft, name: str, parameters: tuple[ParameterFacts, ...], nodes: Nodes) -> tuple[FunctionId, Frame]:
    """Open the function's scope and bind its parameters; its number, and the frame to go back to."""
    function = len(draft.functions)
    draft.functions.append(None)
    draft.function_nodes.append(nodes)
    outer, draft.frame = draft.frame, Frame(draft.qualify(name))
    draft.open_scope(ScopeKind.FUNCTION, function)
    for place, parameter in enumerate(parameters):
        draft.bind(parameter.name, draft.add(Parameter(function, place)), parameter.annotation)
    return function, outer


def _written_parameters(node: cst.Parameters) -> list[tuple[cst.Param, ParameterKind]]:
    written = [(each, ParameterKind.POSITIONAL_ONLY) for each in node.posonly_params]
    written += [(each, ParameterKind.REGULAR) for each in node.params]
    if isinstance(node.star_arg, cst.Param):
        written.append((node.star_arg, ParameterKind.VAR_POSITIONAL))
    written += [(each, ParameterKind.KEYWORD_ONLY) for each in node.kwonly_params]
    if node.star_kwarg is not None:
        written.append((node.star_kwarg, ParameterKind.VAR_KEYWORD))
    return written


def _defaults(draft: Draft, written: list[tuple[cst.Param, ParameterKind]]) -> list[ExprId]:
    return [NOTHING if each.default is None else visit(draft, each.default) for each, _ in written]


def _parameters(draft: Draft, written: list[tuple[cst.Param, ParameterKind]], defaults: list[ExprId]) -> tuple[ParameterFacts, ...]:
    return tuple(
        [
            ParameterFacts(each.name.value, kind, visit_optional(draft, each.annotation), default)
            for (each, kind), default in zip(written, defaults, strict=True)
        ]
    )


def _open_type_scope(draft: Draft, node: cst.TypeParameters | None) -> list[str]:
    """A scope of its own for `[T: Bound]` and the annotations behind it; the names that it binds."""
    if node is None:
        return []
    draft.open_scope(ScopeKind.COMPREHENSION)
    names: list[str] = []
    for each in node.params:
        parameter: Any = each.param
        names.append(parameter.name.value)
        if getattr(parameter, "bound", None) is not None:
            visit_annotation(draft, parameter.bound)
        if each.default is not None:
            visit_annotation(draft, each.default)
        draft.bind(parameter.name.value, draft.add(OPAQUE))
    return names


def _close_type_scope(draft: Draft, node: cst.TypeParameters | None) -> None:
    if node is not None:
        draft.close_scope()
