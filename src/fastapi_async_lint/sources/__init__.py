"""Paths from the user -> every Python file of the project, its module name, and where each import leads.

The whole project is found even when one folder is linted: a chain runs through files that are not reported. What an import name
leads to is decided here alone (`Roots`), by the layout on disk; nothing is ever imported.
"""

from fastapi_async_lint.sources.finding import find
from fastapi_async_lint.sources.model import PathError, Source, Sources, UnreadableFile
from fastapi_async_lint.sources.roots import Roots
from fastapi_async_lint.sources.text import decode, read_bytes, read_text

__all__ = ["PathError", "Roots", "Source", "Sources", "UnreadableFile", "decode", "find", "read_bytes", "read_text"]
