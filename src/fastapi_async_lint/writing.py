"""Files' new texts -> the disk, so that at every moment each file is the old one or the new one, whole.

The text goes to a temporary file in the same folder, which then takes the file's place. Encoding, byte order mark, line ends, permissions and
extended attributes stay what they were; a symbolic link stays one. Nobody's work is lost: a file that no longer holds what was read is left
alone. Files that belong together are written together or not at all: what can fail is done for all of them before the first is replaced.

Limits: hard links to the file keep the old text; between the last look at a file and its replacement lies an instant; a process that is
killed leaves its temporary files, whose names end in `TEMPORARY`, and may leave some of the files that belong together replaced.
"""

import codecs
import contextlib
import io
import os
import stat
import tempfile
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.sources import UnreadableFile, decode

TEMPORARY = ".fastapi-async-lint"
"""How the names of temporary files end. They start with a dot, and no source file's name ends so."""


class WriteError(Exception):
    """The file was not written and is what it was. `reason` is a clause without a subject: `is read-only`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NewText:
    """A new text for a Python file that is to hold the `expected` one still; both without its byte order mark."""

    path: Path
    text: str
    expected: str


@dataclass(frozen=True, slots=True)
class _Replacement:
    """A file's bytes, and those that are to take their place; `target` is no link."""

    path: Path
    target: Path
    old: bytes
    new: bytes


def write(path: Path, text: str, *, expected: str) -> None:
    """Give the Python file a new text, if it still holds the `expected` one. Raises WriteError."""
    write_together([NewText(path, text, expected)])


def write_together(texts: Sequence[NewText]) -> None:
    """Give all of these files their new texts, or none of them. Raises WriteError for the first that is in the way."""
    replacements = [_prepared(text) for text in texts]
    temporaries: list[Path] = []
    try:
        for one in replacements:
            with _explained(one.path):
                temporaries.append(_beside(one.target, one.new))
        for one in replacements:
            with _explained(one.path):
                if one.target.read_bytes() != one.old:
                    raise WriteError(one.path, _CHANGED)
        _replace_all(replacements, temporaries)
    finally:
        for temporary in temporaries:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def encoded(text: str, old: bytes) -> bytes:
    """The text in the encoding of a Python file's old bytes, with their byte order mark. Raises UnicodeEncodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(old).readline)
    if encoding == "utf-8-sig":
        return codecs.BOM_UTF8 + text.encode("utf-8")
    return text.encode(encoding)


def old_and_new(text: NewText) -> tuple[bytes, bytes]:
    """The file's bytes now, and what they would become. Raises WriteError."""
    with _explained(text.path, "cannot be read"):
        old = text.path.read_bytes()
    if _text(old) != text.expected:
        raise WriteError(text.path, _CHANGED)
    try:
        new = encoded(text.text, old)
    except UnicodeEncodeError as error:
        raise WriteError(text.path, f"is {error.encoding}, which has no {error.object[error.start]!r}") from error
    if _text(new) != text.text:
        raise WriteError(text.path, "would be read otherwise than it is written: see its encoding")
    return old, new


def replace(target: Path, data: bytes) -> None:
    """Put a file with these bytes at `target`, which is no link and keeps what `write` keeps. Raises OSError."""
    temporary = _beside(target, data)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


_CHANGED = "has changed on disk since it was read"


def _prepared(text: NewText) -> _Replacement:
    """What is to be done for one file, after all that can be checked without writing."""
    with _explained(text.path, "cannot be read"):
        target = text.path.resolve(strict=True)
        mode = target.stat().st_mode
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise WriteError(text.path, "is read-only")
    old, new = old_and_new(text)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise WriteError(text.path, "cannot be written: its folder is read-only")
    return _Replacement(text.path, target, old, new)


def _replace_all(replacements: Sequence[_Replacement], temporaries: Sequence[Path]) -> None:
    """Each temporary file takes its target's place; if one cannot, those before it are put back."""
    begun: list[_Replacement] = []
    try:
        for one, temporary in zip(replacements, temporaries, strict=True):
            begun.append(one)
            with _explained(one.path):
                temporary.replace(one.target)
    except BaseException as error:
        if lost := [complaint for one in reversed(begun) if (complaint := _put_back(one)) is not None]:
            raise lost[0] from error
        raise


def _put_back(one: _Replacement) -> WriteError | None:
    """Undo a replacement if it was made, unless somebody has written to the file since; the reason if that fails."""
    try:
        with _explained(one.path, "was rewritten with others that could not be, and cannot be put back"):
            if one.target.read_bytes() == one.new:
                replace(one.target, one.old)
    except WriteError as error:
        return error
    return None


def _beside(target: Path, data: bytes) -> Path:
    """A new file with these bytes in the target's folder, with the target's permissions and, as far as allowed, its owner and attributes."""
    before = target.stat() if target.exists() else None
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=TEMPORARY)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is None:
            temporary.chmod(0o666 & ~_umask())
        else:
            _dress(temporary, target, before)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _dress(temporary: Path, target: Path, before: os.stat_result) -> None:
    """Give the temporary file the owner, the permissions and the extended attributes (access lists among them) of its target."""
    now = temporary.stat()
    if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
        with contextlib.suppress(OSError):
            os.chown(temporary, before.st_uid, before.st_gid)
    temporary.chmod(stat.S_IMODE(before.st_mode))
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(target):
                with contextlib.suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(target, name))


@contextlib.contextmanager
def _explained(path: Path, failed: str = "cannot be written") -> Iterator[None]:
    """What the system says becomes a WriteError about the file."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise WriteError(path, f"{failed}: {getattr(error, 'strerror', None) or error}") from error


def _text(raw: bytes) -> str | None:
    try:
        return decode(raw)
    except UnreadableFile:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
