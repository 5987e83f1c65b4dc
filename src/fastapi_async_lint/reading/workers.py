"""Texts -> facts through worker processes that may die.

Each worker holds one text at a time, so a death names its text. That text gets a second, fresh worker: the first may have been killed for
another's memory. If it dies again the text is at fault. Workers that do not even start leave the work to this process.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from fastapi_async_lint.reading.extraction import Extracted, extract_encoded, extract_here, of_crash, of_encoded

_READY = b"ready"
_MOST_WORKERS = 60
"""Windows waits for no more lines at once."""
_PATIENCE = 5.0
"""Seconds that a worker gets to end by itself."""


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    is_ready: bool = False
    holds: str | None = None
    """The key of the text that it works on."""


@dataclass(slots=True)
class _Work:
    """What is left to do."""

    texts: Mapping[str, str]
    pending: list[str]
    """Keys, the next one last."""
    retried: set[str] = field(default_factory=set)


def extract_in_workers(texts: Mapping[str, str], workers: int, method: str) -> Iterator[tuple[str, Extracted]]:
    """(key, facts) for each (key, text), as they are done; the first texts are begun first."""
    context = multiprocessing.get_context(method)
    work = _Work(texts, list(texts)[::-1])
    running: list[_Worker] = []
    try:
        try:
            for _ in range(min(workers, _MOST_WORKERS)):
                running.append(_start(context, running))
        except OSError:
            pass  # too many processes: those that started will do
        while running and (work.pending or any(worker.holds for worker in running)):
            for connection in wait([worker.connection for worker in running]):
                worker = next(worker for worker in running if worker.connection is connection)
                yield from _attend(worker, running, work, context)
        yield from extract_here({key: texts[key] for key in reversed(work.pending)})
    finally:
        for worker in running:
            _end(worker)


def _attend(worker: _Worker, running: list[_Worker], work: _Work, context: BaseContext) -> Iterator[tuple[str, Extracted]]:
    """Take what a worker has to say, and give it the next text; replace it if it is dead."""
    try:
        answer = worker.connection.recv_bytes()
        if worker.holds is not None:
            key, worker.holds = worker.holds, None
            yield key, of_encoded(answer)
        worker.is_ready = True
        if work.pending:
            worker.holds = work.pending.pop()
            worker.connection.send_bytes(work.texts[worker.holds].encode("utf-8", "surrogatepass"))
    except (EOFError, OSError):
        running.remove(worker)
        _end(worker)
        if (lost := worker.holds) is not None:
            if lost in work.retried:
                yield lost, of_crash()
            else:
                work.retried.add(lost)
                work.pending.append(lost)
        if worker.is_ready:
            with contextlib.suppress(OSError):
                running.append(_start(context, running))


def _start(context: BaseContext, running: list[_Worker]) -> _Worker:
    ours, theirs = context.Pipe()
    inherited = [ours, *(worker.connection for worker in running)] if context.get_start_method() == "fork" else []
    process = context.Process(target=_serve, args=(theirs, inherited), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _end(worker: _Worker) -> None:
    """Close the line, which ends an idle worker; a busy one is stopped."""
    worker.connection.close()
    if worker.holds is not None:
        worker.process.terminate()
    worker.process.join(_PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


def _serve(connection: Connection, inherited: list[Connection]) -> None:
    """A worker's life: texts in, encoded facts out, until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle
    for other in inherited:
        other.close()  # or the end of the parent would go unnoticed
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(_READY)
        while True:
            text = connection.recv_bytes().decode("utf-8", "surrogatepass")
            connection.send_bytes(extract_encoded(text))
