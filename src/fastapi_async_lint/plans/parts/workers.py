"""The offloader that is set -> how a codemod is to write it."""

from typing import TypeAlias

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.facts import ParameterKind

Arguments: TypeAlias = tuple[tuple[str, str], ...]


def offloading(analysis: Analysis) -> Arguments | None:
    """The arguments of a codemod that hands something to a worker thread. None where the set offloader is not known: a bare name that
    belongs to a library which the project does not import.
    """
    known = analysis.graph.inference.catalogue.offloader(analysis.offloader)
    if known is not None:
        return (("offloader", known.written), ("style", known.style), ("clashes", ",".join(known.clashes)))
    module, dot, name = analysis.offloader.rpartition(".")
    return (
        (("offloader", f"{module}:{name}"), ("style", "call"), ("clashes", ",".join(_parameters(analysis, module, name)))) if dot else None
    )


def _parameters(analysis: Analysis, module: str, name: str) -> list[str]:
    """The names that the project's own offloader takes arguments by: keywords of that name do not reach what it runs."""
    taking = (ParameterKind.REGULAR, ParameterKind.KEYWORD_ONLY)
    return [
        parameter.name
        for one in analysis.program.modules
        if one.source.module == module
        for function in one.facts.functions
        if function.qualname == name
        for parameter in function.parameters
        if parameter.kind in taking
    ]
