import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fastapi_async_lint import reading, syntax
from fastapi_async_lint.facts import ModuleFacts, Problem
from fastapi_async_lint.reading import extraction, workers
from fastapi_async_lint.settings import Settings
from fastapi_async_lint.sources import find
from fastapi_async_lint.stores.factstore import digest
from tests.support import write_project

FILES = {f"m{number}.py": f"x{number} = {number}\n" * (number + 1) for number in range(12)}
needs_fork = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")


def modules(folder: Path, overlays: Mapping[Path, str] | None = None, **settings: object) -> dict[str, reading.Module]:
    """The modules of a project by file name."""
    chosen = Settings(root=folder, **{"use_cache": False, "jobs": 1, **settings})  # type: ignore[arg-type]
    return {module.source.path.name: module for module in reading.read(find([folder], chosen).sources, chosen, overlays)}


def facts(found: Mapping[str, extraction.Extracted]) -> dict[str, ModuleFacts]:
    """Facts by key."""
    return {key: extracted.facts for key, extracted in found.items()}


def replaced(monkeypatch: pytest.MonkeyPatch, extract: Callable[[str], ModuleFacts]) -> None:
    """Another extract, which forked workers inherit."""
    monkeypatch.setattr(syntax, "extract", extract)


# ------------------------------------------------------------------------------------------------------------- modules


def test_modules_stand_in_the_order_of_their_sources(tmp_path: Path) -> None:
    """Each with its facts and its text's digest."""
    write_project(tmp_path, FILES)
    chosen = Settings(root=tmp_path, use_cache=False, jobs=1)
    sources = find([tmp_path], chosen).sources
    found = reading.read(sources[::-1], chosen)
    assert [module.source for module in found] == list(sources[::-1])
    assert found[-1].text_digest == digest(FILES["m0.py"])
    assert found[-1].facts == syntax.extract(FILES["m0.py"])


def test_the_same_text_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project has many empty `__init__.py`."""
    write_project(tmp_path, {f"p{number}/__init__.py": "" for number in range(5)})
    seen = []

    def extract(text: str) -> ModuleFacts:
        seen.append(text)
        return ModuleFacts()

    replaced(monkeypatch, extract)
    modules(tmp_path)
    assert seen == [""]


def test_a_file_that_cannot_be_read_is_a_fact(tmp_path: Path) -> None:
    """The others are read; nothing is raised."""
    write_project(tmp_path, {"good.py": "x = 1\n", "broken.py": "x = (\n"})
    (tmp_path / "bytes.py").write_bytes(b"x = 1\n\xff")
    found = modules(tmp_path)
    assert found["good.py"].facts.problem is None
    assert found["broken.py"].facts.problem is not None
    assert found["bytes.py"].facts == ModuleFacts(problem=Problem("is not UTF-8: byte 0xff (invalid start byte)", 2, 0))
    assert found["bytes.py"].text_digest == ""


def test_a_file_that_vanishes_is_a_fact(tmp_path: Path) -> None:
    """Between the search and the reading."""
    write_project(tmp_path, {"a.py": ""})
    chosen = Settings(root=tmp_path, use_cache=False)
    sources = find([tmp_path], chosen).sources
    (tmp_path / "a.py").unlink()
    (module,) = reading.read(sources, chosen)
    assert module.facts.problem == Problem("cannot be read: No such file or directory", 1, 0)


def test_overlays_count_instead_of_the_disk(tmp_path: Path) -> None:
    """What an editor holds."""
    write_project(tmp_path, {"a.py": "x = 1\n", "b.py": "y = 1\n"})
    found = modules(tmp_path, {tmp_path / "a.py": "z = 2\n"})
    assert found["a.py"].facts == syntax.extract("z = 2\n")
    assert found["b.py"].facts == syntax.extract("y = 1\n")


def test_facts_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the store between runs, and by the caller between calls; a changed text is read again."""
    write_project(tmp_path, {"a.py": "x = 1\n"})
    cache = tmp_path / ".cache"
    first = modules(tmp_path, use_cache=True, cache_dir=cache)["a.py"]
    replaced(monkeypatch, lambda _: ModuleFacts(line_count=77))
    assert modules(tmp_path, use_cache=True, cache_dir=cache)["a.py"] == first
    assert modules(tmp_path)["a.py"].facts.line_count == 77
    chosen = Settings(root=tmp_path, use_cache=False)
    (again,) = reading.read([first.source], chosen, remembered=[first])
    assert again == first
    (tmp_path / "a.py").write_text("x = 2\n")
    assert modules(tmp_path, use_cache=True, cache_dir=cache)["a.py"].facts.line_count == 77


def test_progress_is_told(tmp_path: Path) -> None:
    """Once for each text that is parsed."""
    write_project(tmp_path, FILES)
    chosen = Settings(root=tmp_path, use_cache=False, jobs=1)
    told: list[tuple[int, int]] = []
    reading.read(find([tmp_path], chosen).sources, chosen, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 12) for number in range(1, 13)]


# ------------------------------------------------------------------------------------------------------------- workers


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_give_the_same_facts(method: str) -> None:
    """However they are started."""
    expected = facts(dict(extraction.extract_here(FILES)))
    found = dict(workers.extract_in_workers(FILES, 2, method))
    assert facts(found) == expected
    assert all(extraction.of_encoded(extracted.encoded) == extracted for extracted in found.values())


