"""Where functions run: on the event loop or in a worker thread, and in whose service."""

from fastapi_async_lint.contexts.contexts import Context, Contexts, determine
from fastapi_async_lint.contexts.roles import Role

__all__ = ["Context", "Contexts", "Role", "determine"]
