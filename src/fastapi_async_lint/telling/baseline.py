"""Findings <-> the text of a baseline: what is known already, so that only what is new is told.

An entry says what blocks where, in words that outlive an edit of the lines around it: the file, the function, the code, the library's callable
at the end of the chain, and the project's own function that the call enters. Neither rows nor the call as written are part of it, so lines may
move, a formatter may run and local names may change. What is counted is how many findings an entry stands for: entries are a multiset, and of
equal findings those further down in the file are the new ones. A function that moves to another file or gets another name is new.

The text is JSON with one entry a line, sorted, so that two branches' baselines merge. Paths are relative to the baseline's own folder.

Findings about the linter's own work (FAL9xx) have no place here: a file that cannot be read hides everything else, and a suppression that
silences nothing is to be removed.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import NamedTuple

from fastapi_async_lint.findings import OWN_WORK, Finding
from fastapi_async_lint.wording import did_you_mean

VERSION = 1
_KEYS = ("version", "findings")
_OPENING = re.compile(r'"findings"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_MERGE_MARK = re.compile(r"<{7}|={7}|>{7}")


class BaselineError(Exception):
    """The text is no baseline. The message names the line, what was expected and the nearest valid word."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What is known of one finding. Field names are the keys in the file, where empty ones are left out."""

    path: str
    function: str = ""
    """Dotted, without its module."""
    code: str = ""
    resolves_to: str = ""
    via: str = ""
    """The function of the project that the reported call enters, without its module; empty for a direct call."""


_ENTRY_KEYS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True)
class Baseline:
    """A file's entries in order, each with its row."""

    file: Path
    """Absolute; the entries' paths are relative to its folder."""
    entries: tuple[tuple[Entry, int], ...] = ()

    def path_of(self, entry: Entry) -> Path:
        """The absolute path of the file that an entry is about."""
        return Path(os.path.normpath(self.file.parent / entry.path))

    def paths(self) -> frozenset[Path]:
        """The absolute paths of all files that it is about."""
        return frozenset(self.path_of(entry) for entry, _ in self.entries)


class Applied(NamedTuple):
    """What became of findings: new ones, known ones, and the entries that no finding answers to any more."""

    kept: tuple[Finding, ...]
    absorbed: tuple[Finding, ...]
    unused: tuple[tuple[Entry, int], ...]


def apply(findings: Iterable[Finding], baseline: Baseline) -> Applied:
    """Each entry absorbs one finding that it describes, the first ones in the findings' order."""
    open_entries: dict[Entry, list[tuple[Entry, int]]] = defaultdict(list)
    for known in reversed(baseline.entries):
        open_entries[known[0]].append(known)
    kept: list[Finding] = []
    absorbed: list[Finding] = []
    for finding in findings:
        waiting = open_entries.get(entry_of(finding, baseline.file)) if is_recorded(finding) else None
        if waiting:
            waiting.pop()
            absorbed.append(finding)
        else:
            kept.append(finding)
    unused = sorted((known for waiting in open_entries.values() for known in waiting), key=lambda known: known[1])
    return Applied(tuple(kept), tuple(absorbed), tuple(unused))


def is_recorded(finding: Finding) -> bool:
    """Whether a baseline may hold the finding."""
    return not finding.code.startswith(OWN_WORK)


def entry_of(finding: Finding, file: Path) -> Entry:
    """The entry that describes a finding in the baseline at `file`."""
    return Entry(_relative(finding.path, file.parent), finding.function, finding.code, finding.resolves_to, _entered(finding))


def _entered(finding: Finding) -> str:
    """The last word of the function's dotted name; its class too where the word is a method's that many classes have."""
    if len(finding.chain) < 2:
        return ""
    *owners, name = finding.chain[1].function.split(".")
    return f"{owners[-1]}.{name}" if owners and name.startswith("__") else name


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


# ------------------------------------------------------------------------------------------------------------------ text


def write(findings: Iterable[Finding], file: Path, others: Iterable[Entry] = ()) -> str:
    """The text of the baseline at `file` that holds these findings and `others` besides."""
    entries = sorted([*(entry_of(finding, file) for finding in findings if is_recorded(finding)), *others])
    lines = ",".join(f"\n    {_line(entry)}" for entry in entries)
    return f'{{\n  "version": {VERSION},\n  "findings": [{lines}\n  ]\n}}\n'


def _line(entry: Entry) -> str:
    given = zip(_ENTRY_KEYS, astuple(entry), strict=True)
    return json.dumps({key: value for key, value in given if value}, ensure_ascii=False)


def read(text: str, file: Path) -> Baseline:
    """The baseline in a text, however it is laid out. Raises BaselineError."""
    document = _parsed(text)
    if not isinstance(document, dict) or "version" not in document:
        raise BaselineError(1, f'is no baseline: expected {{"version": {VERSION}, "findings": [...]}}')
    version = document["version"]
    if type(version) is not int or version != VERSION:
        raise BaselineError(_row(text, '"version"'), f"version: expected {VERSION}, found {json.dumps(version)}")
    for key in document:
        if key not in _KEYS:
            raise BaselineError(_row(text, json.dumps(key, ensure_ascii=False)), f"unknown key {key!r}{_expected(key, _KEYS)}")
    found = document.get("findings")
    if not isinstance(found, list):
        raise BaselineError(_row(text, '"findings"'), "findings: expected a list of entries")
    return Baseline(file, tuple((_entry(value, row), row) for value, row in zip(found, _rows(text), strict=True)))


def _parsed(text: str) -> object:
    repeated: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        repeated.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    try:
        document: object = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        hint = " (a merge left its marks)" if _MERGE_MARK.match(text.split("\n")[error.lineno - 1]) else ""
        raise BaselineError(error.lineno, f"is not JSON: {error.msg}{hint}") from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(1, f"is no baseline: {error}") from error
    if repeated:
        raise BaselineError(_row(text, json.dumps(repeated[0], ensure_ascii=False)), f"the key {repeated[0]!r} stands twice in one place")
    return document


def _entry(value: object, row: int) -> Entry:
    if not isinstance(value, dict):
        raise BaselineError(row, f"expected an entry with {', '.join(_ENTRY_KEYS)}, found {json.dumps(value)}")
    for key, word in value.items():
        if key not in _ENTRY_KEYS:
            raise BaselineError(row, f"unknown key {key!r}{_expected(key, _ENTRY_KEYS)}")
        if not isinstance(word, str):
            raise BaselineError(row, f"{key}: expected a string, found {json.dumps(word)}")
    for key in ("path", "code"):
        if not value.get(key):
            raise BaselineError(row, f"{key} is missing")
    return Entry(**value)


def _rows(text: str) -> Iterator[int]:
    """The row of each entry of a valid text. No string can hold the quotation marks that the list's name is found by."""
    opening = _OPENING.search(text)
    assert opening is not None
    decoder = json.JSONDecoder()
    at, row, counted = opening.end(), 1, 0
    while (between := _BETWEEN.match(text, at)) and text[between.end()] != "]":
        row += text.count("\n", counted, between.end())
        counted = between.end()
        yield row
        _, at = decoder.raw_decode(text, between.end())


def _row(text: str, word: str) -> int:
    """The first row that holds the word; the first of all if none does."""
    return next((row for row, line in enumerate(text.split("\n"), 1) if word in line), 1)


def _expected(word: str, words: Sequence[str]) -> str:
    return did_you_mean(word, words) or f"; expected {', '.join(words)}"