@needs_fork
def test_a_text_that_kills_its_worker_is_a_problem_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read; the guilty one is tried twice and not stored."""
    true_extract = syntax.extract
    replaced(monkeypatch, lambda text: os._exit(11) if text.startswith(("x3", "x7")) else true_extract(text))
    found = dict(workers.extract_in_workers(FILES, 2, "fork"))
    monkeypatch.undo()
    expected = facts(dict(extraction.extract_here(FILES)))
    crashed = {key for key, extracted in found.items() if extracted.facts.problem}
    assert crashed == {"m3.py", "m7.py"}
    assert found["m3.py"] == extraction.Extracted(ModuleFacts(problem=Problem("crashes the parser", 1, 0)), b"")
    assert {key: value for key, value in facts(found).items() if key not in crashed} == {
        key: value for key, value in expected.items() if key not in crashed
    }


@needs_fork
def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been killed for another's memory."""
    true_extract = syntax.extract
    mark = tmp_path / "died"

    def once(text: str) -> ModuleFacts:
        if text.startswith("x3") and not mark.exists():
            mark.touch()
            os._exit(9)
        return true_extract(text)

    replaced(monkeypatch, once)
    found = dict(workers.extract_in_workers(FILES, 2, "fork"))
    monkeypatch.undo()
    assert mark.exists()
    assert facts(found) == facts(dict(extraction.extract_here(FILES)))


@needs_fork
def test_workers_that_do_not_start_leave_the_work_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are the same."""
    monkeypatch.setattr(workers, "_serve", lambda *_: os._exit(1))
    assert facts(dict(workers.extract_in_workers(FILES, 2, "fork"))) == facts(dict(extraction.extract_here(FILES)))


@needs_fork
def test_an_abandoned_run_leaves_no_workers() -> None:
    """Whoever stops listening stops them."""
    running = workers.extract_in_workers(FILES, 2, "fork")
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_few_texts_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting workers would cost more; so are all in a process that may start none, and with one job."""
    monkeypatch.setattr(workers, "extract_in_workers", lambda *_: pytest.fail("workers were started"))
    large = {str(number): f"x{number} = 1\n" * 9_000 for number in range(2)}
    monkeypatch.setattr(syntax, "extract", lambda _: ModuleFacts())
    assert len(dict(extraction.extract_all(FILES, 4))) == 12
    assert len(dict(extraction.extract_all(large, 1))) == 2
    monkeypatch.setattr(extraction, "start_method", lambda: "")
    assert len(dict(extraction.extract_all(large, 2))) == 2


def test_many_texts_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest first; no more workers than there is work for."""
    started: list[tuple[list[str], int, str]] = []

    def start(texts: Mapping[str, str], count: int, method: str) -> list[tuple[str, extraction.Extracted]]:
        started.append((list(texts), count, method))
        return []

    monkeypatch.setattr(workers, "extract_in_workers", start)
    monkeypatch.setattr(extraction, "start_method", lambda: "fork")
    dict(extraction.extract_all({"b": "x" * 100_000, "c": "x" * 200_000, "a": "x" * 100_000}, 8))
    assert started == [(["c", "a", "b"], 3, "fork")]
    monkeypatch.setattr(extraction, "start_method", lambda: "spawn")
    dict(extraction.extract_all({"a": "", "b": ""}, 8))
    assert len(started) == 1


def test_a_process_with_threads_is_not_forked() -> None:
    """A lock that another thread holds would stay locked for ever in the child."""
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(done.wait)
        assert extraction.start_method() == "spawn"
        done.set()


def _method_in_child(line: "multiprocessing.connection.Connection") -> None:
    line.send(extraction.start_method())


def test_a_worker_of_somebody_starts_no_workers() -> None:
    """flake8's are daemons, which may have no children."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_method_in_child, args=(theirs,), daemon=True)
    child.start()
    assert ours.recv() == ""
    child.join()


def test_siblings_share_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may start no others begins at a place of its own, and does not parse what a sibling has stored by now."""
    monkeypatch.setattr(extraction, "start_method", lambda: "")
    orders = []
    for number in (1000, 1001, 1002):
        monkeypatch.setattr(os, "getpid", lambda number=number: number)
        orders.append([key for key, _ in extraction.extract_all(FILES, 0)])
    assert len({order[0] for order in orders}) == len(orders)
    assert all(sorted(order) == sorted(FILES) for order in orders)

    by_sibling = {key: ModuleFacts(line_count=1000) for key in orders[0][3:]}
    found = dict(extraction.extract_all(FILES, 0, by_sibling.get))
    assert {key for key, extracted in found.items() if extracted.facts.line_count == 1000} == by_sibling.keys()
    assert {key for key, extracted in found.items() if not extracted.encoded} == by_sibling.keys(), "they are stored already"


def test_garbage_collection_is_as_it_was() -> None:
    """Switched off while parsing, and only then."""
    import gc

    list(extraction.extract_here({"a": "x = 1\n"}))
    assert gc.isenabled()
    gc.disable()
    try:
        list(extraction.extract_here({"a": "x = 1\n"}))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_cores_are_those_that_may_be_used() -> None:
    """At least one."""
    assert 1 <= extraction.usable_cores() <= (os.cpu_count() or 1)
