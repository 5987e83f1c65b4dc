"""Plans and texts -> edits, and new texts that parse and compile."""

import importlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, cast

import libcst as cst

from fastapi_async_lint.facts import Problem, Span
from fastapi_async_lint.findings import Edit, FixPlan
from fastapi_async_lint.fixes import codemods
from fastapi_async_lint.fixes.parts.edits import collide, overlap, sort_key, splice
from fastapi_async_lint.fixes.parts.outcome import Outcome, Refusal
from fastapi_async_lint.fixes.parts.pieces import Piece, Spot, edits_of_pieces
from fastapi_async_lint.fixes.parts.tree import Tree
from fastapi_async_lint.syntax import nesting
from fastapi_async_lint.syntax.parse import parse_module
from fastapi_async_lint.syntax.stack import run


class Codemod(Protocol):
    """What a module in fixes/ provides."""

    KINDS: tuple[type[cst.CSTNode], ...]
    """What may stand at the span of a Change; the module stands at every span."""

    def change(self, spot: Spot) -> tuple[Piece, ...]:
        """What stands there instead. Raises Refusal."""
        ...


class Forest:
    """The trees of the files that some plans change, each read once, when it is needed."""

    def __init__(self, plans: Iterable[FixPlan], texts: Mapping[Path, str]) -> None:
        self._texts = texts
        self._spans: dict[Path, list[Span]] = {}
        self._trees: dict[Path, Tree | Refusal] = {}
        for plan in plans:
            for change in plan.changes:
                self._spans.setdefault(change.path, []).append(change.span)

    def tree(self, path: Path) -> Tree:
        """The tree of one file. Raises Refusal, each time the same."""
        if path not in self._trees:
            try:
                self._trees[path] = self._read(path)
            except Refusal as refusal:
                self._trees[path] = refusal
        found = self._trees[path]
        if isinstance(found, Refusal):
            raise found
        return found

    def _read(self, path: Path) -> Tree:
        if path not in self._texts:
            raise Refusal(f"the text of {path.name} is not known")
        return Tree(path, self._texts[path], self._spans[path])

    def edits(self, plan: FixPlan) -> tuple[Edit, ...]:
        """What the plan changes, sorted. Raises Refusal."""
        if not plan.changes:
            raise Refusal("there is nothing that it changes")
        known = codemods()
        edits: set[Edit] = set()
        for change in plan.changes:
            if change.codemod not in known:
                raise Refusal(f"there is no codemod {change.codemod}")
            codemod = cast(Codemod, importlib.import_module(f"fastapi_async_lint.fixes.{change.codemod}"))
            tree = self.tree(change.path)
            spot = Spot(tree, tree.find(change.span, codemod.KINDS), change.span, dict(change.arguments))
            edits.update(edits_of_pieces(tree, codemod.change(spot)))
        if overlap(edits):
            raise Refusal("its changes overlap each other")
        return tuple(sorted(edits, key=sort_key))


def edits_of(plan: FixPlan, texts: Mapping[Path, str]) -> tuple[Edit, ...]:
    """What the plan changes in the texts."""
    return run(lambda: Forest([plan], texts).edits(plan), is_shallow=_are_shallow(texts, _paths([plan])))


def edits_of_each(plans: Iterable[FixPlan], texts: Mapping[Path, str]) -> dict[FixPlan, tuple[Edit, ...] | Refusal]:
    """What each of the plans changes in the texts, or why it cannot."""
    ordered = sorted(set(plans), key=_plan_key)
    forest = Forest(ordered, texts)
    return run(lambda: {plan: _edits_or_refusal(forest, plan) for plan in ordered}, is_shallow=_are_shallow(texts, _paths(ordered)))


def _edits_or_refusal(forest: Forest, plan: FixPlan) -> tuple[Edit, ...] | Refusal:
    try:
        return forest.edits(plan)
    except Refusal as refusal:
        return refusal


def apply(plans: Sequence[FixPlan], texts: Mapping[Path, str]) -> Outcome:
    """The texts after as many of the plans as go together."""
    ordered = sorted(set(plans), key=_plan_key)
    return run(partial(_apply, ordered, texts), is_shallow=_are_shallow(texts, _paths(ordered)))


def _apply(plans: Sequence[FixPlan], texts: Mapping[Path, str]) -> Outcome:
    forest = Forest(plans, texts)
    accepted: dict[FixPlan, tuple[Edit, ...]] = {}
    refused: list[tuple[FixPlan, str]] = []
    deferred: list[FixPlan] = []
    taken: dict[Path, set[Edit]] = {}
    for plan in plans:
        try:
            edits = forest.edits(plan)
        except Refusal as refusal:
            refused.append((plan, refusal.reason))
            continue
        if any(collide(edit, other) for edit in edits for other in taken.get(edit.path, ())):
            deferred.append(plan)
            continue
        accepted[plan] = edits
        for edit in edits:
            taken.setdefault(edit.path, set()).add(edit)
    good = _settle(accepted, texts)
    refused += [(plan, "the changed file could not be compiled") for plan in accepted if plan not in good]
    changed = {path: splice(texts[path], edits) for path, edits in _by_path(good.values()).items()}
    changed = {path: text for path, text in changed.items() if text != texts[path]}
    return Outcome(changed, tuple(good), tuple(refused), tuple(deferred))


def _settle(accepted: Mapping[FixPlan, tuple[Edit, ...]], texts: Mapping[Path, str]) -> dict[FixPlan, tuple[Edit, ...]]:
    """The plans after which all texts are sound: all of them, else those that can be added one after the other."""
    broken = _broken(_by_path(accepted.values()), texts)
    good = {plan: edits for plan, edits in accepted.items() if not broken & {edit.path for edit in edits}}
    for plan, edits in accepted.items():
        if plan not in good:
            paths = {edit.path for edit in edits}
            merged = _by_path([*good.values(), edits])
            if not _broken({path: merged[path] for path in paths}, texts):
                good[plan] = edits
    return {plan: edits for plan, edits in accepted.items() if plan in good}


def _by_path(changes: Iterable[tuple[Edit, ...]]) -> dict[Path, set[Edit]]:
    found: dict[Path, set[Edit]] = {}
    for edits in changes:
        for edit in edits:
            found.setdefault(edit.path, set()).add(edit)
    return found


def _broken(edits: Mapping[Path, set[Edit]], texts: Mapping[Path, str]) -> set[Path]:
    """The files whose new text is not sound."""
    return {path for path, changes in edits.items() if not _is_sound(splice(texts[path], changes), texts[path])}


def _is_sound(new: str, old: str) -> bool:
    """Whether the text parses, and compiles if the old one did."""
    if isinstance(nesting.measure(new), Problem) or isinstance(parse_module(new), Problem):
        return False
    return _compiles(new) or not _compiles(old)


def _compiles(text: str) -> bool:
    """Whether this interpreter takes it. It is not executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<fixed>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def _paths(plans: Iterable[FixPlan]) -> set[Path]:
    return {change.path for plan in plans for change in plan.changes}


def _are_shallow(texts: Mapping[Path, str], paths: Iterable[Path]) -> bool:
    return all(nesting.measure(texts[path]) is True for path in paths if path in texts)


def _plan_key(plan: FixPlan) -> tuple[object, ...]:
    changes = tuple(
        (
            change.path.as_posix(),
            change.span.row,
            change.span.column,
            change.span.end_row,
            change.span.end_column,
            change.codemod,
            change.arguments,
        )
        for change in plan.changes
    )
    return (changes, plan.applicability.value, plan.message, plan.reasons)
