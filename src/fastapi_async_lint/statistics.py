"""Analysis -> Statistics: how much was read, how much of it was resolved, and where the analysis gave up.

An unresolved call is silent, so its number says where a missed alarm can hide.
"""

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.facts import Call
from fastapi_async_lint.program import FunctionRef
from fastapi_async_lint.results import Statistics


def count(analysis: Analysis, *, suppressed: int, known: int) -> Statistics:
    """What there is in the files that are reported on; `suppressed` and `known` findings were counted by who silenced them."""
    program = analysis.program
    reported = [module for module in program.modules if module.number in analysis.reported]
    calls = unresolved = 0
    for ref in {*analysis.contexts.loop, *analysis.contexts.reached}:
        if ref.module in analysis.reported:
            total, unknown = _calls(analysis, ref)
            calls, unresolved = calls + total, unresolved + unknown
    bounds = analysis.graph.inference.bounds_hit
    return Statistics(
        files=len(reported),
        lines=sum(module.facts.line_count for module in reported),
        functions=sum(len(module.facts.functions) for module in reported),
        loop_functions=sum(ref.module in analysis.reported for ref in analysis.contexts.loop),
        calls=calls,
        unresolved_calls=unresolved,
        first_party_imports=program.first_party_imports,
        unresolved_imports=program.unresolved_imports(),
        suppressed=suppressed,
        known=known,
        bounds=(f"{bounds} questions of inference were nested too deeply and stayed unanswered",) if bounds else (),
    )


def _calls(analysis: Analysis, ref: FunctionRef) -> tuple[int, int]:
    expressions = analysis.program.modules[ref.module].expressions
    calls = [operation for operation in analysis.graph.operations(ref) if type(expressions[operation.expression]) is Call]
    return len(calls), sum(not operation.resolved for operation in calls)
