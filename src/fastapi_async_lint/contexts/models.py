"""Path operations and dependencies -> the validators and serialisers that their models run on the event loop."""

from collections.abc import Iterator

from fastapi_async_lint.callgraph import CallGraph, entry_of
from fastapi_async_lint.facts import NOTHING, Call, ExprId
from fastapi_async_lint.inference.annotations import annotated, provided_by
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import mro
from fastapi_async_lint.inference.values import (
    Annotation,
    ExternalInstance,
    FunctionObject,
    Generator,
    Instance,
    Marked,
    Values,
    known,
    ordered,
)
from fastapi_async_lint.operands import operands
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref

_DEPTH = 5


class Models:
    """Follows models through their fields; one per analysis."""

    def __init__(self, graph: CallGraph) -> None:
        self._graph = graph
        self._inference = graph.inference
        self._program = graph.program

    def taken(self, ref: FunctionRef) -> Iterator[tuple[FunctionRef, str]]:
        """Validators that run when the parameters are filled, each with words for it. Injected parameters are not constructed on the loop."""
        facts = self._program.function(ref)
        for parameter in facts.parameters:
            if parameter.annotation == NOTHING or self._is_injected(ref.module, parameter.annotation, parameter.default):
                continue
            yield from self._of_annotation(ref.module, parameter.annotation)
            yield from self._of_values(annotated(self._inference, ref.module, parameter.annotation), "construct", "validator")

    def returned(self, ref: FunctionRef, call: Ref) -> Iterator[tuple[FunctionRef, str]]:
        """Serialisers of the response model; where the path operation is on the loop, its validators run there too."""
        facts = self._program.function(ref)
        values: Values = frozenset()
        expression = self._program.expression(call)
        if isinstance(expression, Call):
            number = Arguments(call.module, expression.arguments).expression(None, "response_model")
            if number is not None:
                values = annotated(self._inference, call.module, number)
            else:
                yield from self._drained(ref)
        if not known(values) and facts.annotation != NOTHING:
            values = annotated(self._inference, ref.module, facts.annotation)
        yield from self._of_values(values, "serialise", "serialiser")
        if facts.is_async:
            yield from self._of_values(values, "construct", "response validator")

    def _drained(self, ref: FunctionRef) -> Iterator[tuple[FunctionRef, str]]:
        """Without a response model the encoder drains, on the loop, a generator that the path operation returns."""
        for number in self._program.function(ref).returns:
            for value in ordered(self._inference.evaluate(ref.module, number)):
                if isinstance(value, Generator) and not self._program.function(value.ref).is_async:
                    yield value.ref, "response"

    def _is_injected(self, module: int, annotation: ExprId, default: ExprId) -> bool:
        if default != NOTHING and provided_by(self._inference, module, default):
            return True
        expression = self._program.modules[module].expressions[annotation]
        for operand in operands(expression):
            for inner in (operand, *operands(self._program.modules[module].expressions[operand])):
                if provided_by(self._inference, module, inner):
                    return True
        return any(
            self._is_injected(value.ref.module, value.ref.expression, NOTHING)
            for value in ordered(self._inference.evaluate(module, annotation))
            if isinstance(value, Annotation) and value.ref != Ref(module, annotation)
        )

    def _of_values(self, values: Values, where: str, words: str, depth: int = 0) -> Iterator[tuple[FunctionRef, str]]:
        for value in ordered(known(values)):
            if isinstance(value, Instance):
                name = self._program.definition(value.ref).name
                for hook in self._hooks(value.ref, where):
                    yield hook, f"{words} of {name}"
                if depth < _DEPTH:
                    yield from self._of_fields(value.ref, where, words, depth + 1)
            elif isinstance(value, ExternalInstance) and depth < _DEPTH:
                for part in value.arguments:
                    yield from self._of_values(part, where, words, depth + 1)

    def _hooks(self, ref: ClassRef, where: str) -> list[FunctionRef]:
        """The class's hooks; a plain dataclass's `__post_init__` is one of them when it is made from a request."""
        found = self._graph.expansion.hooks.of(ref, where)
        if where == "construct":
            found += [item.ref for item in read_class(self._inference, Instance(ref), "__post_init__") if isinstance(item, FunctionObject)]
        return found

    def _of_fields(self, ref: ClassRef, where: str, words: str, depth: int) -> Iterator[tuple[FunctionRef, str]]:
        """The classes of a model's fields; plain classes that no library constructs from data are not followed."""
        for ancestor in mro(self._inference, ref):
            if not isinstance(ancestor, ClassRef):
                continue
            module = self._program.modules[ancestor.module]
            scope = module.facts.classes[ancestor.definition].scope
            for (place, _), bindings in module.bindings.items():
                if place != scope:
                    continue
                for binding in bindings:
                    if binding.annotation != NOTHING:
                        if where == "construct":
                            yield from self._of_annotation(ancestor.module, binding.annotation)
                        inner = annotated(self._inference, ancestor.module, binding.annotation)
                        yield from self._of_values(frozenset(v for v in inner if v != Instance(ref)), where, words, depth + 1)

    def _of_annotation(self, module: int, number: ExprId, depth: int = 0) -> Iterator[tuple[FunctionRef, str]]:
        """`Annotated[T, AfterValidator(f)]`, directly or behind an alias."""
        if depth > _DEPTH:
            return
        expression = self._program.modules[module].expressions[number]
        if isinstance(expression, Call):
            for value in ordered(self._inference.evaluate(module, expression.function)):
                entry = entry_of(self._inference, value)
                for run in entry.runs if entry else ():
                    if run.where != "construct":
                        continue
                    passed = Arguments(module, expression.arguments).values(self._inference, run.argument, run.name)
                    for item in ordered(passed or ()):
                        inner = item.inner if isinstance(item, Marked) else frozenset((item,))
                        yield from ((one.ref, "validator") for one in ordered(inner) if isinstance(one, FunctionObject))
            return
        for operand in operands(expression):
            yield from self._of_annotation(module, operand, depth + 1)
        for value in ordered(self._inference.evaluate(module, number)):
            if isinstance(value, Annotation) and value.ref != Ref(module, number):
                yield from self._of_annotation(value.ref.module, value.ref.expression, depth + 1)
