"""Random small programs have exactly the findings that follow from how they were put together, and those are what blocks when they run."""

import asyncio
import builtins
import importlib
import inspect
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from tests.generating import FORMS, LEAVES, OWNERS, Expected, Form, Function, GeneratedProgram, Statement, programs, render
from tests.support import check, write_project

CALM = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)
ON_LOOP = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def differences(program: GeneratedProgram) -> list[str]:
    """What is missing and what is too much."""
    with TemporaryDirectory() as name:
        folder = write_project(Path(name).resolve(), program.files)
        findings = [
            (finding.path.relative_to(folder).as_posix(), finding.span.row, (finding.code, finding.resolves_to))
            for finding in check(folder).findings
        ]
    found = [f"missed alarm   {item}" for item in program.expected if not any(_fits(finding, item) for finding in findings)]
    found += [f"false alarm    {finding}" for finding in findings if not any(_fits(finding, item) for item in program.expected)]
    if not found and len(findings) != len(program.expected):
        found.append(f"told twice     {findings}")
    return found


def _fits(finding: tuple[str, int, tuple[str, str]], item: Expected) -> bool:
    return finding[:2] == (item.file, item.row) and finding[2] in item.possible


def _chain_of(form: Form, user: str, owner: str, *, blocks: bool) -> GeneratedProgram:
    """A function that blocks or does not, a user of it in the given form, and a coroutine function that uses the user if that is synchronous."""
    callee = Function(0, form.on, owner, 0, False, (Statement(None, leaf=LEAVES[0]),) if blocks else ())
    calm = Function(1, "def", "", 0, False, ())
    functions = [callee, calm, Function(2, user, "", 1, False, (Statement(form, 0, 1, imported="dotted", receiver="local"),))]
    if user != "async":
        name = "for" if user == "generator" else "call"
        functions.append(Function(3, "async", "", 1, False, (Statement(next(item for item in FORMS if item.name == name), 2),)))
    return render(functions, 2)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_each_form_does_what_it_says(form: Form) -> None:
    """Used by a coroutine function or by a synchronous one, on a plain function or any kind of method, that blocks or does not."""
    for user in ("async",) if form.by == "async" else ("generator",) if form.by == "generator" else ("async", "def"):
        for owner in OWNERS if form.on != "property" else ("instance",):
            for blocks in (True, False):
                program = _chain_of(form, user, owner, blocks=blocks)
                assert not differences(program), str(program)


@pytest.mark.slow
@settings(CALM, max_examples=200)
@given(programs())
def test_findings_are_those_that_the_program_was_made_with(program: GeneratedProgram) -> None:
    """Whatever calls whatever, in whatever form: reported is what blocks the loop, where code on the loop leaves for it, and nothing else."""
    note(str(program))
    assert not differences(program)


@pytest.mark.slow
@settings(CALM, max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(programs(runnable=True))
def test_the_oracle_says_what_python_does(program: GeneratedProgram) -> None:
    """Run for real, with the blocking calls replaced by records of who made them on the loop's thread: the rows are the expected ones."""
    note(str(program))
    expected = {(item.file, item.row): {path for _, path in item.possible} for item in program.expected}
    assert _run(program) == expected


def _run(program: GeneratedProgram) -> dict[tuple[str, int], set[str]]:
    """The library callables that were called on the loop's thread, by the place where the innermost coroutine then was."""
    with TemporaryDirectory() as name:
        folder = write_project(Path(name).resolve(), program.files)
        seen: dict[tuple[str, int], set[str]] = {}
        with _recording(folder, seen), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for module, function in program.coroutine_functions:
                asyncio.run(_start(importlib.import_module(module), function))
        return seen


async def _start(module: object, name: str) -> None:
    owner, _, _ = name.rpartition(".")
    function: Callable[..., Any] = reduce(getattr, name.split("."), module)  # type: ignore[assignment]
    if owner and "self" in inspect.signature(function).parameters:
        function = getattr(getattr(module, owner)(), name.rpartition(".")[2])
    started = function()
    if inspect.isasyncgen(started):
        async for _ in started:
            pass
    else:
        await started


@contextmanager
def _recording(folder: Path, seen: dict[tuple[str, int], set[str]]) -> Iterator[None]:
    """The leaves' callables note who calls them instead of blocking; the folder's modules can be imported."""
    here = threading.get_ident()

    def recorder(path: str, original: Callable[..., object]) -> Callable[..., object]:
        def record(*arguments: object, **named: object) -> object:
            frame: FrameType | None = sys._getframe(1)
            own = frame is not None and frame.f_code.co_filename.startswith(str(folder))
            if path == "time.sleep" and (not own or arguments == (0,)):
                return original(*arguments, **named)
            while threading.get_ident() == here and frame is not None:
                if frame.f_code.co_flags & ON_LOOP and frame.f_code.co_filename.startswith(str(folder)):
                    seen.setdefault((Path(frame.f_code.co_filename).relative_to(folder).as_posix(), frame.f_lineno), set()).add(path)
                    break
                frame = frame.f_back
            return None

        return record

    places = {"time.sleep": time, "subprocess.run": subprocess, "socket.gethostbyname": socket, "input": builtins}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for path, owner in places.items():
            name = path.rpartition(".")[2]
            patch.setattr(owner, name, recorder(path, getattr(owner, name)))
        try:
            yield
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
                del sys.modules[name]
