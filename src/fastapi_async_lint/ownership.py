"""An expression -> whether the object that it gives was made by this very run of its function, so that nobody else can be using it.

What a function makes, it may change in any thread; what it was given, or found in a global or an attribute, other tasks may use meanwhile.
In doubt it is not the function's own. What hangs on an own object of a library (a response's headers) is the function's own; what hangs on
an own object of the project may have been passed in.
"""

from fastapi_async_lint.callgraph import CallGraph, entry_of
from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Await,
    Call,
    Choice,
    Display,
    Element,
    Entered,
    ExprId,
    FunctionValue,
    Literal,
    Mapping,
    Name,
    Operation,
    Parameter,
    Subscript,
    Unpacked,
)
from fastapi_async_lint.facts import Comprehension as ComprehensionFact
from fastapi_async_lint.inference.values import ClassObject, External, ExternalInstance, FunctionObject, Instance, Method, Value, known
from fastapi_async_lint.modules import FunctionRef, Module

_DEPTH = 12


class Ownership:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._graph = graph
        self._inference = graph.inference
        self._program = graph.program

    def is_own(self, ref: FunctionRef, number: ExprId, *, owns_receiver: bool = False, depth: int = 0) -> bool:
        """The function made the object itself. `owns_receiver`: its `self` was made by whoever runs it, for this run alone."""
        if depth > _DEPTH or number == NOTHING:
            return False
        module = self._program.modules[ref.module]
        match module.expressions[number]:
            case Literal() | FunctionValue() | Display() | Mapping() | ComprehensionFact() | Operation():
                return True
            case Call() as call:
                return self._is_made(ref, call, owns_receiver, depth)
            case Element(value=value) | Entered(value=value) | Unpacked(value=value) | Subscript(value=value) | Await(value=value):
                return self.is_own(ref, value, owns_receiver=owns_receiver, depth=depth + 1)
            case Attribute(value=value):
                values = known(self._inference.evaluate(ref.module, value))
                is_library = bool(values) and all(isinstance(one, ExternalInstance) for one in values)
                return is_library and self.is_own(ref, value, owns_receiver=owns_receiver, depth=depth + 1)
            case Choice(options=options):
                return all(self.is_own(ref, option, owns_receiver=owns_receiver, depth=depth + 1) for option in options)
            case Name(id=name):
                return self._is_own_name(ref, module, number, name, owns_receiver, depth)
            case _:
                return False

    def _is_own_name(self, ref: FunctionRef, module: Module, number: ExprId, name: str, owns_receiver: bool, depth: int) -> bool:
        scope = module.scope_at(number)
        top = module.facts.functions[ref.function].scope
        while scope not in (top, NOTHING) and (scope, name) not in module.bindings:
            scope = module.facts.scopes[scope].parent
        if scope == NOTHING or module.function_at(module.facts.scopes[scope].start) != ref.function:
            return False
        bindings = [binding for binding in module.reaching(scope, name, number) if binding.value != NOTHING]
        return bool(bindings) and all(
            self._is_receiver(module, ref, binding.value, owns_receiver)
            or self.is_own(ref, binding.value, owns_receiver=owns_receiver, depth=depth + 1)
            for binding in bindings
        )

    def _is_receiver(self, module: Module, ref: FunctionRef, value: ExprId, owns_receiver: bool) -> bool:
        expression = module.expressions[value]
        return owns_receiver and isinstance(expression, Parameter) and expression.index == 0 and module.class_of(ref.function) != NOTHING

    def _is_made(self, ref: FunctionRef, call: Call, owns_receiver: bool, depth: int) -> bool:
        values = known(self._inference.evaluate(ref.module, call.function))
        function = self._program.modules[ref.module].expressions[call.function]
        receiver = function.value if isinstance(function, Attribute) else NOTHING
        if not values:  # an unknown method of an own object gives what hangs on it
            return self.is_own(ref, receiver, owns_receiver=owns_receiver, depth=depth + 1)
        return all(self._makes(ref, value, receiver, owns_receiver, depth) for value in values)

    def _makes(self, ref: FunctionRef, value: Value, receiver: ExprId, owns_receiver: bool, depth: int) -> bool:
        match value:
            case ClassObject():
                return True
            case FunctionObject(ref=callee):
                facts = self._program.function(callee)
                return bool(facts.returns) and all(self.is_own(callee, number, depth=depth + 4) for number in facts.returns)
            case External():
                entry = entry_of(self._inference, value)
                return entry is not None and entry.role != "memoised" and not _gives_argument(entry.returns)
            case Method(owner=owner):
                is_shared = not self._inference.catalogue.is_thread_safe(owner)
                return not is_shared or self.is_own(ref, receiver, owns_receiver=owns_receiver, depth=depth + 1)
            case ExternalInstance(path=path):
                gives = self._inference.catalogue.calling(path) is not None
                is_maker = self._inference.catalogue.is_thread_safe(path) or receiver == NOTHING
                return gives and (is_maker or self.is_own(ref, receiver, owns_receiver=owns_receiver, depth=depth + 1))
            case Instance():
                return False
            case _:
                return False


def _gives_argument(returns: object) -> bool:
    return getattr(returns, "head", "") in ("arg", "element", "result")
