"""What the rules found -> what is told, what was silenced by whom, and which silence is of no use.

Findings pass five gates: the settings select them (of the findings at one place the foremost selected one), they are sure enough, no comment
silences them, the baseline does not know them, and they concern the changes that are asked about, if any are. What a comment or an entry silences is looked for among all findings, also those that these
settings would not tell: a comment is of no use only if that holds whatever `min-confidence` says. It is judged only if all the rules that its
word names are selected; rules that are off by default count only if nothing else is named.

Unused suppressions are findings too, and pass the same gates. A comment does not silence what is said of itself unless it says so in words
(`FAL902`): otherwise everything that silences too much would be of use.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fastapi_async_lint.facts import Comment, Span
from fastapi_async_lint.findings import Confidence, Finding
from fastapi_async_lint.revisions import Changes
from fastapi_async_lint.rows import CommentRows, comment_rows, lines_with_ends, logical_line_end
from fastapi_async_lint.settings import Settings, is_selected
from fastapi_async_lint.settings.selection import OFF_BY_DEFAULT
from fastapi_async_lint.telling import baseline as baselines
from fastapi_async_lint.telling import suppressions
from fastapi_async_lint.telling.baseline import Baseline, Entry
from fastapi_async_lint.telling.suppressions import Form, Suppression, Suppressions

UNUSED = ("FAL902", "unused-suppression")
"""Code and name of the rule on suppressions."""
_NOT_OURS = (Form.NOQA, Form.NOQA_FILE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides what is told."""

    settings: Settings
    rules: Mapping[str, str]
    """Code -> name, of all rules."""
    comments: Mapping[Path, Sequence[Comment]]
    """Of each file that is reported on."""
    text: Callable[[Path], str | None]
    noqa: bool = True
    """Whether comments in flake8's form count."""
    baseline: Baseline | None = None
    gone: frozenset[Path] = frozenset()
    """The files of the baseline that do not exist any more."""
    changes: Changes | None = None
    """Only what concerns these changes is told."""
    headers: Mapping[tuple[Path, str], Span] = field(default_factory=dict)
    """From the first decorator of a function to its name, by path and dotted name; needed with `changes`."""


@dataclass(frozen=True, slots=True)
class Unused:
    """A comment or an entry of the baseline that silences nothing, or a comment that cannot be understood."""

    path: Path
    span: Span
    words: tuple[str, ...] = ()
    """The rules that it names in vain; empty if it silences everything."""
    form: Form | None = None
    """None for an entry of the baseline."""
    entry: Entry | None = None
    complaint: str = ""
    """What is wrong with the comment, where it cannot be understood."""
    instead: tuple[Path, int] | None = None
    """Path and row of a finding whose chain runs through the comment's row: there the comment would be of use."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Findings by what became of them, each in order of path and place."""

    told: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    """By a comment."""
    absorbed: tuple[Finding, ...] = ()
    """By the baseline."""


def tell(found: Iterable[Finding], terms: Terms, review: Callable[[Sequence[Unused]], Iterable[Finding]]) -> Telling:
    """Pass the findings through the gates; `review` makes findings of unused suppressions."""
    found = sorted(dict.fromkeys(found), key=order)
    comments = _Comments(terms)
    silent = {finding for finding in found if comments.silence(finding)}
    foremost = _foremost(_selected(found, terms.settings))
    sure = [finding for finding in foremost if _is_sure(finding, terms.settings)]
    applied = baselines.Applied(tuple(finding for finding in sure if finding not in silent), (), ())
    unused = comments.unused(found)
    if terms.baseline is not None:
        applied = baselines.apply(applied.kept, terms.baseline)
        unsure = (finding for finding in foremost if finding not in silent and not _is_sure(finding, terms.settings))
        left = baselines.apply(unsure, Baseline(terms.baseline.file, applied.unused)).unused
        known = judged(Baseline(terms.baseline.file, left), {*terms.comments, *terms.gone}, terms.rules, terms.settings)
        unused += [Unused(terms.baseline.file, Span(row, 0, row, 1), (entry.code,), entry=entry) for entry, row in known]
    remarks = _selected(dict.fromkeys(review(unused)), terms.settings)
    silent_remarks = {finding for finding in remarks if comments.silence(finding)}
    remarks += _selected(review(comments.unused(found, about_remarks=True)), terms.settings)
    return Telling(
        told=_recent((finding for finding in (*applied.kept, *remarks) if finding not in silent_remarks), terms),
        silenced=_recent((finding for finding in (*sure, *remarks) if finding in silent or finding in silent_remarks), terms),
        absorbed=applied.absorbed,
    )


def order(finding: Finding) -> tuple[object, ...]:
    """By path, then place, then what is said."""
    span = finding.span
    return str(finding.path), span.row, span.column, span.end_row, span.end_column, finding.code, finding.message


def judged(baseline: Baseline, files: Container[Path], rules: Mapping[str, str], settings: Settings) -> list[tuple[Entry, int]]:
    """The entries of which a run on these files, of which some may be gone, can tell whether they are of use: their rules are selected."""
    return [
        (entry, row)
        for entry, row in baseline.entries
        if (path := baseline.path_of(entry)) in files and is_selected(entry.code, rules.get(entry.code, ""), settings, path)
    ]


def _selected(found: Iterable[Finding], settings: Settings) -> list[Finding]:
    return [finding for finding in found if is_selected(finding.code, finding.name, settings, finding.path)]


def _recent(findings: Iterable[Finding], terms: Terms) -> tuple[Finding, ...]:
    @cache
    def header(path: Path, function: str) -> Span | None:
        span, text = terms.headers.get((path, function)), terms.text(path)
        if span is None or text is None:
            return span
        return Span(span.row, 0, logical_line_end(lines_with_ends(text), span.end_row), 0)

    changes = terms.changes
    return tuple(sorted((finding for finding in findings if changes is None or changes.concern(finding, header)), key=order))


