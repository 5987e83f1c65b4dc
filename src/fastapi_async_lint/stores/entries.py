"""Keys -> bytes on disk, for what may be forgotten at any time: what the two stores, of facts and of reports, have in common.

One small file for each key, below a folder for each version of everything that the bytes depend on besides the key. Several processes
may read and write at once: an entry is written beside its place and moved there. Whatever is wrong with an entry, a folder or the disk
means "not stored", never an error: each entry stands behind a checksum.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

_CHECKSUM_BYTES = 16
_DAY = 24 * 60 * 60
_UNUSED_DAYS = 30
_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds what fastapi-async-lint remembers of source files. It can be removed at any time.
"""


def refusal(folder: Path) -> str:
    """Why nothing can be kept in a folder, as far as can be told without trying; empty if something can."""
    for place in (folder, *folder.parents):
        try:
            if place.is_dir():
                return "" if os.access(place, os.W_OK | os.X_OK) else f"{place} cannot be written"
            if place.exists():
                return f"{place} is a file"
        except OSError as error:
            return f"{place}: {error.strerror}"
    return f"{folder} is nowhere"


class Entries:
    """Entries of one kind in a folder; None for entries that are not kept. They are not written any more after the first refusal."""

    def __init__(self, folder: Path | None, kind: str, version: str, most_bytes: int) -> None:
        """Entries in `folder / kind / version`, which is made when something is saved; tidying keeps a kind below `most_bytes`."""
        self._kind = None if folder is None else folder / kind
        self._entries = None if self._kind is None else self._kind / version
        self._most_bytes = most_bytes
        self._writable = folder is not None
        self._saved = False

    @property
    def kept(self) -> bool:
        """Whether what is saved may be there later."""
        return self._entries is not None and self._writable

    def load(self, key: str) -> bytes | None:
        """What was saved under a key, a digest in hexadecimal digits, if it is there and whole."""
        if self._entries is None:
            return None
        place = self._place(self._entries, key)
        try:
            raw = place.read_bytes()
            if time.time() - place.stat().st_mtime > _DAY:
                os.utime(place)  # used: the tidying goes by this
        except OSError:
            return None
        checksum, content = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        return content if checksum == _checksum(content) else None

    def save(self, key: str, content: bytes) -> None:
        """Keep the content under the key, in place of what was there."""
        if self._entries is None or not self._writable:
            return
        place = self._place(self._entries, key)
        beside = place.with_name(f"{place.name}.{secrets.token_hex(4)}.new")
        try:
            if not self._saved:
                _mark(self._entries.parent.parent)
                self._saved = True
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(_checksum(content) + content)
                beside.replace(place)
            except OSError:
                beside.unlink(missing_ok=True)
                raise
        except OSError:
            self._writable = False

    def tidy(self) -> None:
        """Remove what was not used for a month, and the longest unused where there is too much; looks at most once a day."""
        if self._kind is None or not self._saved or not self._writable:
            return
        stamp = self._kind / "tidied"
        now = time.time()
        try:
            if stamp.exists() and now - stamp.stat().st_mtime < _DAY:
                return
            stamp.touch()
        except OSError:
            return
        _remove_unused(self._kind, now, self._most_bytes)

    @staticmethod
    def _place(entries: Path, key: str) -> Path:
        return entries / key[:2] / key[2:]


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()


def _mark(folder: Path) -> None:
    """Make the folder, and say in it that version control and backups may leave it out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")


def _remove_unused(folder: Path, now: float, most_bytes: int) -> None:
    """Remove entries by age, then by size, the longest unused first; and folders left empty."""
    entries = sorted(_entries_below(folder), reverse=True)
    kept = 0
    for used, size, path in entries:
        kept += size
        if now - used > _UNUSED_DAYS * _DAY or kept > most_bytes or (path.endswith(".new") and now - used > _DAY):
            Path(path).unlink(missing_ok=True)
    for versioned in folder.iterdir():
        if versioned.is_dir():
            for place in (*versioned.iterdir(), versioned):
                _remove_if_empty(place)


def _entries_below(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(last used, size, path) of each entry."""
    for path in folder.glob("*/*/*"):
        try:
            found = path.stat()
        except OSError:
            continue
        yield found.st_mtime, found.st_size, str(path)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
