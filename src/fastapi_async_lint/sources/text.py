"""A file -> its text, decoded as Python decodes it: byte order mark, PEP 263 coding line, else UTF-8.

Line ends stay as they are: columns and fixes are about this very text.
"""

import io
import stat
import tokenize
from pathlib import Path

from fastapi_async_lint.sources.model import UnreadableFile


def read_text(path: Path) -> str:
    """The text of a regular file, without its byte order mark; UnreadableFile says why there is none."""
    return decode(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """What is in a regular file; UnreadableFile says why that cannot be had. Never opens a pipe or device."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            message = "is a folder, not a file" if path.is_dir() else "is not a regular file"
            raise UnreadableFile(message)
        return path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror or type(error).__name__}"
        raise UnreadableFile(message) from error


def decode(raw: bytes) -> str:
    """The text in the bytes of a Python file; UnreadableFile where Python would not read it either."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    except SyntaxError as error:
        raise _undecodable(raw, "utf-8", str(error)) from error
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise _undecodable(raw, encoding, f"is not {encoding}") from error
    if (null := text.find("\0")) >= 0:
        row, column = _position(text[:null])
        message = "contains a null byte"
        raise UnreadableFile(message, row, column)
    return text


def _undecodable(raw: bytes, encoding: str, fallback: str) -> UnreadableFile:
    """The error at the first byte that is not in `encoding`, where that is what is wrong."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        row, column = _position(raw[: error.start].decode(encoding, "replace"))
        name = encoding.removesuffix("-sig").upper()
        return UnreadableFile(f"is not {name}: byte 0x{raw[error.start]:02x} ({error.reason})", row, column)
    except LookupError:
        pass
    return UnreadableFile(f"has no readable encoding: {fallback}")


def _position(before: str) -> tuple[int, int]:
    """Row and column behind the text `before`, its lines ended by any of Python's line ends."""
    before = before.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n") - 1
