"""A blocking call whose library, or Python, has a coroutine function that does the very same -> that one, awaited.

`time.sleep(x)` is `await asyncio.sleep(x)`, `upload.file.read()` is `await upload.read()`. Which calls have such a twin is the catalogue's
knowledge, and narrower than what it advises: value, exceptions and effects must be the same.
"""

from collections.abc import Sequence

from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.catalogue import Rewrite
from fastapi_async_lint.facts import Attribute, Call, Literal, Opaque, Operation
from fastapi_async_lint.findings import Change, FixPlan
from fastapi_async_lint.modules import Module
from fastapi_async_lint.plans.parts.calls import Site, is_known, site
from fastapi_async_lint.plans.parts.positions import awaiting
from fastapi_async_lint.plans.parts.verdict import SAFE, Verdict, plan, unsafe
from fastapi_async_lint.plans.parts.workers import offloading


def propose(analysis: Analysis, blocking: BlockingCall) -> FixPlan | None:
    """The plan; None where there is no twin for a call with these arguments."""
    found = site(analysis, blocking)
    if found is None or not blocking.is_direct or found.number != blocking.expression or not blocking.entry.rewrite:
        return None
    rewrite = _preferred(blocking.entry.rewrite, dict(offloading(analysis) or ()).get("offloader", ""))
    if not _fits(found.module, found.call, rewrite):
        return None
    twin = rewrite.call.replace(":", ".").removeprefix(".")
    verdict = SAFE if is_known(found.operation) else unsafe(["what is called is not known for certain"])
    verdict |= unsafe([rewrite.differs] if rewrite.differs else [])
    verdict |= awaiting(analysis, blocking.function, found.number) | _of_sign(found, rewrite, blocking.entry.shown)
    change = Change("rewrite", found.module.source.path, found.span, (("call", rewrite.call), ("passes", rewrite.passes)))
    return plan(f"await {twin} instead of {blocking.entry.shown}", (change,), verdict)


def _preferred(rewrites: Sequence[Rewrite], offloader: str) -> Rewrite:
    """The one from the offloader's own library, else the first."""
    library = offloader.replace(":", ".").partition(".")[0]
    return next((one for one in rewrites if one.call.replace(":", ".").partition(".")[0] == library), rewrites[0])


def _fits(module: Module, call: Call, rewrite: Rewrite) -> bool:
    if rewrite.passes == "receiver":
        return not call.arguments and isinstance(module.expressions[call.function], Attribute)
    if any(argument.keyword or argument.stars for argument in call.arguments):
        return False
    if rewrite.call.startswith("."):
        method = module.expressions[call.function]
        if not isinstance(method, Attribute) or not isinstance(module.expressions[method.value], Attribute):
            return False
    return rewrite.most is None or len(call.arguments) <= rewrite.most


def _of_sign(found: Site, rewrite: Rewrite, name: str) -> Verdict:
    """An argument that may be negative, where the twin does something else with it."""
    if rewrite.negative or not found.call.arguments:
        return SAFE
    argument = found.module.expressions[found.call.arguments[0].value]
    may_be_negative = (isinstance(argument, Operation) and argument.operator == "-") or isinstance(argument, Opaque)
    if isinstance(argument, Literal) or not may_be_negative:
        return SAFE
    return unsafe([f"the argument may be negative, which {name} refuses and {rewrite.call} takes for nothing"])
