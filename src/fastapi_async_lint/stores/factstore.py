"""Digest of a text -> its facts on disk, so that an unchanged file is parsed once.

Nothing is unpickled: facts are MessagePack, and what is no facts of ours is not stored.
"""

import hashlib
import importlib.metadata
import sys
from functools import cache
from pathlib import Path

import msgspec

from fastapi_async_lint import __version__
from fastapi_async_lint.facts import ModuleFacts
from fastapi_async_lint.stores.entries import Entries

_MOST_BYTES = 256 * 1024 * 1024

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
    """Facts by digest in a folder; None for a store that keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        """A store in `folder`, which is made when something is saved."""
        self._entries = Entries(folder, "facts", _fingerprint(), _MOST_BYTES)

    def load(self, text_digest: str) -> ModuleFacts | None:
        """The facts of a text, if they are stored and whole."""
        encoded = self._entries.load(text_digest)
        try:
            return None if encoded is None else decode(encoded)
        except msgspec.MsgspecError:
            return None

    def save(self, text_digest: str, encoded: bytes) -> None:
        """Keep the encoded facts of a text."""
        self._entries.save(text_digest, encoded)

    def tidy(self) -> None:
        """Remove what was not used for a month, and the longest unused where the store is too large; looks at most once a day."""
        self._entries.tidy()


@cache
def _fingerprint() -> str:
    """What facts depend on besides the text: our version, the reader of syntax trees as it is installed, and the parser's version."""
    found = hashlib.blake2b(f"{__version__} {sys.version_info[:2]} {_version_of('libcst')}".encode(), digest_size=8)
    package = Path(__file__).parent.parent
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
