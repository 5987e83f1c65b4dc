"""Arguments of a call -> which blocks of the callee they rule out; and what runs only until it has run once.

A function that sends mail under `if deliver:` blocks only those callers that pass something true. Followed are constants: written at
the call, left to a parameter's default, or passed on from a parameter that is such a constant itself. Tests understood are a
parameter's truth, `is None`, `is not None`, `not`, `and` and `or`; everything else may be true or not.

Limits: a parameter that is assigned to is no constant; values that are not literals are not known, nor are those of the functions around.
"""

from collections.abc import Iterator
from typing import TypeAlias

from fastapi_async_lint.callgraph import CallGraph, Runs
from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Block,
    Call,
    Choice,
    ExprId,
    Literal,
    Name,
    Parameter,
    ParameterKind,
    ScopeId,
    ScopeKind,
    Test,
)
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.program import FunctionRef, Module

Constants: TypeAlias = tuple[tuple[int, Literal], ...]
"""Parameters, by index, that have a known constant."""


class Guards:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._program = graph.program
        self._asked: dict[FunctionRef, frozenset[int]] = {}

    def passed(self, caller: FunctionRef, number: ExprId, target: Runs, known: Constants) -> Constants:
        """The constants that the call passes, for the parameters that the callee's blocks depend on. `known` are the caller's own."""
        callee = target.function
        asked = self._asked_for(callee)
        module = self._program.modules[caller.module]
        call = module.expressions[number]
        if not asked or not isinstance(call, Call):
            return ()
        home = self._program.modules[callee.module]
        parameters = home.facts.functions[callee.function].parameters
        offset = 0 if target.receiver is None else 1
        given = Arguments(caller.module, call.arguments)
        found = []
        for index in sorted(asked):
            parameter = parameters[index]
            position = index - offset if parameter.kind is not ParameterKind.KEYWORD_ONLY else None
            written = given.expression(position, parameter.name)
            if written is not None:
                literal = self._constant(module, caller, written, known)
            elif given.has_stars or parameter.default == NOTHING:
                literal = None
            else:
                default = home.expressions[parameter.default]
                literal = default if isinstance(default, Literal) else None
            if literal is not None:
                found.append((index, literal))
        return tuple(found)

    def _asked_for(self, ref: FunctionRef) -> frozenset[int]:
        """The parameters that some block of the function depends on, or that it passes on."""
        if ref not in self._asked:
            module = self._program.modules[ref.module]
            facts = module.facts.functions[ref.function]
            scope = module.facts.scopes[facts.scope]
            names = {
                expression.id
                for number in range(scope.start, scope.end)
                if isinstance(expression := module.expressions[number], Name) and self._matters(module, number)
            }
            self._asked[ref] = frozenset(
                index
                for index, parameter in enumerate(facts.parameters)
                if parameter.name in names and len(module.bindings.get((facts.scope, parameter.name), ())) == 1
            )
        return self._asked[ref]

    def _matters(self, module: Module, number: ExprId) -> bool:
        return number in module.tested or any(isinstance(module.expressions[parent], Call) for parent in module.parents.get(number, ()))

    def _constant(self, module: Module, ref: FunctionRef, number: ExprId, known: Constants) -> Literal | None:
        """The constant that an expression is in the function `ref`, whose parameters have the constants `known`."""
        expression = module.expressions[number]
        if isinstance(expression, Literal):
            return expression
        scope = module.facts.functions[ref.function].scope
        if not isinstance(expression, Name) or _scope_of(module, number, expression.id) != scope:
            return None
        bindings = module.bindings.get((scope, expression.id), ())
        value = module.expressions[bindings[0].value] if len(bindings) == 1 and bindings[0].value != NOTHING else None
        if isinstance(value, Parameter) and value.function == ref.function:
            return dict(known).get(value.index)
        return value if isinstance(value, Literal) else None

    def may_run(self, ref: FunctionRef, number: ExprId, known: Constants) -> bool:
        """No test around the expression is ruled out by the constants."""
        if not known:
            return True
        module = self._program.modules[ref.module]
        for block in _blocks_around(module, ref, number):
            answer = self._answer(module, ref, block.test, known) if block.test != NOTHING else None
            if answer is not None and answer != block.holds:
                return False
        return not any(
            self._answer(module, ref, option, known) == (operator == "or") for _, operator, option in _options_before(module, number)
        )

    def _answer(self, module: Module, ref: FunctionRef, test: ExprId, known: Constants) -> bool | None:
        expression = module.expressions[test]
        match expression:
            case Test(operator="not", value=value):
                answer = self._answer(module, ref, value, known)
                return None if answer is None else not answer
            case Test(operator=operator, value=value):
                literal = self._constant(module, ref, value, known)
                return None if literal is None else (literal.kind == "None") == (operator == "is None")
            case Choice(options=options, operator="and" | "or" as operator):
                answers = [self._answer(module, ref, option, known) for option in options]
                decisive = operator == "or"
                if decisive in answers:
                    return decisive
                return None if None in answers else not decisive
            case _:
                literal = self._constant(module, ref, test, known)
                return None if literal is None else _truth(literal)

    def is_lazy(self, ref: FunctionRef, number: ExprId) -> bool:
        """It runs only until it has run once: where the global or attribute x is empty, in a block that assigns x, or behind `x or`."""
        module = self._program.modules[ref.module]
        if any(operator == "or" and _is_kept(module, option) for _, operator, option in _options_before(module, number)):
            return True
        return any(self._assigns(module, within, tested) for within, tested in self._lazily_tested(module, ref, number))

    def runs_once(self, ref: FunctionRef, number: ExprId) -> bool:
        """It runs once in the life of the process: x is a global, or an attribute of the class."""
        module = self._program.modules[ref.module]
        return any(
            self._assigns(module, within, tested) and not _is_of_instance(module, tested)
            for within, tested in self._lazily_tested(module, ref, number)
        )

    def _lazily_tested(self, module: Module, ref: FunctionRef, number: ExprId) -> Iterator[tuple[range, ExprId]]:
        """What is None or false wherever the expression runs, each with the expressions around it for which that holds."""
        for block in _blocks_around(module, ref, number):
            if block.test != NOTHING:
                for tested in _empty(module, block.test, block.holds):
                    yield range(block.start, block.end), tested
        for choice, operator, option in _options_before(module, number):
            for tested in _empty(module, option, operator == "and"):
                yield range(choice, choice + 1), tested

    def _assigns(self, module: Module, within: range, tested: ExprId) -> bool:
        """One of these expressions is assigned to what is tested: a global or an attribute."""
        match module.expressions[tested]:
            case Name(id=name):
                return any(binding.value in within for binding in module.bindings.get((0, name), ()))
            case Attribute(value=base, name=name):
                owner = module.expressions[base]
                return any(
                    binding.name == name and binding.value in within and module.expressions[binding.base] == owner
                    for binding in module.facts.attribute_bindings
                )
            case _:
                return False


