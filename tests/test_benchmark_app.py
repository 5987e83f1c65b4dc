"""The benchmark of one blocking route runs, and measures what it says: its figures are for people, and are not asserted."""

from pathlib import Path

from tools import benchmark_app
from tools.benchmark_app import Load


def test_the_blocking_route_is_fixed_and_nothing_else(tmp_path: Path) -> None:
    """The fixed application hands the helper to a thread; the other routes stay as they are."""
    path = benchmark_app.write_application(tmp_path, sleep=0.001)
    before = path.read_text(encoding="utf-8")
    said = benchmark_app.fix(path)
    after = path.read_text(encoding="utf-8")
    assert "Fixed 2" in said
    assert after.count("await run_in_threadpool(work)") == 2
    assert (
        after.replace("await run_in_threadpool(work)", "work()").replace("from fastapi.concurrency import run_in_threadpool\n", "")
        == before
    )


def test_every_route_is_measured() -> None:
    """A tiny load reaches all four versions."""
    rates = benchmark_app.measure(0.001, Load(clients=2, requests=4))
    assert rates.keys() == {"blocking", "def", "asynchronous", "fixed"}
    assert all(rate > 0 for rate in rates.values())
