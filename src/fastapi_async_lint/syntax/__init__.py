"""One module's text -> ModuleFacts. The only reader of syntax trees besides the fixes.

The rest of the house sees one function. LibCST is imported at the first call, so that a run which finds all its facts in the
store never pays for it.
"""

from fastapi_async_lint.facts import ModuleFacts

__all__ = ["extract"]


def extract(text: str) -> ModuleFacts:
    """What `text` says. Never raises: a text that cannot be read gives facts that hold a `problem` and the line count alone."""
    from fastapi_async_lint.syntax import extraction

    return extraction.extract(text)
