"""The offloader that is set -> how a codemod is to write it."""

from typing import TypeAlias

from fastapi_async_lint.analysis import Analysis

Arguments: TypeAlias = tuple[tuple[str, str], ...]


def offloading(analysis: Analysis) -> Arguments | None:
    """The arguments of a codemod that hands something to a worker thread. None where the set offloader is not known: a bare name that
    belongs to a library which the project does not import.
    """
    known = analysis.graph.inference.catalogue.offloader(analysis.offloader)
    if known is not None:
        return (("offloader", known.written), ("style", known.style), ("clashes", ",".join(known.clashes)))
    module, dot, name = analysis.offloader.rpartition(".")
    return (("offloader", f"{module}:{name}"), ("style", "call"), ("clashes", "")) if dot else None
