"""All stages together: an Analysis, which says where the event loop is blocked, by what, and through which calls. Rules read nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, TypeVarTuple, cast

from fastapi_async_lint.callgraph import CallGraph, Operation, Runs
from fastapi_async_lint.catalogue import Catalogue, Entry
from fastapi_async_lint.chains.effects import Effects, is_certain, own_leaf
from fastapi_async_lint.chains.effects import determine as determine_effects
from fastapi_async_lint.chains.search import Chain, Chains
from fastapi_async_lint.contexts import Context, Contexts
from fastapi_async_lint.contexts import determine as determine_contexts
from fastapi_async_lint.facts import NOTHING, Element, Entered, ExprId, FunctionKind, Unpacked
from fastapi_async_lint.hazards.bodies import Hazards
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.program import FunctionRef, Program

Subject = TypeVarTuple("Subject")
Derived = TypeVar("Derived")


@dataclass(frozen=True, slots=True)
class BlockingCall:
    """An expression in code on the loop that blocks it.

    `chain` holds (function, expression) pairs from the reported expression to the library's call; one pair means that it is direct.
    """

    function: FunctionRef
    expression: ExprId
    entry: Entry
    certain: bool
    chain: tuple[tuple[FunctionRef, ExprId], ...]
    context: Context
    rank: int
    """An expression that leads to several categories is told once, as the one of the lowest rank that the user wants to know of."""

    @property
    def is_direct(self) -> bool:
        """The library's call is the reported expression itself."""
        return len(self.chain) == 1


@dataclass(frozen=True)
class Analysis:
    """The program and everything that was found out about it; frozen, the rules' only input."""

    program: Program
    graph: CallGraph
    contexts: Contexts
    effects: Effects
    reported: frozenset[int]
    """The modules whose findings are wanted."""
    offloader: str
    """What advice offers to run a call in a thread with."""
    hazards: Hazards
    blocking_calls: tuple[BlockingCall, ...] = ()
    fixes: bool = True
    """Whether anybody is to be told how findings can be fixed."""
    _derived: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, derive: Callable[["Analysis", *Subject], Derived], *subject: *Subject) -> Derived:
        """What `derive` makes of the analysis and of the subject, which is all that it may depend on: made when it is first asked for."""
        key = (derive, *subject)
        if key not in self._derived:
            self._derived[key] = derive(self, *subject)
        return cast(Derived, self._derived[key])


def analyse(program: Program, catalogue: Catalogue, reported: frozenset[int], counted: frozenset[int], offloader: str) -> Analysis:
    """Runs all stages. `reported` are the modules to report on, `counted` those whose code is the application's (not its tests)."""
    graph = CallGraph(Inference(program, catalogue))
    contexts = determine_contexts(graph, counted)
    contexts = _with_inline_functions(graph, contexts)
    effects = determine_effects(graph, [*contexts.loop, *contexts.reached])
    calls = tuple(_blocking_calls(graph, contexts, effects, reported))
    return Analysis(program, graph, contexts, effects, reported, offloader, Hazards(graph), calls)


def _with_inline_functions(graph: CallGraph, contexts: Contexts) -> Contexts:
    """Lambdas and generator expressions that code on the loop runs on the spot are code on the loop."""
    loop = dict(contexts.loop)
    pending = list(loop)
    while pending:
        ref = pending.pop()
        for operation in graph.operations(ref):
            for target in operation.targets:
                if isinstance(target, Runs) and is_inline(graph, ref, target) and target.function not in loop:
                    loop[target.function] = loop[ref]
                    pending.append(target.function)
    return replace(contexts, loop=loop)


def is_inline(graph: CallGraph, ref: FunctionRef, target: Runs) -> bool:
    """It is a nameless function written in the body that runs it."""
    function = target.function
    if target.through is not None or function.module != ref.module or graph.program.function(function).kind is FunctionKind.DEF:
        return False
    return graph.program.modules[function.module].enclosing_function(function.function) == ref.function


def _blocking_calls(graph: CallGraph, contexts: Contexts, effects: Effects, reported: frozenset[int]) -> Iterator[BlockingCall]:
    chains = Chains(graph, effects)
    for ref in sorted(contexts.loop):
        if ref.module in reported:
            told: set[tuple[ExprId, str]] = set()
            for operation in graph.operations(ref):
                for found in _at(graph, contexts, chains, ref, operation):
                    if (_operand(graph, ref, operation), found.entry.category) not in told:
                        told.add((operation.expression, found.entry.category))
                        yield found


def _operand(graph: CallGraph, ref: FunctionRef, operation: Operation) -> ExprId:
    """What an iteration or a `with` acts on, which stands at the same place and has been told already if it blocks likewise."""
    expression = graph.program.modules[ref.module].expressions[operation.expression]
    return expression.value if isinstance(expression, Element | Entered | Unpacked) else NOTHING


def _at(graph: CallGraph, contexts: Contexts, chains: Chains, ref: FunctionRef, operation: Operation) -> Iterator[BlockingCall]:
    """The blocking calls of one operation, the foremost first: one if it blocks itself, else one for each category that it leads to."""
    here = (ref, operation.expression)
    is_lazy = chains.is_lazy(*here)
    rank = 0
    for cheap in (False, True):
        own = own_leaf(operation, cheap=cheap)
        if own is not None:
            yield BlockingCall(ref, operation.expression, own.entry, own.certain and not is_lazy, (here,), contexts.loop[ref], rank)
            return
        for chain in _best(graph, contexts, chains, here, operation, cheap):
            certain = chain.certain and is_certain(operation) and not is_lazy
            yield BlockingCall(ref, operation.expression, chain.entry, certain, (here, *chain.steps), contexts.loop[ref], rank)
            rank += 1


def _best(
    graph: CallGraph, contexts: Contexts, chains: Chains, here: tuple[FunctionRef, ExprId], operation: Operation, cheap: bool
) -> list[Chain]:
    """Of all chains from all targets, the best one for each category."""
    candidates = [
        (not chain.certain, len(chain.steps), graph.program.qualified(target.function), chain.entry.shown, chain)
        for target in operation.targets
        if isinstance(target, Runs) and target.function not in contexts.loop
        for chain in chains.of(here, target, cheap=cheap)
    ]
    candidates += [
        (not chain.certain, len(chain.steps), "", chain.entry.shown, chain) for chain in chains.through_helpers(operation, cheap=cheap)
    ]
    best: dict[str, Chain] = {}
    for *_, chain in sorted(candidates, key=lambda candidate: candidate[:4]):
        best.setdefault(chain.entry.category, chain)
    return list(best.values())