def _blocks_around(module: Module, ref: FunctionRef, number: ExprId) -> Iterator[Block]:
    """The blocks around an expression in the function that runs it, the innermost first."""
    start = module.facts.scopes[module.facts.functions[ref.function].scope].start
    block = module.block_at(number)
    while block != NOTHING and module.facts.blocks[block].start >= start:
        yield module.facts.blocks[block]
        block = module.facts.blocks[block].parent


def _options_before(module: Module, number: ExprId) -> Iterator[tuple[ExprId, str, ExprId]]:
    """The options that stand before the expression in each `and` or `or` that it is part of: the whole, its operator, the option."""
    for parent in module.parents.get(number, ()):
        expression = module.expressions[parent]
        if isinstance(expression, Choice) and expression.operator:
            for option in expression.options[: expression.options.index(number)]:
                yield parent, expression.operator, option
        yield from _options_before(module, parent)


def _empty(module: Module, test: ExprId, holds: bool) -> Iterator[ExprId]:
    """What is None or false where the test holds, or where it does not."""
    match module.expressions[test]:
        case Test(operator="not", value=value):
            yield from _empty(module, value, not holds)
        case Test(operator=operator, value=value):
            if holds == (operator == "is None"):
                yield value
        case Choice(options=options, operator="and" | "or" as operator):
            if holds == (operator == "and"):
                for option in options:
                    yield from _empty(module, option, holds)
        case _:
            if not holds:
                yield test


def _is_kept(module: Module, number: ExprId) -> bool:
    """It is a global or an attribute."""
    expression = module.expressions[number]
    return isinstance(expression, Attribute) or (isinstance(expression, Name) and _scope_of(module, number, expression.id) == 0)


def _scope_of(module: Module, number: ExprId, name: str) -> ScopeId:
    """The scope that the name has its value from where the expression stands; NOTHING for a builtin."""
    here = scope = module.scope_at(number)
    while scope != NOTHING and (
        (scope, name) not in module.bindings or (scope != here and module.facts.scopes[scope].kind is ScopeKind.CLASS)
    ):
        scope = module.facts.scopes[scope].parent
    return scope


def _is_of_instance(module: Module, tested: ExprId) -> bool:
    expression = module.expressions[tested]
    return isinstance(expression, Attribute) and getattr(module.expressions[expression.value], "id", "") != "cls"


def _truth(literal: Literal) -> bool | None:
    if literal.kind == "None":
        return False
    return None if literal.value is None else bool(literal.value)
