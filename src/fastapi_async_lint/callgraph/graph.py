"""Functions -> their operations, each with what it may run: the call graph, computed function by function on demand."""

from collections.abc import Callable, Iterable, Iterator

from fastapi_async_lint.callgraph import implicit
from fastapi_async_lint.callgraph.expansion import Expansion
from fastapi_async_lint.callgraph.flows import entry_of
from fastapi_async_lint.callgraph.targets import Creates, Library, Operation, Runs, Target
from fastapi_async_lint.facts import NOTHING, Attribute, Await, Call, Element, Entered, Expression, ExprId, Name, Subscript, Unpacked
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.decorators import has_unknown_decorator
from fastapi_async_lint.inference.parameters import receiver_of
from fastapi_async_lint.inference.values import Instance, Unknown, Value, Values, known, ordered
from fastapi_async_lint.program import FunctionRef, Module, Ref, last_name


class CallGraph:
    """The operations of functions and modules; one per program."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.program = inference.program
        self.expansion = Expansion(inference)
        self._operations: dict[FunctionRef, tuple[Operation, ...]] = {}
        self._properties = self._property_names()

    def _property_names(self) -> frozenset[str]:
        """Names under which the project or a library defines a property that runs code; reading any other attribute runs nothing."""
        names = set()
        for module in self.program.modules:
            for number, function in enumerate(module.facts.functions):
                if function.decorators and module.class_of(number) != NOTHING:
                    names.add(function.name)
        return frozenset(names) | self.inference.catalogue.property_names()

    def operations(self, ref: FunctionRef) -> tuple[Operation, ...]:
        """What the function's body does, in order. A coroutine function's calls of its parameters run what callers are known to pass."""
        if ref not in self._operations:
            self._operations[ref] = ()
            module = self.program.modules[ref.module]
            self._operations[ref] = tuple(self._scan(module, module.body(ref.function)))
        own = self._operations[ref]
        if not self.expansion.passed or not self.program.function(ref).is_async:
            return own
        return tuple(self._with_passed(ref, operation) for operation in own)

    def _with_passed(self, ref: FunctionRef, operation: Operation) -> Operation:
        here = Ref(ref.module, operation.expression)
        passed = self.expansion.passed.get(here)
        if not passed:
            return operation
        module = self.program.modules[ref.module]
        found = [self.expansion.expand(value, None, here, 1) or [] for value in ordered(passed)]
        targets = self._kept(module, operation.expression, found)
        return operation._replace(
            targets=tuple(dict.fromkeys((*operation.targets, *targets))), alternatives=operation.alternatives + len(passed) - 1
        )

    def calls_named(self, module: Module, places: Iterable[ExprId], names: frozenset[str]) -> Iterator[Operation]:
        """The calls among these expressions of callables with one of these last names."""
        for place in places:
            expression = module.expressions[place]
            if type(expression) is Call and last_name(module.expressions[expression.function]) in names:
                yield self._call(module, place, expression)

    def _scan(self, module: Module, places: Iterable[ExprId]) -> Iterator[Operation]:
        for place in places:
            operation = self._operation(module, place, module.expressions[place])
            if operation is not None:
                yield operation

    def _operation(self, module: Module, place: ExprId, expression: Expression) -> Operation | None:
        here = Ref(module.number, place)
        match expression:
            case Call():
                return self._call(module, place, expression)
            case Attribute(value=base, name=name) if name in self._properties:
                return self._implicit(module, place, base, lambda value: implicit.read(self.expansion, value, name))
            case Element(value=operand, is_async=is_async):
                return self._implicit(module, place, operand, lambda value: implicit.iterated(self.expansion, value, is_async, here))
            case Unpacked(value=operand, index=0):
                return self._implicit(module, place, operand, lambda value: implicit.iterated(self.expansion, value, False, here))
            case Entered(value=operand, is_async=is_async):
                return self._implicit(module, place, operand, lambda value: implicit.entered(self.expansion, value, is_async))
            case Subscript(value=operand):
                return self._implicit(module, place, operand, lambda value: implicit.indexed(self.expansion, value))
            case _:
                return None

    def _implicit(self, module: Module, place: ExprId, operand: ExprId, targets: Callable[[Value], list[Target]]) -> Operation | None:
        values = ordered(known(self.inference.evaluate(module.number, operand)))
        found = self._kept(module, place, [targets(value) for value in values])
        if not found:
            return None
        read = module.expressions[place]
        alternatives = self._alternatives(values, read.name if isinstance(read, Attribute) else "")
        return Operation(place, tuple(dict.fromkeys(found)), True, alternatives, self._is_receiver(module, operand))

    def _call(self, module: Module, place: ExprId, call: Call) -> Operation:
        values: Values = self.inference.evaluate(module.number, call.function)
        given = Arguments(module.number, call.arguments)
        here = Ref(module.number, place)
        expanded = [None if isinstance(value, Unknown) else self.expansion.expand(value, given, here) for value in ordered(values)]
        found = self._kept(module, place, [targets or [] for targets in expanded])
        for argument in call.arguments:
            if argument.stars == 1:
                for value in ordered(known(self.inference.evaluate(module.number, argument.value))):
                    found += implicit.iterated(self.expansion, value, False, here)
        function = module.expressions[call.function]
        on_receiver = isinstance(function, Attribute) and self._is_receiver(module, function.value)
        resolved = bool(values) and all(targets is not None for targets in expanded)
        return Operation(place, tuple(dict.fromkeys(found)), resolved, self._alternatives(values, "__call__"), on_receiver)

    def _alternatives(self, values: Iterable[Value], method: str) -> int:
        """How many functions may run, if `method` of instances does: an abstract one stands for all its overrides."""
        return sum(
            max(len(read_class(self.inference, value, method)), 1) if isinstance(value, Instance) and method else 1 for value in values
        )

    def _is_receiver(self, module: Module, operand: ExprId) -> bool:
        """It is the first parameter of the method around it: `self` or `cls`."""
        expression = module.expressions[operand]
        function = module.function_at(operand)
        if not isinstance(expression, Name) or function == NOTHING:
            return False
        receiver = receiver_of(self.inference, FunctionRef(module.number, function))
        return receiver is not None and receiver.name == expression.id

    def _kept(self, module: Module, place: ExprId, alternatives: list[list[Target]]) -> list[Target]:
        """All targets of all alternatives. What is awaited is asynchronous: then a library's call is no blocker, and of several
        candidates the synchronous ones are out.
        """
        if not self.is_awaited(module, place):
            return [target for targets in alternatives for target in targets]
        coroutines = [targets for targets in alternatives if any(isinstance(target, Creates) for target in targets)]
        return [target for targets in coroutines or alternatives for target in targets if self._may_be_awaited(target)]

    def _may_be_awaited(self, target: Target) -> bool:
        """A library's call that is awaited is asynchronous; so is a `def` under a decorator that nothing is known of."""
        if isinstance(target, Library):
            return False
        return not isinstance(target, Runs) or not has_unknown_decorator(self.inference, target.function)

    def is_awaited(self, module: Module, place: ExprId) -> bool:
        """The expression's value is awaited, directly or by what it is passed to (`gather`, `create_task`, `wait_for`)."""
        for parent in module.parents.get(place, ()):
            expression = module.expressions[parent]
            if isinstance(expression, Await) or (isinstance(expression, Entered | Element) and expression.is_async):
                return True
            if isinstance(expression, Call) and expression.function != place:
                for value in self.inference.evaluate(module.number, expression.function):
                    entry = entry_of(self.inference, value)
                    if entry is not None and any(run.how == "await" for run in entry.runs):
                        return True
        return False
