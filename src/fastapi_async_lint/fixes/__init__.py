"""FixPlans and texts -> edits and new texts, by LibCST codemods: one in each file of this folder; the file's name is the codemod's name.

A codemod is a module with `KINDS` and `change`: it gets the node that stands at a Change's span and says what is to stand there instead. It
knows nothing of why: that is decided before, and comes as the arguments of the Change. A new file here is a new value of
`Change.codemod`, with nothing to register. What several codemods share stands in `parts/`.

Pure: no disk, no settings, no analysis. Whatever is not known to be right is refused with a reason. LibCST is imported at the first call.
"""

import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from fastapi_async_lint.findings import Edit, FixPlan
from fastapi_async_lint.fixes.parts.outcome import Outcome, Refusal

__all__ = ["Outcome", "Refusal", "apply", "codemods", "edits_of", "edits_of_each", "is_judged_on_text"]

_JUDGES = frozenset({"hoist"})
"""Codemods that refuse what no plan can foresee: a `return` or `break` in the statements, a name that is read behind them."""


def codemods() -> tuple[str, ...]:
    """The names of all codemods, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg))


def is_judged_on_text(plan: FixPlan) -> bool:
    """Whether only trying tells if the plan can be carried out."""
    return any(change.codemod in _JUDGES for change in plan.changes)


def edits_of(plan: FixPlan, texts: Mapping[Path, str]) -> tuple[Edit, ...]:
    """What the plan changes in the texts, sorted by place, imports included. Raises Refusal. What it gives is not parsed again; `apply` does."""
    from fastapi_async_lint.fixes.parts import applying

    return applying.edits_of(plan, texts)


def edits_of_each(plans: Iterable[FixPlan], texts: Mapping[Path, str]) -> dict[FixPlan, tuple[Edit, ...] | Refusal]:
    """The same for many plans, each by itself; a text is read once for all of them."""
    from fastapi_async_lint.fixes.parts import applying

    return applying.edits_of_each(plans, texts)


def apply(plans: Sequence[FixPlan], texts: Mapping[Path, str]) -> Outcome:
    """The texts after as many of the plans as go together; each plan is done wholly or not at all.

    A plan that touches what another one changes is deferred: apply it to the new texts, with spans that fit them. Each changed text parses, and
    compiles if the old one did. The order of the plans does not matter.
    """
    from fastapi_async_lint.fixes.parts import applying

    return applying.apply(plans, texts)
