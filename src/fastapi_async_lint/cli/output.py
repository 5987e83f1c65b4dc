"""Text -> a stream or a file: colours where they are wanted, files that are whole or untouched, and silence when a reader has gone."""

import io
import os
import shutil
import stat
import sys
import tempfile
import time
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import click

PATIENCE, REFRESH = 1.0, 0.1
"""Seconds until progress is shown, and between its updates."""
PLAIN_WIDTH = 120
"""Columns where the output is no terminal, so that it is the same everywhere."""


def wants_colour(stream: TextIO) -> bool:
    """NO_COLOR and FORCE_COLOR decide, in this order; otherwise terminals get colour."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width(stream: TextIO) -> int:
    """The columns of the terminal behind the stream."""
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if stream.isatty() else PLAIN_WIDTH


def say(text: str, stream: TextIO) -> None:
    """Write and flush. A reader that has closed its end (`| head`) is no error: what follows goes nowhere."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            raise click.ClickException(f"the output cannot be written: {error.strerror or error}") from error


def meter(stream: TextIO) -> Callable[[int, int], None] | None:
    """Shows `done` of `total` files on a terminal once reading them takes longer than a second, and wipes it at the end; else None."""
    if not stream.isatty():
        return None
    due = time.monotonic() + PATIENCE
    shown = False

    def show(done: int, total: int) -> None:
        nonlocal due, shown
        if shown and done >= total:
            say("\r\x1b[K", stream)
        elif done < total and time.monotonic() >= due:
            due, shown = time.monotonic() + REFRESH, True
            say(f"\rreading {done} of {total} files", stream)

    return show


def reserve(path: Path) -> None:
    """Complain now if a file cannot be written there, before minutes of work are spent on what to write."""
    if path.is_dir():
        raise click.ClickException(f"--output-file {path}: a file was expected, this is a folder")
    if not path.parent.is_dir():
        raise click.ClickException(f"--output-file {path}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.ClickException(f"--output-file {path}: no permission to write")


def write_file(path: Path, text: str) -> None:
    """Write the file as a whole: until its new content is complete, the old one stays. Its permissions are kept."""
    try:
        replaceable = path.is_file() or not path.exists()  # a device or a pipe is not
        if replaceable and os.access(path.parent, os.W_OK):
            _replace(path.resolve(), text)
        else:
            path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise click.ClickException(f"--output-file {path}: {error.strerror or error}") from error


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_stdin() -> str:
    """The source text on standard input, in the encoding that it declares."""
    data = sys.stdin.buffer.read()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise click.ClickException(f"standard input is no Python text: {error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
