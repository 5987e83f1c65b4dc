"""A chain of calls on a session or cursor -> the whole chain in one worker thread, as one lambda.

`session.execute(query).scalars().all()` must not be taken apart: each link uses what the one before it left open. Always for those who ask
for unsafe fixes: a session may be bound to a thread, and what is loaded lazily from its objects afterwards blocks as before.
"""

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.facts import Attribute, Call, ExprId
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.modules import Module
from fastapi_async_lint.plans.parts.calls import receiver, site
from fastapi_async_lint.plans.parts.positions import awaiting
from fastapi_async_lint.plans.parts.verdict import never, plan, unsafe
from fastapi_async_lint.plans.parts.workers import offloading
from fastapi_async_lint.spelling import spell


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where the finding is no method's call."""
    found = site(analysis, blocking)
    worker = offloading(analysis)
    if found is None or worker is None or not blocking.is_direct or found.number != blocking.expression:
        return None
    catalogue = analysis.graph.inference.catalogue
    entry = blocking.entry
    if not entry.owner or (entry.offload and not catalogue.is_bound(entry.owner)):
        return None
    top = _whole(found.module, found.number)
    span = found.module.spans.get(top)
    if span is None:
        return None
    verdict = awaiting(analysis, blocking.function, top)
    if catalogue.hazard(entry.owner) and not verdict.never:
        verdict |= never(f"{entry.owner} must be used in the thread that made it")
    on = spell(found.module.expressions, receiver(found.module, found.call))
    verdict |= unsafe([f"{on} ({entry.owner}) may be bound to a thread, and what it gives may go on loading when it is used"])
    if top == found.number:
        message, codemod = f"run {blocking.entry.shown} in a worker thread", "offload"
    else:
        message, codemod = f"run {spell(found.module.expressions, top)} as a whole in a worker thread", "unit"
    return plan(message, (Change(codemod, found.module.source.path, span, worker),), verdict)


def _whole(module: Module, number: ExprId) -> ExprId:
    """The longest chain of attributes and calls that begins with the expression."""
    while True:
        for parent in module.parents.get(number, ()):
            expression = module.expressions[parent]
            if isinstance(expression, Attribute) or (isinstance(expression, Call) and expression.function == number):
                number = parent
                break
        else:
            return number
