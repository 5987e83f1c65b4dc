"""What expressions may be at run time: declared types, assignments, injected dependencies, attributes, factories, containers."""

from fastapi_async_lint.inference.engine import Inference

__all__ = ["Inference"]
