"""The classes of the standard library that matter most have a verdict on every public method, so that a new one in a new Python fails here."""

import inspect
import io
import pathlib
import queue
import socket
import sqlite3
import subprocess
import tempfile
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pkgutil import resolve_name

import pytest

from fastapi_async_lint.catalogue.catalogue import merge
from fastapi_async_lint.catalogue.load import libraries

COMPLETE = {
    "concurrent.futures.Executor": Executor,
    "concurrent.futures.Future": Future,
    "concurrent.futures.ProcessPoolExecutor": ProcessPoolExecutor,
    "concurrent.futures.ThreadPoolExecutor": ThreadPoolExecutor,
    "io.BufferedRandom": io.BufferedRandom,
    "io.BufferedReader": io.BufferedReader,
    "io.BufferedWriter": io.BufferedWriter,
    "io.BytesIO": io.BytesIO,
    "io.FileIO": io.FileIO,
    "io.StringIO": io.StringIO,
    "io.TextIOWrapper": io.TextIOWrapper,
    "pathlib.Path": pathlib.Path,
    "queue.Queue": queue.Queue,
    "queue.SimpleQueue": queue.SimpleQueue,
    "socket.socket": socket.socket,
    "sqlite3.Connection": sqlite3.Connection,
    "sqlite3.Cursor": sqlite3.Cursor,
    "subprocess.Popen": subprocess.Popen,
    "tempfile.SpooledTemporaryFile": tempfile.SpooledTemporaryFile,
    "tempfile.TemporaryDirectory": tempfile.TemporaryDirectory,
    "threading.Barrier": threading.Barrier,
    "threading.Condition": threading.Condition,
    "threading.Event": threading.Event,
    "threading.Lock": type(threading.Lock()),
    "threading.RLock": type(threading.RLock()),
    "threading.Semaphore": threading.Semaphore,
    "threading.Thread": threading.Thread,
}
MORE_COMPLETE = [
    *("asyncio.AbstractEventLoop", "asyncio.Future", "asyncio.Lock", "asyncio.Queue", "asyncio.StreamReader", "asyncio.StreamWriter"),
    *("asyncio.Task", "asyncio.subprocess.Process", "builtins.bytes", "builtins.dict", "builtins.frozenset", "builtins.list"),
    *("builtins.set", "builtins.str", "builtins.tuple", "collections.Counter", "collections.deque", "contextlib.AsyncExitStack"),
    *("contextlib.ExitStack", "csv.DictReader", "csv.DictWriter", "http.client.HTTPConnection", "http.client.HTTPResponse"),
    *("logging.FileHandler", "logging.Logger", "multiprocessing.Process", "multiprocessing.pool.Pool", "ssl.SSLContext"),
    *("ssl.SSLSocket", "tarfile.TarFile", "urllib.request.Request", "zipfile.ZipFile"),
]


@pytest.mark.parametrize("path", [*COMPLETE, *MORE_COMPLETE])
def test_class_is_complete(path: str) -> None:
    """Each public method of the class has a verdict: blocking, cheap, a coroutine, or pure."""
    subject = COMPLETE.get(path) or resolve_name(path)
    known = merge(libraries([path]).values())
    public = {name for name in dir(subject) if not name.startswith("_") and inspect.isroutine(getattr(subject, name))}
    assert {name for name in public if known.member(path, name) is None} == set()