def _is_sure(finding: Finding, settings: Settings) -> bool:
    return settings.min_confidence != Confidence.CERTAIN or finding.confidence is Confidence.CERTAIN


def _foremost(selected: Sequence[Finding]) -> list[Finding]:
    """One finding for each place where a call leads to blocking calls of several categories."""
    lowest: dict[tuple[Path, Span], int] = {}
    for finding in selected:
        place = (finding.path, finding.span)
        lowest[place] = min(finding.rank, lowest.get(place, finding.rank))
    return [finding for finding in selected if finding.rank == lowest[finding.path, finding.span]]


# -------------------------------------------------------------------------------------------------------------- comments


@dataclass(frozen=True, slots=True)
class _Comments:
    """The comments of all files, and which of their words have silenced something."""

    terms: Terms
    indexes: dict[Path, Suppressions] = field(default_factory=dict)
    used: set[tuple[Path, Suppression, str]] = field(default_factory=set)
    rows: dict[Path, CommentRows | None] = field(default_factory=dict)

    def index(self, path: Path) -> Suppressions:
        """The suppressions of a file."""
        if path not in self.indexes:
            known = self.terms.comments.get(path, ())
            self.indexes[path] = suppressions.index(known, self.terms.rules, lambda: self.terms.text(path) or "", noqa=self.terms.noqa)
        return self.indexes[path]

    def _rows(self, path: Path) -> CommentRows | None:
        if path not in self.rows:
            self.rows[path] = comment_rows(self.terms.text(path) or "")
        return self.rows[path]

    def silence(self, finding: Finding) -> bool:
        """Whether a comment silences the finding; its word is then of use."""
        if not self.terms.comments.get(finding.path):
            return False
        entries = self.index(finding.path)
        code, name, span = finding.code, finding.name, finding.span
        if (code, name) == UNUSED:
            entries = Suppressions(tuple(entry for entry in entries.entries if _may_silence(entry, span)))
        silencer = entries.suppresses(code, name, span.row, span.end_row)
        if silencer is None and any(entry.rule_for(code, name) is not None for entry in entries.entries):
            rows = self._rows(finding.path)
            silencer = entries.suppresses(code, name, rows.around(span.row)[0], rows.of(span.end_row)) if rows else None
        if silencer is None:
            return False
        meant = _words_about_remarks(silencer) if (code, name) == UNUSED else ()
        self.used.add((finding.path, silencer, meant[0] if meant else silencer.rule_for(code, name) or ""))
        return True

    def unused(self, found: Sequence[Finding], *, about_remarks: bool = False) -> list[Unused]:
        """The words that silence nothing: those about remarks on comments, or all others and what cannot be understood."""
        return [
            unused
            for path in sorted(self.terms.comments)
            if self.terms.comments[path] and is_selected(*UNUSED, self.terms.settings, path)
            for unused in self._unused_in(path, found, about_remarks=about_remarks)
        ]

    def _unused_in(self, path: Path, found: Sequence[Finding], *, about_remarks: bool) -> Iterator[Unused]:
        spans = {comment.row: _span(comment) for comment in self.terms.comments[path]}
        for entry in self.index(path).entries:
            words = entry.rules or (() if entry.form in _NOT_OURS else ("",))
            idle = [word for word in words if (path, entry, word) not in self.used and self._is_judged(word, path)]
            if dead := tuple(word for word in idle if (word in _words_about_remarks(entry)) == about_remarks):
                names = {self.terms.rules[code] for word in dead for code in self._meant(word)}
                yield Unused(path, spans[entry.row], tuple(filter(None, dead)), entry.form, instead=_instead(path, entry, names, found))
        for row, complaint in () if about_remarks else self.index(path).complaints:
            yield Unused(path, spans[row], complaint=complaint)

    def _meant(self, word: str) -> tuple[str, ...]:
        """The codes that a word silences."""
        if not word or word.lower() == "all":
            return tuple(self.terms.rules)
        return tuple(code for code, name in self.terms.rules.items() if code.startswith(word.upper()) or word.lower() == name)

    def _is_judged(self, word: str, path: Path) -> bool:
        meant = self._meant(word)
        decisive = tuple(code for code in meant if code not in OFF_BY_DEFAULT) or meant
        return bool(decisive) and all(is_selected(code, self.terms.rules[code], self.terms.settings, path) for code in decisive)


def _span(comment: Comment) -> Span:
    return Span(comment.row, comment.column, comment.row, comment.column + len(comment.text))


def _words_about_remarks(entry: Suppression) -> tuple[str, ...]:
    """The words of a suppression that name the rule on suppressions, not just everything."""
    code, name = UNUSED
    return tuple(word for word in entry.rules if word.lower() == name or (len(word) > len("FAL") and code.startswith(word.upper())))


def _may_silence(entry: Suppression, remark: Span) -> bool:
    """A comment silences what is said of others; what is said of itself only in words."""
    return (entry.row, entry.column) != (remark.row, remark.column) or bool(_words_about_remarks(entry))


def _instead(path: Path, entry: Suppression, names: set[str], found: Sequence[Finding]) -> tuple[Path, int] | None:
    """Where a finding of these rules is reported whose chain runs through the suppression's rows."""
    if entry.form not in {Form.NOQA, Form.IGNORE}:
        return None
    for finding in found:
        for step in finding.chain[1:]:
            if step.path == path and finding.name in names and step.span.row <= entry.last_row and entry.first_row <= step.span.end_row:
                return finding.path, finding.span.row
    return None
