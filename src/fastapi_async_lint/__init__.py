"""Finds what blocks the event loop in FastAPI applications, and proves it with a call chain.

`check` and what goes with it are described in api.py and docs/api.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi_async_lint.api import (
        Confidence,
        Finding,
        PathError,
        Report,
        Settings,
        SettingsError,
        Severity,
        Statistics,
        Step,
        check,
        load_settings,
    )

__version__ = "0.1.0"
__all__ = [
    "Confidence",
    "Finding",
    "PathError",
    "Report",
    "Settings",
    "SettingsError",
    "Severity",
    "Statistics",
    "Step",
    "__version__",
    "check",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    """What programs may rely on, imported when it is first asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
