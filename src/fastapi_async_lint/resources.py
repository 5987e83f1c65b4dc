"""A blocking call -> the resource that it acts on, so that calls on one resource can be told as one story.

A resource is what a local name is bound to (an opened file, a session that is passed in) or an attribute of `self`. Calls of a
library's functions act on none.
"""

from fastapi_async_lint.facts import NOTHING, Attribute, Await, Call, Element, Entered, Expression, ExprId, Name, Subscript, Unpacked
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.parameters import receiver_of
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.spelling import spell


def resource_of(inference: Inference, function: FunctionRef, number: ExprId) -> str:
    """A name for the resource, the same for all calls on it in one function; empty where there is none."""
    module = inference.program.modules[function.module]
    expression = module.expressions[number]
    if isinstance(expression, Element | Entered | Unpacked):
        return resource_of(inference, function, expression.value)
    if isinstance(expression, Call) and not _is_method(module, expression):
        return _named(function, number)
    root, holder = _root(module, number)
    name = module.expressions[root]
    if not isinstance(name, Name):
        return ""
    bindings = [binding for binding in module.reaching(module.scope_at(root), name.id, root) if binding.value != NOTHING]
    if not bindings:
        return ""
    if len(bindings) == 1 and isinstance(holder, Attribute) and _is_receiver(inference, function, name):
        return f"{_named(function, NOTHING)}:{spell(module.expressions, root)}.{holder.name}"
    return _named(function, _made_by(module, bindings[0].value))


def _named(function: FunctionRef, number: ExprId) -> str:
    return f"{function.module}:{function.function}:{number}"


def _is_method(module: Module, call: Call) -> bool:
    """It is called on a local name, or on what hangs on one."""
    root, _ = _root(module, call.function)
    name = module.expressions[root]
    return isinstance(name, Name) and root != call.function and bool(module.bindings.get((module.scope_at(root), name.id)))


def _root(module: Module, number: ExprId) -> tuple[ExprId, Expression | None]:
    """The leftmost operand of a chain of calls and attributes, and the link next to it."""
    holder: Expression | None = None
    while True:
        expression = module.expressions[number]
        if isinstance(expression, Call):
            number = expression.function
        elif isinstance(expression, Attribute | Subscript | Await):
            holder = expression
            number = expression.value
        else:
            return number, holder


def _is_receiver(inference: Inference, function: FunctionRef, name: Name) -> bool:
    receiver = receiver_of(inference, function)
    return receiver is not None and receiver.name == name.id


def _made_by(module: Module, number: ExprId) -> ExprId:
    """What a name is bound to, without the `with`, `await` or loop around it."""
    expression = module.expressions[number]
    while isinstance(expression, Entered | Element | Await | Unpacked):
        number = expression.value
        expression = module.expressions[number]
    return number
