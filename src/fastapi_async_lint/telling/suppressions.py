"""Comments -> where which rules are silenced by whom, so that unused silence can be found.

Forms, all in any case:

    # noqa                                            any line of the call
    # noqa: FAL103, FAL2                              those codes, or codes that begin so; other tools' codes are not ours
    # flake8: noqa      # flake8: noqa: FAL103        the whole file, on a line of its own
    # fastapi-async-lint: ignore[FAL103, blocking-sleep] reason    any line of the call; on a line of its own: the next statement
    # fastapi-async-lint: ignore-file[...]            the whole file
    # fastapi-async-lint: off[...]                    from this line to the next `on`, or to the end
    # fastapi-async-lint: on

Brackets may be left out for everything. A `noqa` without codes that we could read is a blanket one, as flake8 has it; a `noqa` that
lists only other tools' codes says nothing to us.
"""

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi_async_lint.facts import Comment
from fastapi_async_lint.rows import lines_with_ends, logical_line_end
from fastapi_async_lint.wording import did_you_mean

_CODE = r"[A-Z]+[0-9]+"
_NOQA = re.compile(rf"#\s*noqa\b(?:\s*:\s*(?P<codes>(?:FAL|{_CODE})\b(?:[,\s]+{_CODE}\b)*))?", re.IGNORECASE)
_NOQA_FILE = re.compile(rf"#\s*flake8\s*[:=]\s*noqa\b(?:\s*:\s*(?P<codes>(?:FAL|{_CODE})\b(?:[,\s]+{_CODE}\b)*))?", re.IGNORECASE)
_OWN = re.compile(r"#\s*fastapi-async-lint\s*:\s*(?P<word>[a-z-]*)\s*(?P<rules>\[[^\]]*(?P<closed>\])?)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,\s]+")
_OWN_CODE = re.compile(r"FAL[0-9]*", re.IGNORECASE)
_WORDS = ("ignore", "ignore-file", "off", "on")
_END = 1 << 31
"""Behind the last row of any file."""


class Form(enum.StrEnum):
    """How a suppression is written."""

    NOQA = "noqa"
    NOQA_FILE = "flake8: noqa"
    IGNORE = "ignore"
    IGNORE_FILE = "ignore-file"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment that silences rules. `rules` are codes, beginnings of codes and rule names as written; empty: all rules."""

    row: int
    column: int
    form: Form
    rules: tuple[str, ...]
    first_row: int
    """The rows that it is about, both inclusive."""
    last_row: int

    def rule_for(self, code: str, name: str) -> str | None:
        """The word that silences this rule; empty if everything is silenced; None if the rule is not meant."""
        if not self.rules:
            return ""
        return next((rule for rule in self.rules if code.startswith(rule.upper()) or rule.lower() in (name, "all")), None)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of one file in order, and what is wrong with some: (row, message)."""

    entries: tuple[Suppression, ...] = ()
    complaints: tuple[tuple[int, str], ...] = ()

    def suppresses(self, code: str, name: str, first_row: int, last_row: int) -> Suppression | None:
        """The suppression that silences a finding on these rows, the narrowest if there are several; None if it is to be reported."""
        meant = [
            entry
            for entry in self.entries
            if entry.first_row <= last_row and first_row <= entry.last_row and entry.rule_for(code, name) is not None
        ]
        return min(meant, key=lambda entry: (entry.last_row - entry.first_row, entry.row), default=None)


def index(
    comments: Iterable[Comment],
    known: Mapping[str, str] | None = None,
    text: Callable[[], str] | None = None,
    *,
    noqa: bool = True,
) -> Suppressions:
    """The suppressions in a file's comments.

    `known` are the rules, code -> name: words that should be one of them and are not are complained about. `text` gives the file's text; it
    is asked only where an `ignore` stands on a line of its own, to find the statement below. Without it that is the next line.
    `noqa` False leaves out the forms that are written as flake8 reads them.
    """
    entries: list[Suppression] = []
    complaints: list[tuple[int, str]] = []
    ranges: list[Suppression] = []
    for comment in sorted(comments, key=lambda comment: (comment.row, comment.column)):
        if noqa:
            written = _foreign(comment)
            entries += written
            complaints += [(comment.row, message) for entry in written for message in _unknown(entry.rules, known)]
        for match in _OWN.finditer(comment.text):
            rules, wrong = _rules(match, known)
            complaints += [(comment.row, message) for message in wrong]
            if rules is None:
                continue
            match match["word"].lower():
                case "on":
                    complaints += [] if ranges else [(comment.row, "`on` without an `off` above it")]
                    entries += [replace(opened, last_row=comment.row) for opened in ranges]
                    ranges.clear()
                case "off":
                    ranges.append(Suppression(comment.row, comment.column, Form.OFF, rules, comment.row, _END))
                case "ignore-file":
                    entries.append(Suppression(comment.row, comment.column, Form.IGNORE_FILE, rules, 1, _END))
                case _:
                    first, last = _statement_below(comment.row, text) if comment.own_line else (comment.row, comment.row)
                    entries.append(Suppression(comment.row, comment.column, Form.IGNORE, rules, first, last))
    entries += ranges
    return Suppressions(tuple(sorted(entries, key=lambda entry: (entry.row, entry.column))), tuple(complaints))


