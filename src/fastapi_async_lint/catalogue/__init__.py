"""What libraries do: TOML tables, loaded for the libraries that a project imports, as one frozen Catalogue."""

from collections.abc import Iterable, Mapping

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import Entry, Member
from fastapi_async_lint.catalogue.load import CatalogueError, available, libraries, user_library
from fastapi_async_lint.catalogue.schema import Condition, Offloader, Rewrite, Run
from fastapi_async_lint.catalogue.types import Type

__all__ = ["Catalogue", "CatalogueError", "Condition", "Entry", "Member", "Offloader", "Rewrite", "Run", "Type", "available", "load"]


def load(imported: Iterable[str], tables: Mapping[str, object] | None = None, where: str = "catalogue") -> Catalogue:
    """The catalogue for a project that imports these dotted names, with the user's own tables on top. Raises CatalogueError."""
    return merge(libraries(imported).values(), user_library(tables, where) if tables else None)
