"""Texts -> facts, in this process or in several.

Parsing is by far the most expensive stage, so many texts are shared out among worker processes, the largest first, one at a time: a
worker that dies takes one text with it, and it is known which. Few texts are parsed here, because starting workers costs more: a forked
worker a few milliseconds, a fresh one half a second.

Workers are forked only where nothing else runs in this process: a fork copies locks that other threads hold. Elsewhere they are started
afresh, which, as with all of Python's multiprocessing, imports the main module again: a script that calls us needs its
`if __name__ == "__main__"`. A process that is itself a worker, of flake8 for one, starts no others. It may have siblings that read the same
project at the same time: each begins at a place of its own, and looks before each text whether another has stored its facts by now.
"""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.facts import ModuleFacts, Problem
from fastapi_async_lint.stores.factstore import decode, encode

_FORK_FROM = 150_000
_SPAWN_FROM = 1_000_000
_PER_WORKER = 75_000
"""Characters: below the first two all texts are parsed here; each worker should get at least the third."""
_GOLDEN = 0.6180339887
"""Its multiples, without what stands before the point, keep away from each other."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """Facts, and the same encoded for the store; empty if they are not to be stored."""

    facts: ModuleFacts
    encoded: bytes


CRASH = Problem("crashes the parser", 1, 0)
"""What is said of a text that crashes its reader."""


def extract_all(
    texts: Mapping[str, str], jobs: int, stored: Callable[[str], ModuleFacts | None] = lambda _: None
) -> Iterator[tuple[str, Extracted]]:
    """(key, facts) for each (key, text), in any order. `jobs` is how many processes may be used; 0: one for each usable core. `stored` gives
    the facts that another process has found in the meantime.
    """
    ordered = dict(sorted(texts.items(), key=lambda item: (-len(item[1]), item[0])))
    size = sum(map(len, ordered.values()))
    method = start_method()
    workers = min(jobs or usable_cores(), len(ordered), size // _PER_WORKER)
    if workers > 1 and size >= (_FORK_FROM if method == "fork" else _SPAWN_FROM) and method:
        from fastapi_async_lint.reading.workers import extract_in_workers

        yield from extract_in_workers(ordered, workers, method)
    elif method:
        yield from extract_here(ordered)
    else:
        yield from extract_here(_from_own_place(ordered), stored)


def _from_own_place(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts from a place on that siblings, whose numbers follow each other, have far from each other; the first ones last."""
    keys = list(texts)
    start = int(os.getpid() * _GOLDEN % 1 * len(keys))
    return {key: texts[key] for key in (*keys[start:], *keys[:start])}


def extract_here(texts: Mapping[str, str], stored: Callable[[str], ModuleFacts | None] = lambda _: None) -> Iterator[tuple[str, Extracted]]:
    """As `extract_all`, in this process."""
    if not texts:
        return
    from fastapi_async_lint.syntax import extract

    for key, text in texts.items():
        if (known := stored(key)) is not None:
            yield key, Extracted(known, b"")
            continue
        with _no_garbage_collection():
            facts = extract(text)
        yield key, Extracted(facts, encode(facts))


def extract_encoded(text: str) -> bytes:
    """The encoded facts of one text."""
    from fastapi_async_lint.syntax import extract

    with _no_garbage_collection():
        return encode(extract(text))


def of_encoded(encoded: bytes) -> Extracted:
    """Facts that a worker sent."""
    return Extracted(decode(encoded), encoded)


def of_crash() -> Extracted:
    """The facts of a text that crashes its reader, every time. They are not stored: another machine may cope."""
    return Extracted(ModuleFacts(problem=CRASH), b"")


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Collecting garbage while a tree grows finds none and costs a tenth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def start_method() -> str:
    """`fork` or `spawn`, whichever is safe here; empty where no processes may be started."""
    if multiprocessing.parent_process() is not None or multiprocessing.current_process().daemon:
        return ""
    may_fork = sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()
    return "fork" if may_fork and _runs_alone() else "spawn"


def _runs_alone() -> bool:
    """Whether this thread is the process's only one; libraries start threads that Python does not count."""
    if threading.active_count() > 1:
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