def _foreign(comment: Comment) -> list[Suppression]:
    """The suppressions of a comment that are written as flake8 and others read them."""
    if comment.own_line and (match := _NOQA_FILE.search(comment.text)):
        form, first, last = Form.NOQA_FILE, 1, _END
    elif match := _NOQA.search(comment.text):
        form, first, last = Form.NOQA, comment.row, comment.row
    else:
        return []
    written = _split(match["codes"] or "")
    ours = tuple(rule for rule in written if _OWN_CODE.fullmatch(rule))
    if written and not ours:
        return []
    return [Suppression(comment.row, comment.column, form, ours, first, last)]


def _split(words: str) -> tuple[str, ...]:
    return tuple(word for word in _SEPARATORS.split(words) if word)


def _rules(match: re.Match[str], known: Mapping[str, str] | None) -> tuple[tuple[str, ...] | None, list[str]]:
    """The rules that one of our own forms names, None if it cannot be understood; and what is wrong with it."""
    word = match["word"].lower()
    if word not in _WORDS:
        return None, [f"unknown word `{word}`{did_you_mean(word, _WORDS)}" if word else f"expected one of {', '.join(_WORDS)}"]
    if match["rules"] is None:
        return (), []
    if match["closed"] is None:
        return None, [f"`{word}[` is not closed"]
    written = _split(match["rules"].strip("[]"))
    if not written:
        return None, [f"`{word}[]` names no rule; leave out the brackets for all rules"]
    if known is None:
        return written, []
    understood = tuple(rule for rule in written if _is_known(rule, known))
    return understood or None, _unknown(written, known)


def without(comment: str, form: Form, words: Sequence[str]) -> str:
    """A comment's text without these of its words; without words, or where none is left, without the suppression and the reason behind it.

    What is left is empty, or a comment. A text that does not say this stays as it is.
    """
    for match in (_OWN if form not in {Form.NOQA, Form.NOQA_FILE} else _NOQA_FILE if form is Form.NOQA_FILE else _NOQA).finditer(comment):
        group = "rules" if match.re is _OWN else "codes"
        written = _split((match[group] or "").strip("[]"))
        if (match.re is _OWN and match["word"].lower() != form) or not set(words) <= set(written) or bool(words) != bool(written):
            continue
        if kept := tuple(word for word in written if word not in words):
            brackets = ("[", "]") if match.re is _OWN else ("", "")
            return f"{comment[: match.start(group)]}{', '.join(kept).join(brackets)}{comment[match.end(group) :]}"
        behind = comment.find("#", match.end())
        return "  ".join(filter(None, (comment[: match.start()].rstrip(), comment[behind:] if behind >= 0 else "")))
    return comment


def _unknown(rules: Iterable[str], known: Mapping[str, str] | None) -> list[str]:
    others = (rule for rule in rules if known is not None and not _is_known(rule, known))
    return [f"unknown rule `{rule}`{did_you_mean(rule, (*known, *known.values()))}" for rule in others if known]


def _is_known(rule: str, known: Mapping[str, str]) -> bool:
    if rule.lower() in known.values() or rule.lower() == "all":
        return True
    return _OWN_CODE.fullmatch(rule) is not None and any(code.startswith(rule.upper()) for code in known)


# --------------------------------------------------------------------------------------------------- the next statement


def _statement_below(row: int, text: Callable[[], str] | None) -> tuple[int, int]:
    """The rows of the statement below a comment: of one with a body its header, with all its decorators."""
    if text is None:
        return row + 1, row + 1
    lines = lines_with_ends(text())
    first = start = _next_code(lines, row)
    last = logical_line_end(lines, first)
    while lines[start - 1].lstrip().startswith("@") and (start := _next_code(lines, last)) > last:
        last = logical_line_end(lines, start)
    return first, last


def _next_code(lines: Sequence[str], row: int) -> int:
    """The first row behind `row` that is neither blank nor a comment; `row` itself if there is none."""
    rows = range(row + 1, len(lines) + 1)
    return next((number for number in rows if lines[number - 1].strip() and not lines[number - 1].lstrip().startswith("#")), row)
