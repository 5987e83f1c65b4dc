"""What a rule is: codes, a name, its documentation, and a pure generator over an Analysis."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.telling.gates import Unused


def _nothing(_: object) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `codes` are its direct code and, where it has one, the code for blocking through a helper.

    The rule's documentation is the docstring of its file. A rule is about the program (`check`), or about comments and entries of a baseline
    that turn out to silence nothing (`review`).
    """

    codes: tuple[str, ...]
    name: str
    summary: str
    check: Callable[[Analysis], Iterator[Finding]] = _nothing
    documentation: str = ""
    default: bool = True
    """Selected without being named."""
    category: str = ""
    """The catalogue's category that it is about; empty for none."""
    review: Callable[[Sequence[Unused]], Iterator[Finding]] = _nothing
