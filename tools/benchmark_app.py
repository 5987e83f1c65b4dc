"""One blocking route, before and after `--fix` -> requests per second, next to the same route as `def` and truly asynchronous.

    python -m tools.benchmark_app [--sleep 0.1] [--clients 100] [--requests 200]

Writes a small application, starts it with uvicorn on loopback, one worker process, lets that many clients send that many requests to each
route, then runs `fastapi-async-lint --fix` on a copy, starts that, and measures the blocking route again. Needs fastapi and uvicorn.
"""

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

APPLICATION = '''
    """A route that calls a helper that sleeps twice, written in four ways."""

    import asyncio
    import time

    from fastapi import FastAPI

    app = FastAPI()


    def work():
        time.sleep({sleep})


    @app.get("/blocking")
    async def blocking():
        work()
        work()
        return {{"message": "done"}}


    @app.get("/def")
    def threaded():
        work()
        work()
        return {{"message": "done"}}


    @app.get("/asynchronous")
    async def asynchronous():
        await asyncio.sleep({sleep})
        await asyncio.sleep({sleep})
        return {{"message": "done"}}
'''
STARTING = 20.0
"""Seconds that uvicorn may take to answer."""


class Load(NamedTuple):
    """How many clients send how many requests."""

    clients: int
    requests: int


def write_application(folder: Path, sleep: float) -> Path:
    """Write the application below the folder; its file."""
    path = folder / "main.py"
    path.write_text(dedent(APPLICATION.format(sleep=sleep)).lstrip(), encoding="utf-8")
    return path


def fix(path: Path) -> str:
    """Run `fastapi-async-lint --fix` on the file; what it said."""
    command = [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", "--fix", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@contextlib.contextmanager
def served(folder: Path) -> Iterator[int]:
    """The application served on loopback by a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=folder)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    due = time.monotonic() + STARTING
    while time.monotonic() < due:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    message = f"the application did not answer within {STARTING:.0f} s"
    raise SystemExit(message)


async def requests_per_second(port: int, route: str, load: Load) -> float:
    """The rate at which all clients together get answers, each sending one request after the other on connections of their own."""
    left = iter(range(load.requests))
    started = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for _ in range(load.clients):
            clients.create_task(_client(port, route, left))
    return load.requests / (time.perf_counter() - started)


async def _client(port: int, route: str, left: Iterator[int]) -> None:
    for _ in left:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            message = f"{route} answered {answer[:80]!r}"
            raise SystemExit(message)


def measure(sleep: float, load: Load) -> dict[str, float]:
    """Requests per second: of the blocking route, of the same after `--fix`, of the `def` and of the asynchronous one."""
    with tempfile.TemporaryDirectory() as name:
        path = write_application(Path(name), sleep)
        with served(path.parent) as port:
            rates = {route: asyncio.run(requests_per_second(port, f"/{route}", load)) for route in ("blocking", "def", "asynchronous")}
        fix(path)
        with served(path.parent) as port:
            rates["fixed"] = asyncio.run(requests_per_second(port, "/blocking", load))
    return rates


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sleep", type=float, default=0.1, help="seconds that the helper sleeps; it is called twice (default: 0.1)")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    rates = measure(given.sleep, Load(given.clients, given.requests))
    print(f"{given.clients} clients, {given.requests} requests, two sleeps of {given.sleep} s in each")
    for name, words in (
        ("blocking", "async def, blocking"),
        ("fixed", "the same after --fix"),
        ("def", "def"),
        ("asynchronous", "asynchronous"),
    ):
        print(f"{words:<22} {rates[name]:8.1f} requests/s  {rates[name] / rates['blocking']:6.1f} times")


if __name__ == "__main__":
    main()
