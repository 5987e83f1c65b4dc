"""What libraries do: TOML tables, loaded for the libraries that a project imports, as one frozen Catalogue."""

from collections.abc import Iterable, Mapping

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.checks import baseless, references
from fastapi_async_lint.catalogue.entries import Entry, Member, type_of
from fastapi_async_lint.catalogue.load import CatalogueError, available, libraries, offloaders, user_library
from fastapi_async_lint.catalogue.schema import Condition, Offloader, Rewrite, Run
from fastapi_async_lint.catalogue.types import OF_ARGUMENT, Type

__all__ = [
    "OF_ARGUMENT",
    "Catalogue",
    "CatalogueError",
    "Condition",
    "Entry",
    "Member",
    "Offloader",
    "Rewrite",
    "Run",
    "Type",
    "available",
    "load",
    "offloaders",
    "type_of",
]


def load(imported: Iterable[str], tables: Mapping[str, object] | None = None, where: str = "") -> Catalogue:
    """The catalogue for a project that imports these dotted names, with the project's own tables on top, and what those refer to.

    Raises CatalogueError, which names `where`.
    """
    if not tables:
        return merge(libraries(imported).values())
    own = user_library(tables, where)
    known = merge(libraries([*imported, *references(own)]).values(), own)
    problem = baseless(own, known.is_class, known.classes)
    if problem is not None:
        raise CatalogueError(where, *problem)
    return known
