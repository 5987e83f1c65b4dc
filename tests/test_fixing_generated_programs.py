"""Random small programs, fixed: what comes out is Python, has exactly the promised findings less, does the same, and blocks less."""

import ast
import asyncio
import builtins
import importlib
import inspect
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NamedTuple

import libcst as cst
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.results import Repair
from tests.generating import FORMS, LEAVES, Form, Function, GeneratedProgram, Statement, programs, render
from tests.support import check, repair, write_project

CALM = settings(
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
ON_LOOP = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
OTHERS = ("3.11", "3.12", "3.13")
CONCURRENT = ("asyncio.gather(", "create_task(", "POOL.submit(", "threading.Thread(", "call_soon(")
"""What makes the order of a program's steps a matter of chance."""


@contextmanager
def _project(program: GeneratedProgram) -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield write_project(Path(name).resolve(), program.files)


def _fixed_files(program: GeneratedProgram, folder: Path, found: Repair) -> dict[str, str]:
    """All texts of the program behind its repair."""
    return program.files | {path.relative_to(folder).as_posix(): text for path, text in found.texts.items()}


# ---------------------------------------------------------------------------------------------------------- findings and texts


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixing_removes_what_it_promised_and_nothing_else(*, unsafe: bool) -> None:
    """The findings left are those before less the fixed ones; the texts parse and compile; what has no fixed finding is as it was; and
    fixing again changes nothing.
    """

    @settings(CALM, max_examples=40)
    @given(programs())
    def law(program: GeneratedProgram) -> None:
        note(str(program))
        with _project(program) as folder:
            before = check(folder).findings
            found = repair(folder, unsafe=unsafe)
            note("\n".join(f"# {path.name}, fixed\n{text}" for path, text in found.texts.items()))
            assert _counted(before) - _counted(found.fixed) == _counted(found.report.findings)
            for path, text in found.texts.items():
                cst.parse_module(text)
                compile(text, str(path), "exec", dont_inherit=True)
                fixed = [finding for finding in found.fixed if path in _changed_by(finding)]
                assert _untouched(found.originals[path], fixed) == _untouched(text, fixed)
            write_project(folder, _fixed_files(program, folder, found))
            assert not repair(folder, unsafe=unsafe).texts

    law()


def _counted(findings: Iterable[Finding]) -> Counter[tuple[object, ...]]:
    return Counter((finding.path, finding.function, finding.code, finding.call) for finding in findings)


def _changed_by(finding: Finding) -> set[Path]:
    assert finding.fix is not None
    return {change.path for change in finding.fix.changes}


def _untouched(text: str, fixed: list[Finding]) -> str:
    """The program without imports and without the bodies of the outermost functions and methods that the findings stand in."""
    names = {finding.function for finding in fixed}
    tree = ast.parse(text)
    _blank(tree, "", names)
    tree.body = [statement for statement in tree.body if not isinstance(statement, ast.Import | ast.ImportFrom)]
    return ast.dump(tree, indent=1)


def _blank(node: ast.AST, prefix: str, names: set[str]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{prefix}{child.name}"
            if any(f"{one}.".startswith(f"{name}.") for one in names):
                child.body = [ast.Pass()]
        elif isinstance(child, ast.ClassDef):
            _blank(child, f"{prefix}{child.name}.", names)


# ------------------------------------------------------------------------------------------------------------- other Pythons


def _interpreters() -> dict[str, str]:
    """The other CPythons of this machine, by version."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {}
    for version in OTHERS:
        installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        path = str(installed[-1]) if installed else shutil.which(f"python{version}")
        if path and version != own and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            found[version] = path
    return found


_COMPILE = """
import pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
print(len(list(pathlib.Path(sys.argv[1]).glob("*.py"))))
"""


def test_what_comes_out_compiles_on_every_python(tmp_path: Path) -> None:
    """One batch of fixed programs for each other interpreter that is there."""
    interpreters = _interpreters()
    if not interpreters:
        pytest.skip("no other CPython 3.11 to 3.13 is installed")
    texts: set[str] = set()

    @settings(CALM, max_examples=25)
    @given(programs())
    def collect(program: GeneratedProgram) -> None:
        with _project(program) as folder:
            texts.update(repair(folder, unsafe=len(texts) % 2 == 0).texts.values())

    collect()
    assert texts
    for number, text in enumerate(sorted(texts)):
        (tmp_path / f"{number}.py").write_text(text, encoding="utf-8")
    for version, path in interpreters.items():
        done = subprocess.run([path, "-c", _COMPILE, str(tmp_path)], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == str(len(texts)), f"{version}: {done.stderr}"


# ------------------------------------------------------------------------------------------------------------------- running


class Run(NamedTuple):
    """What a program did: its blocking calls in order, how each coroutine function ended, the shared state then, and where it blocked."""

    calls: list[str]
    ends: list[str]
    state: str
    blocked: dict[tuple[str, int], set[str]]


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_fixed_program_does_the_same_and_blocks_only_where_it_is_still_reported(*, unsafe: bool) -> None:
    """Run before and behind: the same calls in the same order, the same ends and the same shared state; and on the loop's thread only
    those calls are left that have findings.
    """

    @settings(CALM, max_examples=40)
    @given(programs(runnable=True))
    def law(program: GeneratedProgram) -> None:
        note(str(program))
        _assert_same_behaviour(program, unsafe=unsafe)

    law()


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("form", [form for form in FORMS if form.always and form.on == "def"], ids=lambda form: form.name)
def test_each_form_does_the_same_when_it_is_fixed(form: Form, *, unsafe: bool) -> None:
    """Used by a coroutine function on a function of another module that blocks."""
    user = "generator" if form.by == "generator" else "async"
    blocking = Function(0, "def", "", 0, False, (Statement(None, leaf=LEAVES[0]), Statement(None, leaf=LEAVES[3])))
    calm = Function(1, "def", "", 0, False, ())
    functions = [blocking, calm, Function(2, user, "", 1, False, (Statement(form, 0, 1), Statement(None, leaf=LEAVES[1])))]
    _assert_same_behaviour(render(functions, 2), unsafe=unsafe)


def _assert_same_behaviour(program: GeneratedProgram, *, unsafe: bool) -> None:
    with _project(program) as folder:
        found = repair(folder, unsafe=unsafe)
        if not found.texts:
            return
        files = _fixed_files(program, folder, found)
        before = _run(program, folder)
        left = {(finding.path.relative_to(folder).as_posix(), finding.span.row) for finding in found.report.findings}
    with _project(GeneratedProgram(files, (), ())) as folder:
        after = _run(program, folder)
    in_order = not any(word in text for text in program.files.values() for word in CONCURRENT)
    shown = "\n".join(f"# {name}, fixed\n{text}" for name, text in files.items() if text != program.files[name])
    assert before.calls == after.calls if in_order else Counter(before.calls) == Counter(after.calls), shown
    assert (before.ends, before.state) == (after.ends, after.state), shown
    assert set(after.blocked) <= left, shown


def _run(program: GeneratedProgram, folder: Path) -> Run:
    seen = Run([], [], "", {})
    others = set(threading.enumerate())
    with _recording(folder, seen), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module, function in program.coroutine_functions:
            seen.ends.append(asyncio.run(_ended(importlib.import_module(module), function)))
        tools = importlib.import_module("pkg.tools")
        tools.POOL.shutdown()
        for thread in set(threading.enumerate()) - others:
            if not thread.daemon:
                thread.join(1)
        return seen._replace(state=f"{tools.STATE} {tools.SHARED.total}")


async def _ended(module: object, name: str) -> str:
    """What came out of a coroutine function: its result, or its exception."""
    owner, _, _ = name.rpartition(".")
    function: Callable[..., Any] = reduce(getattr, name.split("."), module)  # type: ignore[assignment]  # what a name leads to
    if owner and "self" in inspect.signature(function).parameters:
        function = getattr(getattr(module, owner)(), name.rpartition(".")[2])
    started = function()
    try:
        if inspect.isasyncgen(started):
            return repr([item async for item in started])
        return repr(await started if inspect.isawaitable(started) else started)
    except Exception as error:  # noqa: BLE001  # whatever it is, it must come out of the fixed program too
        return repr(error)


@contextmanager
def _recording(folder: Path, seen: Run) -> Iterator[None]:
    """The leaves' callables, and the coroutine function that takes the place of one, note that they were called instead of waiting."""
    here = threading.get_ident()
    asleep = asyncio.sleep

    def recorder(path: str, original: Callable[..., object]) -> Callable[..., object]:
        def record(*arguments: object, **named: object) -> object:
            frame: FrameType | None = sys._getframe(1)
            code = "" if frame is None else frame.f_code.co_filename
            is_own = code.startswith(str(folder)) or Path(code).name == "thread.py" or "anyio" in code
            if path == "time.sleep" and (not is_own or arguments == (0,)):
                return original(*arguments, **named)
            seen.calls.append(path)
            while threading.get_ident() == here and frame is not None:
                if frame.f_code.co_flags & ON_LOOP and frame.f_code.co_filename.startswith(str(folder)):
                    seen.blocked.setdefault((Path(frame.f_code.co_filename).relative_to(folder).as_posix(), frame.f_lineno), set()).add(
                        path
                    )
                    break
                frame = frame.f_back
            return None

        return record

    async def sleep(delay: float, result: object = None) -> object:
        if delay:
            seen.calls.append("time.sleep")
        return await asleep(0, result)

    places = {"time.sleep": time, "subprocess.run": subprocess, "socket.gethostbyname": socket, "input": builtins}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setattr(asyncio, "sleep", sleep)
        for path, owner in places.items():
            name = path.rpartition(".")[2]
            patch.setattr(owner, name, recorder(path, getattr(owner, name)))
        try:
            yield
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
                del sys.modules[name]
