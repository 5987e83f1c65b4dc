"""Texts and findings -> the same texts with a `noqa` comment for each finding, and nothing else changed.

The comment stands where it is about the row that the finding starts on, for us as for flake8: at the end of that row, or of those joined to
it by a string or a backslash. Codes are added to a `noqa` that stands there already; any other comment stays in front.

Findings about the linter's own work (FAL9xx) are left: what a comment says in vain is to be removed, not silenced. So is whatever stands in a
text that Python's tokenizer cannot read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.findings import OWN_WORK, Finding
from fastapi_async_lint.rows import comment_rows, lines_with_ends

_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+[0-9]+\b(?:[,\s]+[A-Z]+[0-9]+\b)*)", re.IGNORECASE)
_READS_AS_CODE = re.compile(r"[A-Z]+[0-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Silenced:
    """`texts` are the new ones of the files that change; `silenced` the findings that they silence, `left` those that they do not."""

    texts: Mapping[Path, str]
    silenced: tuple[Finding, ...]
    left: tuple[Finding, ...]


def silence(texts: Mapping[Path, str], findings: Iterable[Finding], reason: str = "") -> Silenced:
    """Put a comment to each finding, which none silences yet; the reason, one line, goes behind the codes.

    What is found in the new texts is what is `left`, so a second time changes nothing.
    """
    codes: dict[Path, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    silenced: list[Finding] = []
    left: list[Finding] = []
    for finding in findings:
        rows = comment_rows(texts.get(finding.path, "")) if not finding.code.startswith(OWN_WORK) else None
        if rows is None or finding.path not in texts:
            left.append(finding)
        else:
            codes[finding.path][rows.of(finding.span.row)].add(finding.code)
            silenced.append(finding)
    new = {path: _with_comments(texts[path], wanted, reason) for path, wanted in codes.items()}
    return Silenced(new, tuple(silenced), tuple(left))


def _with_comments(text: str, wanted: Mapping[int, Iterable[str]], reason: str) -> str:
    rows = comment_rows(text)
    assert rows is not None
    lines = lines_with_ends(text)
    for row, codes in wanted.items():
        line = lines[row - 1].rstrip("\r\n")
        end = lines[row - 1][len(line) :]
        column = rows.comments.get(row, len(line))
        lines[row - 1] = _with_comment(line[:column], line[column:], sorted(codes), reason) + end
    return "".join(lines)


def _with_comment(code: str, comment: str, codes: list[str], reason: str) -> str:
    """One row, from its code and the comment behind it."""
    words = f"  {'- ' if _READS_AS_CODE.match(reason) else ''}{reason}" if reason else ""
    if noqa := _NOQA.search(comment):
        known = noqa["codes"].rstrip()
        before, after = comment[: noqa.start()], comment[noqa.end() :]
        return f"{code}{before}# noqa: {', '.join([known, *codes])}{after if after.strip() else words}"
    before = f"{code}{comment}".rstrip(" \t\f")
    return f"{before}  # noqa: {', '.join(codes)}{words}"
