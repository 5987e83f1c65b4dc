"""Digest of a text -> its facts on disk, so that an unchanged file is parsed once.

One small file for each text, below a folder for each version of everything that facts depend on besides the text. Several processes
may read and write at once: an entry is written beside its place and moved there. Whatever is wrong with an entry, a folder or the disk
means "not stored", never an error. Nothing is unpickled: entries are MessagePack behind a checksum.
"""

import hashlib
import importlib.metadata
import os
import secrets
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from fastapi_async_lint import __version__
from fastapi_async_lint.facts import ModuleFacts

_CHECKSUM_BYTES = 16
_DAY = 24 * 60 * 60
_UNUSED_DAYS = 30
_MOST_BYTES = 256 * 1024 * 1024
_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds facts about source files, kept by fastapi-async-lint. It can be removed at any time.
"""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ModuleFacts)


def encode(facts: ModuleFacts) -> bytes:
    """Facts as MessagePack; `decode` gives the same facts back."""
    return _encoder.encode(facts)


def decode(encoded: bytes) -> ModuleFacts:
    """The facts in MessagePack that `encode` gave; msgspec's error for anything else."""
    return _decoder.decode(encoded)


def digest(text: str) -> str:
    """A text's identity."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


class FactStore:
    """Facts by digest in a folder; None for a store that keeps nothing. It gives up writing at the first refusal."""

    def __init__(self, folder: Path | None) -> None:
        """A store in `folder`, which is made when something is saved."""
        self._top = folder
        self._entries = None if folder is None else folder / "facts" / _fingerprint()
        self._writable = folder is not None
        self._saved = False

    def load(self, text_digest: str) -> ModuleFacts | None:
        """The facts of a text, if they are stored and whole."""
        if self._entries is None:
            return None
        place = self._place(self._entries, text_digest)
        try:
            raw = place.read_bytes()
            if time.time() - place.stat().st_mtime > _DAY:
                os.utime(place)  # used: the tidying goes by this
        except OSError:
            return None
        checksum, encoded = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        if checksum != _checksum(encoded):
            return None
        try:
            return decode(encoded)
        except msgspec.MsgspecError:
            return None

    def save(self, text_digest: str, encoded: bytes) -> None:
        """Keep the encoded facts of a text."""
        if self._entries is None or not self._writable:
            return
        place = self._place(self._entries, text_digest)
        beside = place.with_name(f"{place.name}.{secrets.token_hex(4)}.new")
        try:
            if not self._saved:
                _mark(self._entries.parent.parent)
                self._saved = True
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(_checksum(encoded) + encoded)
                beside.replace(place)
            except OSError:
                beside.unlink(missing_ok=True)
                raise
        except OSError:
            self._writable = False

    def tidy(self) -> None:
        """Remove what was not used for a month, and the longest unused where the store is too large; looks at most once a day."""
        if self._top is None or not self._saved or not self._writable:
            return
        stamp = self._top / "facts" / "tidied"
        now = time.time()
        try:
            if stamp.exists() and now - stamp.stat().st_mtime < _DAY:
                return
            stamp.touch()
        except OSError:
            return
        _remove_unused(self._top / "facts", now)

    @staticmethod
    def _place(entries: Path, text_digest: str) -> Path:
        return entries / text_digest[:2] / text_digest[2:]


@cache
def _fingerprint() -> str:
    """What facts depend on besides the text: our version, the reader of syntax trees as it is installed, and the parser's version."""
    found = hashlib.blake2b(f"{__version__} {sys.version_info[:2]} {_version_of('libcst')}".encode(), digest_size=8)
    package = Path(__file__).parent
    for file in (*sorted((package / "facts").glob("*.py")), *sorted((package / "syntax").glob("*.py"))):
        try:
            found.update(file.read_bytes())
        except OSError:  # installed without files: the version has to do
            continue
    return found.hexdigest()


def _version_of(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _checksum(encoded: bytes) -> bytes:
    return hashlib.blake2b(encoded, digest_size=_CHECKSUM_BYTES).digest()


def _mark(folder: Path) -> None:
    """Make the store's folder, and say in it that version control and backups may leave it out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")


def _remove_unused(folder: Path, now: float) -> None:
    """Remove entries by age, then by size, the longest unused first; and folders left empty."""
    entries = sorted(_entries_below(folder), reverse=True)
    kept = 0
    for used, size, path in entries:
        kept += size
        if now - used > _UNUSED_DAYS * _DAY or kept > _MOST_BYTES or (path.endswith(".new") and now - used > _DAY):
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
