"""Paths and spans -> how people and programs are told of them: rows and columns from 1."""

from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding

DOCUMENTATION = "https://fastapi-async-lint.readthedocs.io/en/stable/rules"
"""Where the rules' pages are; each is named after its code and its rule."""


def shown(path: Path, base: Path) -> str:
    """The path as typed from `base`, with forward slashes; absolute where it is not below it."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def place(path: Path, span: Span, base: Path) -> str:
    """`path:row:column`, which terminals and editors open."""
    return f"{shown(path, base)}:{span.row}:{span.column + 1}"


def page(finding: Finding) -> str:
    """The address of the page about the finding's rule."""
    return f"{DOCUMENTATION}/{finding.code}-{finding.name}/"


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them: form feeds and Unicode separators do not end one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
