"""A blocking call -> how it can be fixed, as data: one planner in each file of this folder.

A planner proposes one kind of rewriting, and says why it is not safe or must not be done; the codemods in fixes/ then do it. Of all
proposals the first safe one is taken, else the first that is for those who ask for unsafe fixes, else the reasons against are told.
"""

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.findings import Applicability, FixPlan
from fastapi_async_lint.offloaders import obstacle
from fastapi_async_lint.plans import declare_def, hoist, materialise, offload, rewrite, uncall, unit
from fastapi_async_lint.plans.parts.verdict import never
from fastapi_async_lint.plans.parts.verdict import plan as refused

_PLANNERS = (rewrite.propose, uncall.propose, materialise.propose, offload.propose, declare_def.propose, hoist.propose, unit.propose)
"""In order of preference among equally safe ones."""


def plan(analysis: Analysis, call: BlockingCall) -> FixPlan | None:
    """The best plan for a blocking call; one without changes says why there is none; None where no rewriting fits at all."""
    proposals = [_importable(analysis, call, proposal) for propose in _PLANNERS if (proposal := propose(analysis, call)) is not None]
    for wanted in (Applicability.SAFE, Applicability.UNSAFE):
        for proposal in proposals:
            if proposal.applicability is wanted:
                return _with_reasons(proposal, proposals)
    return _with_reasons(proposals[0], proposals) if proposals else None


def _importable(analysis: Analysis, call: BlockingCall, proposal: FixPlan) -> FixPlan:
    """The proposal, or none with the reason if it would import an offloader that cannot be imported there."""
    if not any(name == "offloader" for change in proposal.changes for name, _ in change.arguments):
        return proposal
    reason = obstacle(analysis.graph.inference, call.function.module, analysis.offloader)
    return refused(proposal.message, (), never(reason)) if reason else proposal


def _with_reasons(chosen: FixPlan, proposals: list[FixPlan]) -> FixPlan:
    """An unsafe plan, or none, also says why the foremost proposal was not good enough."""
    if chosen.applicability is Applicability.SAFE or chosen is proposals[0]:
        return chosen
    reasons = dict.fromkeys((*proposals[0].reasons, *chosen.reasons))
    return FixPlan(chosen.applicability, chosen.message, chosen.changes, tuple(reasons))
