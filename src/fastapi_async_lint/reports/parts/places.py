"""Paths and spans -> how people and programs are told of them: rows and columns from 1."""

import os
from pathlib import Path
from urllib.parse import quote

from fastapi_async_lint.facts import Span

SITE = "https://fastapi-async-lint.readthedocs.io/en/stable"
"""Where the documentation is; a rule's page is named after its code and its name."""


def shown(path: Path, base: Path) -> str:
    """The path as typed from `base`, with forward slashes; absolute where it is not below it."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def place(path: Path, span: Span, base: Path) -> str:
    """`path:row:column`, which terminals and editors open."""
    return f"{shown(path, base)}:{span.row}:{span.column + 1}"


def page(code: str, name: str) -> str:
    """The address of the page about a rule."""
    return f"{SITE}/rules/{code}-{name}/"


def relative_uri(path: Path, base: Path) -> str:
    """The path below `base` as a relative URI, percent-encoded whatever its bytes are; a file URI where it is not below it."""
    return quote(os.fsencode(path.relative_to(base).as_posix())) if path.is_relative_to(base) else path.as_uri()


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them: form feeds and Unicode separators do not end one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
