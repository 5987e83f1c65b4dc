"""Run a function with a stack that is deep enough for the trees of real code.

LibCST's parser takes megabytes of native stack for source that CPython accepts, and walking and generating its trees takes
thousands of Python frames. The main thread of a POSIX process has the stack that its limit says, usually enough for all but the
deepest text. Elsewhere, and for that, a thread of its own is started with a stack of its own; that costs a seventh of the time of
reading a file, for memory that is new to it.
"""

import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

from fastapi_async_lint.syntax.nesting import SHALLOW_BYTES

Result = TypeVar("Result")

STACK_BYTES = 256 * 2**20
"""Several times what the deepest text that nesting.py lets through was seen to take; what is not touched costs nothing."""

RECURSION_LIMIT = 100_000
"""Python frames: LibCST generates code by recursion, two frames for each node inside another."""

_lock = threading.Lock()
_usual_limits: list[int] = []
"""The recursion limit to go back to, once for each run that is under way."""


def run(function: Callable[[], Result], *, is_shallow: bool) -> Result:
    """What `function` gives or raises, run with a stack that is deep enough for it; `is_shallow` is what nesting.py says of its text."""
    with _lock:
        _usual_limits.append(_usual_limits[0] if _usual_limits else sys.getrecursionlimit())
        sys.setrecursionlimit(max(RECURSION_LIMIT, _usual_limits[0]))
    try:
        return function() if is_shallow and _has_roomy_stack() else _run_in_thread(function)
    finally:
        with _lock:
            limit = _usual_limits.pop()
            if not _usual_limits:
                sys.setrecursionlimit(limit)


def _has_roomy_stack() -> bool:
    return threading.current_thread() is threading.main_thread() and _main_stack_bytes() > SHALLOW_BYTES


@cache
def _main_stack_bytes() -> int:
    """The size of the main thread's stack; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    limit, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit


class _Outcome(Generic[Result]):
    """What a function gave or raised in its thread."""

    __slots__ = ("error", "function", "result")

    def __init__(self, function: Callable[[], Result]) -> None:
        self.function = function
        self.result: Result | None = None
        self.error: BaseException | None = None

    def __call__(self) -> None:
        try:
            self.result = self.function()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self.error = error


def _run_in_thread(function: Callable[[], Result]) -> Result:
    outcome = _Outcome(function)
    thread = threading.Thread(target=outcome, name="fastapi-async-lint syntax", daemon=True)
    with _lock:
        usual = threading.stack_size(STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(usual)
    thread.join()
    if outcome.error is not None:
        raise outcome.error
    return outcome.result  # type: ignore[return-value]  # without an error the function has given its result
