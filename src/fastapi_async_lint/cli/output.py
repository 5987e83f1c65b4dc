"""Text -> a stream or a file: colours where they are wanted, files that are whole or untouched, and silence when a reader has gone."""

import io
import os
import shutil
import sys
import threading
import time
import tokenize
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import click

PATIENCE, REFRESH = 2.0, 0.1
"""Seconds until progress is shown, and between its updates."""
_VTE_WITH_LINKS = 5001
"""Of the library behind GNOME's and other terminals, the first version whose links are safe to use."""
PLAIN_WIDTH = 120
"""Columns where the output is no terminal, so that it is the same everywhere."""


def wants_colour(stream: TextIO) -> bool:
    """NO_COLOR and FORCE_COLOR decide, in this order; otherwise terminals get colour."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_links(stream: TextIO) -> bool:
    """FORCE_HYPERLINK decides; otherwise terminals that are known to open links get them, unless a multiplexer or a CI job stands between.

    Editors' terminals are not among them: they open `path:row:column` at the row, which a link to the file would not.
    """
    if forced := os.environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if not stream.isatty() or any(os.environ.get(name) for name in ("CI", "TMUX", "STY", "NO_COLOR")):
        return False
    vte = os.environ.get("VTE_VERSION", "")
    return (
        (vte.isdecimal() and int(vte) >= _VTE_WITH_LINKS)
        or os.environ.get("TERM_PROGRAM") in {"iTerm.app", "WezTerm", "ghostty"}
        or os.environ.get("TERM") in {"alacritty", "foot", "xterm-ghostty", "xterm-kitty"}
        or bool(os.environ.get("WT_SESSION"))
    )


def width(stream: TextIO) -> int:
    """The columns of the terminal behind the stream."""
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if stream.isatty() else PLAIN_WIDTH


def say(text: str | bytes, stream: TextIO) -> None:
    """Write and flush; bytes go out as they are. A reader that has closed its end (`| head`) is no error: what follows goes nowhere."""
    try:
        if isinstance(text, bytes):
            stream.buffer.write(text)
        else:
            stream.write(text)
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            raise click.ClickException(f"the output cannot be written: {error.strerror or error}") from error


class Meter:
    """Tells a terminal what a run is doing once it takes longer than `PATIENCE`; the line is wiped in the end. Other streams hear nothing,
    nor does a terminal that cannot wipe.

    It is called with how many of how many files are read. It shows their share: the files that a run has to read are not those that it
    checks. When all are read, it says what follows from a thread of its own, because the analysis does not count.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._silent = quiet or not stream.isatty() or os.environ.get("TERM") == "dumb"
        self._due = time.monotonic() + PATIENCE
        self._shown = False
        self._lock = threading.Lock()
        self._later: threading.Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        with self._lock:
            self._silent = True
            if self._later is not None:
                self._later.cancel()
            if self._shown:
                say("\r\x1b[K", self._stream)

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` files are read."""
        if self._silent:
            return
        if done >= total:
            if self._later is not None:
                self._later.cancel()
            self._later = threading.Timer(max(0.0, self._due - time.monotonic()), self._show, ["analysing"])
            self._later.daemon = True
            self._later.start()
        elif time.monotonic() >= self._due:
            self._due = time.monotonic() + REFRESH
            self._show(f"reading: {100 * done // total}%")

    def _show(self, text: str) -> None:
        with self._lock:
            if not self._silent:
                self._shown = True
                say(f"\r\x1b[K{text}", self._stream)


def reserve(path: Path, option: str) -> None:
    """Complain now if a file cannot be written there, before minutes of work are spent on what to write."""
    if path.is_dir():
        raise click.ClickException(f"{option} {path}: a file was expected, this is a folder")
    if not path.parent.is_dir():
        raise click.ClickException(f"{option} {path}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.ClickException(f"{option} {path}: no permission to write")


def write_file(path: Path, text: str) -> None:
    """Write the file as a whole: until its new content is complete, the old one stays. Its permissions are kept."""
    from fastapi_async_lint.writing import replace

    data = text.encode("utf-8", "backslashreplace")
    try:
        replaceable = path.is_file() or not path.exists()  # a device or a pipe is not
        if replaceable and os.access((target := path.resolve()).parent, os.W_OK):
            replace(target, data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error


def read_stdin() -> tuple[bytes, str]:
    """What is on standard input, and the source text that it is in the encoding that it declares."""
    data = sys.stdin.buffer.read()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data, data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise click.ClickException(f"standard input is no Python text: {error}") from error
