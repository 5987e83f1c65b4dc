"""What a rule is: codes, a name, its documentation, and a pure generator over an Analysis."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.findings import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `codes` are its direct code and, where it has one, the code for blocking through a helper.

    The rule's documentation is the docstring of its file.
    """

    codes: tuple[str, ...]
    name: str
    summary: str
    check: Callable[[Analysis], Iterator[Finding]]
    documentation: str
    default: bool = True
    """Selected without being named."""
