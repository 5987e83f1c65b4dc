"""A file's new text -> the disk, so that at every moment the old file or the new one is there, whole.

The text goes to a temporary file in the same folder, which then takes the file's place. Encoding, byte order mark, line ends and
permissions stay what they were; a symbolic link stays one. Nobody's work is lost: a file that no longer holds what was read is left alone.
Limits: hard links to the file keep the old text; between the last look at the file and its replacement lies an instant.
"""

import codecs
import contextlib
import io
import os
import stat
import tempfile
import tokenize
from pathlib import Path

from fastapi_async_lint.sources import UnreadableFile, decode


class WriteError(Exception):
    """The file was not written and is what it was. `reason` is a clause without a subject: `is read-only`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


def write(path: Path, text: str, *, expected: str) -> None:
    """Give the Python file a new text, if it still holds the `expected` one (without its byte order mark). Raises WriteError."""
    try:
        target = path.resolve(strict=True)
        raw = target.read_bytes()
        mode = target.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise WriteError(path, f"cannot be read: {_words(error)}") from error
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise WriteError(path, "is read-only")
    if _text(raw) != expected:
        raise WriteError(path, "has changed on disk since it was read")
    try:
        replace(target, _encode(text, raw))
    except UnicodeEncodeError as error:
        raise WriteError(path, f"is {error.encoding}, which has no {error.object[error.start]!r}") from error
    except OSError as error:
        raise WriteError(path, f"cannot be written: {_words(error)}") from error


def replace(target: Path, data: bytes) -> None:
    """Put a file with these bytes at `target`, which keeps its permissions and, as far as allowed, its owner. Raises OSError."""
    before = target.stat() if target.exists() else None
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None and hasattr(os, "chown") and (before.st_uid, before.st_gid) != (temporary.stat().st_uid, temporary.stat().st_gid):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, before.st_uid, before.st_gid)
        temporary.chmod(stat.S_IMODE(before.st_mode) if before is not None else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _text(raw: bytes) -> str | None:
    try:
        return decode(raw)
    except UnreadableFile:
        return None


def _encode(text: str, raw: bytes) -> bytes:
    """In the encoding of the file's old bytes, with their byte order mark."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    if encoding == "utf-8-sig":
        return codecs.BOM_UTF8 + text.encode("utf-8")
    return text.encode(encoding)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
