"""The oracle hears what blocks, whichever witness it takes, and nothing else."""

import asyncio
import io
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from time import sleep as bound_early

import bcrypt
import psycopg2
import pytest

from tests.runtime.oracle import Observation, observe, recording, unblocked, watch, watching
from tests.runtime.peers.postgres import PostgresPeer


def test_blockbuster_hears_what_raises_no_audit_event() -> None:
    """`time.sleep` of a time too short for the ticker."""

    async def nap() -> None:
        time.sleep(0.001)

    observation = observe(nap)
    assert observation.blocking_calls == ("time.sleep",)
    assert observation.audited == ()
    assert not observation.stalled
    assert observation.blocked


def test_audit_events_hear_what_blockbuster_does_not_wrap(tmp_path: Path) -> None:
    """`open` and the lines of a file, `os.system`, a database file."""
    path = tmp_path / "lines"
    path.write_text("one\ntwo\n")

    async def lines() -> list[str]:
        with path.open() as file:
            return list(file)

    async def shell() -> int:
        return os.system(":")

    async def connect() -> None:
        sqlite3.connect(tmp_path / "database").close()

    assert watch(lines)[0] == ["one\n", "two\n"]
    for start, event in ((lines, "open"), (shell, "os.system"), (connect, "sqlite3.connect")):
        observation = observe(start)
        assert observation.blocking_calls == ()
        assert observation.audited == (event,)


def test_only_the_ticker_hears_a_driver_in_c(postgres_peer: PostgresPeer) -> None:
    """psycopg2 waits inside libpq: no Python socket, no event."""
    connection = psycopg2.connect(postgres_peer.dsn)

    async def query() -> None:
        connection.cursor().execute("select pg_sleep(0.15)")

    observation = observe(query)
    connection.close()
    assert observation.blocking_calls == ()
    assert observation.audited == ()
    assert 0.1 < observation.longest_stall < 5


def test_only_the_ticker_hears_computing() -> None:
    """Hashing a password enters the kernel for nothing."""

    async def hashing() -> None:
        bcrypt.hashpw(b"secret", bcrypt.gensalt(12))

    observation = observe(hashing)
    assert observation.blocking_calls == ()
    assert observation.audited == ()
    assert observation.stalled


def test_a_name_bound_early_escapes_blockbuster_but_not_the_ticker() -> None:
    """Unless it is bound inside `recording()`."""

    async def early() -> None:
        bound_early(0.12)

    namespace: dict[str, object] = {}
    with recording():
        exec("from time import sleep\nasync def late(): sleep(0.001)", namespace)
    early_observation, late_observation = observe(early), observe(namespace["late"])  # type: ignore[arg-type]
    assert early_observation.blocking_calls == ()
    assert early_observation.stalled
    assert late_observation.blocking_calls == ("time.sleep",)


def test_what_the_program_swallows_is_recorded() -> None:
    """Nothing is raised, so nothing can be caught, and the program goes on as it would."""

    async def swallow() -> str:
        try:
            time.sleep(0.001)
        except Exception:  # noqa: BLE001 - the point
            return "caught"
        return "slept"

    result, observation = watch(swallow)
    assert result == "slept"
    assert observation.blocking_calls == ("time.sleep",)


def test_an_exception_passes_and_the_next_observation_is_its_own() -> None:
    """The program's exceptions are the program's."""

    async def fail() -> None:
        time.sleep(0.001)
        raise KeyError("x")

    with pytest.raises(KeyError):
        observe(fail)
    assert not unblocked(_nothing).blocked
    assert type(time.sleep).__name__ == "builtin_function_or_method"


async def _nothing() -> None:
    """A coroutine that does nothing."""


async def _waits() -> None:
    await asyncio.sleep(0.12)


async def _offloads() -> None:
    await asyncio.to_thread(time.sleep, 0.12)


async def _runs_a_loop_in_a_worker() -> None:
    await asyncio.to_thread(asyncio.run, _sleeps())


async def _sleeps() -> None:
    time.sleep(0.12)


async def _runs_a_process() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "", stdout=subprocess.PIPE)
    await process.communicate()


async def _imports() -> None:
    sys.modules.pop("colorsys", None)
    import colorsys  # noqa: F401 - a module that nobody has imported yet


async def _computes_a_little() -> None:
    json.loads("[1]")
    io.BytesIO(b"x").read()
    io.StringIO("x").read()
    lock = threading.Lock()
    with lock:
        json.dumps({})


async def _is_spared() -> None:
    """What BlockBuster alone would take for blocking."""
    time.sleep(0)
    os.path.abspath("/etc")  # noqa: PTH100 - this very function
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (x)")
    connection.commit()
    connection.execute("select * from t").fetchall()
    connection.close()


@pytest.mark.parametrize(
    "clean", [_nothing, _waits, _offloads, _runs_a_loop_in_a_worker, _runs_a_process, _imports, _computes_a_little, _is_spared]
)
def test_a_clean_coroutine_is_clean(clean: object) -> None:
    """Waiting as asyncio waits, offloading, and what takes no time."""
    observation = unblocked(clean)  # type: ignore[arg-type]
    assert observation.blocking_calls == ()
    assert observation.audited == ()
    assert not observation.blocked


def test_what_blocks_is_not_excused_by_running_it_again() -> None:
    """`unblocked` forgives what happens once."""
    calls: list[int] = []

    async def once() -> None:
        if not calls:
            time.sleep(0.001)
        calls.append(1)

    assert not unblocked(once).blocked
    assert len(calls) == 2
    assert unblocked(_sleeps, attempts=2).blocking_calls == ("time.sleep",)


def test_part_of_a_coroutine_can_be_observed() -> None:
    """What happens before and after the block is not heard."""

    async def main() -> Observation:
        time.sleep(0.12)
        async with watching(threshold=0.03) as observation:
            time.sleep(0.06)
        time.sleep(0.12)
        with pytest.raises(RuntimeError, match="observed already"):
            async with watching(), watching():
                pass
        return observation()

    observation = asyncio.run(main())
    assert observation.blocking_calls == ("time.sleep",)
    assert observation.stalled
