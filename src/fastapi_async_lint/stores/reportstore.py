"""The report of a run in which nothing at all has changed since -> that report from disk, so that it is not derived again.

Findings depend on the whole program, so they are remembered only with everything that they depend on: the settings, what was asked, every
source file's path, role and bytes, what the layout of imports rests on, and this linter as it is installed. One report is kept for each
question (the same paths under the same settings); a report of another state of the files takes its place. The texts that a report quotes
are not stored: they are the files' own.

The files' bytes are read for this each time, which costs a small part of what the analysis does. Times of modification are not trusted:
version control and copies set them as they like.
"""

import contextlib
import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

from fastapi_async_lint import __version__
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.results import Report, Statistics
from fastapi_async_lint.settings import Settings
from fastapi_async_lint.sources import Sources, UnreadableFile, read_bytes
from fastapi_async_lint.stores.entries import Entries

_MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Stored:
    """What of a report cannot be had elsewhere, and the state of the files that it is about."""

    state: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    checked: tuple[Path, ...]
    statistics: Statistics


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError


def _typed(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)
_decoder = msgspec.msgpack.Decoder(_Stored, dec_hook=_typed)


class ReportStore:
    """Reports by question in a folder; None for a store that keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        """A store in `folder`, which is made when something is saved."""
        self._entries = Entries(folder, "reports", _fingerprint() if folder else "", _MOST_BYTES)

    @property
    def keeps(self) -> bool:
        """Whether what is saved may be there later."""
        return self._entries.kept

    def load(self, question: str, state: str, root: Path) -> Report | None:
        """The report that answered this question when the files were in this state, without the texts that it quotes."""
        encoded = self._entries.load(question)
        try:
            stored = None if encoded is None else _decoder.decode(encoded)
        except msgspec.MsgspecError:
            return None
        if stored is None or stored.state != state:
            return None
        return Report(stored.findings, stored.statistics, root, {}, checked=stored.checked, suppressed=stored.suppressed)

    def save(self, question: str, state: str, report: Report) -> None:
        """Keep a report in place of the last one to this question."""
        try:
            encoded = _encoder.encode(_Stored(state, report.findings, report.suppressed, report.checked, report.statistics))
        except UnicodeEncodeError:  # a file's name that is no text
            return
        self._entries.save(question, encoded)
        self._entries.tidy()


def question_of(paths: Sequence[Path], settings: Settings, *others: object) -> str:
    """The identity of what is asked; `others` are plain values that matter besides. Settings that change no finding do not count."""
    lasting = replace(settings, cache_dir=None, use_cache=True, jobs=0, output_format="full")
    return _digest([repr([path.resolve() for path in paths]), repr(lasting), repr(others)])


def state_of(sources: Sources, *others: object) -> str:
    """The identity of the files that a report on these sources depends on; `others` are plain values that matter besides."""
    return _digest(
        [sources.roots.identity(), repr(others), *(part for source in sources.sources for part in (repr(source), _content(source.path)))]
    )


def _content(path: Path) -> str:
    try:
        return hashlib.blake2b(read_bytes(path), digest_size=20).hexdigest()
    except UnreadableFile as error:
        return error.message


def _digest(parts: Iterable[str]) -> str:
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(encoded))
        found.update(encoded)
    return found.hexdigest()


@cache
def _fingerprint() -> str:
    """What reports depend on besides the project: this linter with its catalogue as it is installed, its parser, and Python."""
    package = Path(__file__).parent.parent
    found = hashlib.blake2b(f"{__version__} {sys.version_info[:3]}".encode(), digest_size=8)
    with contextlib.suppress(metadata.PackageNotFoundError):
        found.update(metadata.version("libcst").encode())
    for file in sorted((*package.rglob("*.py"), *package.rglob("*.toml"))):
        try:
            found.update(file.read_bytes())
        except OSError:  # installed without files: the version has to do
            continue
    return found.hexdigest()
