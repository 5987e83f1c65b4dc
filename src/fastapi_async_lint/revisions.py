"""A git revision -> the lines that have changed since, committed or not: what `--since` reports on.

Changed since a revision means: in the working tree as it is on disk, since the last commit that the current branch shares with the revision
(their merge base). What others have done on `main` in the meantime is not this branch's change. Files that git does not know and does not
ignore are new as a whole; a renamed file has changed where its text has.

git is asked as a program of its own: no shell, no pager, no external or textual conversion, and without the variables that a hook sets to
point git elsewhere. Names are read as git quotes them, so that no name can pass for anything else.

Limits: one repository, that of the folder asked about; not its submodules. A change elsewhere can make an unchanged line block (another
type, another import): for that a baseline is exact.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import UNREADABLE, Finding
from fastapi_async_lint.rows import lines_with_ends
from fastapi_async_lint.wording import did_you_mean

_PYTHON = ("*.py", "*.pyi")
_SETTINGS = ("core.quotePath=true", "core.fsmonitor=false", "diff.relative=false")
_DIFF = (
    "diff",
    *("--unified=0", "--inter-hunk-context=0", "--find-renames", "--text", "--ignore-submodules=all"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"),
)
_KEPT_VARIABLES = re.compile(r"GIT_(CONFIG_\w+|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)")
_NOT_KEPT = frozenset({"GIT_CONFIG_PARAMETERS"})
_HUNK = re.compile(rb"@@ -\d+(?:,(?P<removed>\d+))? \+(?P<first>\d+)(?:,(?P<added>\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_WHOLE = ((1, 1 << 31),)


class RevisionError(Exception):
    """The revision cannot be compared with: git is missing, the folder is in no repository, or the revision is unknown."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changed rows of each file, first and last, by its resolved path. Rows next to removed ones count as changed."""

    rows: Mapping[Path, tuple[tuple[int, int], ...]]

    def touch(self, path: Path, span: Span) -> bool:
        """Whether a row of the span has changed."""
        return any(first <= span.end_row and span.row <= last for first, last in self.rows.get(_resolved(path), ()))

    def concern(self, finding: Finding, header: Callable[[Path, str], Span | None]) -> bool:
        """Whether the finding's place, a step of its chain, or the header of a function that makes a step has changed; of a file that cannot
        be read, anything in it.

        `header` says where the header of a function stands, by path and dotted name: an `async` that is new there makes a whole body block.
        """
        if finding.code == UNREADABLE:  # the row that it names may be far from what broke the file
            return _resolved(finding.path) in self.rows
        if self.touch(finding.path, finding.span) or any(self.touch(step.path, step.span) for step in finding.chain):
            return True
        places = ((step.path, header(step.path, step.function)) for step in finding.chain if _resolved(step.path) in self.rows)
        return any(span is not None and self.touch(path, span) for path, span in places)

    def moved(self, texts: Mapping[Path, tuple[str, str]]) -> "Changes":
        """The same changes after these files' texts (old, new) were rewritten: where lines went elsewhere, their rows did, too."""
        rows = dict(self.rows)
        for path, (old, new) in texts.items():
            if (known := rows.get(_resolved(path))) not in {None, _WHOLE}:
                rows[_resolved(path)] = tuple(_moved(known or (), lines_with_ends(old), lines_with_ends(new)))
        return Changes(rows)


def _moved(rows: Sequence[tuple[int, int]], old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last rows of what became of these rows. What was put between unchanged lines is nobody's change."""
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        is_same = end - start == new_end - new_start
        for first, last in rows:
            low, high = max(first, start + 1), min(last, end)
            if low <= high and is_same:
                yield low + new_start - start, high + new_start - start
            elif low <= high:
                yield new_start + 1, max(new_end, new_start + 1)


@lru_cache(maxsize=4096)
def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))


def changes_since(revision: str, folder: Path) -> Changes:
    """The lines changed in the folder's repository since a revision. Raises RevisionError."""
    try:
        top = Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").removesuffix(b"\n")))
    except RevisionError as error:
        message = f"{folder}: {error}"
        raise RevisionError(message) from error
    base = _base(top, revision)
    rows = {top / os.fsdecode(name): tuple(found) for name, found in _changed(_git(top, *_DIFF, base, "--", *_PYTHON))}
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--", *_PYTHON)
    return Changes(rows | {top / os.fsdecode(name): _WHOLE for name in untracked.split(b"\0") if name})


def _base(top: Path, revision: str) -> str:
    """The last commit that the current branch shares with the revision."""
    history = " (a shallow clone lacks history: git fetch --unshallow, or fetch-depth: 0 where a workflow checks out)"
    shallow = history if _git(top, "rev-parse", "--is-shallow-repository").strip() == b"true" else ""
    try:
        commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    except RevisionError as error:
        known = os.fsdecode(_git(top, "for-each-ref", "--format=%(refname:short)")).split("\n")
        message = f"git knows no revision {revision!r} in {top}{shallow or did_you_mean(revision, filter(None, known))}"
        raise RevisionError(message) from error
    try:
        return os.fsdecode(_git(top, "merge-base", os.fsdecode(commit), "HEAD").split(b"\n")[0])
    except RevisionError as error:
        message = f"{revision!r} and the current branch have no commit in common{shallow}"
        raise RevisionError(message) from error


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints; RevisionError says what is wrong, in one line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _is_kept(name)}
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(  # noqa: S603  the arguments are ours, and the revision follows --end-of-options
            ["git", "--no-pager", "--no-optional-locks", *settings, *arguments],  # noqa: S607  git is found as everywhere
            cwd=folder if folder.is_dir() else folder.parent,
            env={**kept, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        message = f"git cannot be run: {error.strerror or error}"
        raise RevisionError(message) from error
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().partition("\n")[0].removeprefix("fatal: ")
    raise RevisionError(said or f"git {arguments[0]} failed in {folder}")


def _is_kept(name: str) -> bool:
    return _KEPT_VARIABLES.fullmatch(name) is not None and name not in _NOT_KEPT


# ------------------------------------------------------------------------------------------------------------ the patch


def _changed(patch: bytes) -> Iterator[tuple[bytes, Sequence[tuple[int, int]]]]:
    """Each file's name and changed rows. Lines inside hunks are counted, not looked at."""
    name: bytes | None = None
    rows: list[tuple[int, int]] = []
    inside = 0
    for line in patch.split(b"\n"):
        if inside:
            inside -= not line.startswith(b"\\")
        elif line.startswith(b"+++ "):
            if name is not None:
                yield name, rows
            name, rows = _name(line[4:]), []
        elif hunk := _HUNK.match(line):
            first, added, removed = int(hunk["first"]), int(hunk["added"] or 1), int(hunk["removed"] or 1)
            inside = added + removed
            rows.append((first, first + added - 1) if added else (first, first + 1))
    if name is not None:
        yield name, rows


def _name(written: bytes) -> bytes | None:
    """The file's name behind `+++`; None for one that is gone."""
    written = _ESCAPE.sub(_unescaped, written[1:-1]) if written.startswith(b'"') else written.removesuffix(b"\t")
    return written.removeprefix(b"b/") if written != b"/dev/null" else None


def _unescaped(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    return bytes([int(escaped, 8)]) if len(escaped) == 3 else _ESCAPED.get(escaped, escaped)
