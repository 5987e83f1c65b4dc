"""Files survive: whatever goes wrong while they are rewritten, each one is what it was or what it was to become, whole."""

import errno
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from fastapi_async_lint import repair as repairing
from fastapi_async_lint import writing
from fastapi_async_lint.cli import main
from fastapi_async_lint.results import Repair
from fastapi_async_lint.sources import decode
from fastapi_async_lint.writing import TEMPORARY, NewText, WriteError, write, write_together
from tests.support import write_project
from tests.test_cli import MAIN_ENVIRONMENT
from tests.test_cli_fix import CLEAN, FIXED, HEAD, SAFE, lint, process

OLD = HEAD + SAFE
COUNT = """
    from typing import Annotated

    from fastapi import Depends, FastAPI
    from sqlalchemy import create_engine, text
    from sqlalchemy.orm import Session

    app = FastAPI()
    engine = create_engine("postgresql://database.example/shop")


    def get_session():
        with Session(engine) as session:
            yield session


    @app.get("/count")
    async def count(session: Annotated[Session, Depends(get_session)]):
        return session.scalar(text("select count(*) from orders"))
    """
TEST = """
    import asyncio

    from main import count, engine, Session


    async def call():
        return await count(Session(engine))


    def test_count():
        assert asyncio.run(call()) == 0
    """
"""Declaring `count` a `def` takes the await of it here away."""
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fails(function: Callable[[], None]) -> str:
    """What the WriteError says of the file."""
    with pytest.raises(WriteError) as caught:
        function()
    return caught.value.reason


def names(folder: Path) -> list[str]:
    """What is in the folder."""
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------------------------------------------------------- what stays


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a = 1\n", b"b = 1\n"),
        (b"a = 1\r\nc = '\xc3\xa9'\r\n", b"b = 1\r\nc = '\xc3\xa9'\r\n"),
        (b"a = 1\rc = 2\r", b"b = 1\rc = 2\r"),
        (b"a = 1\r\nc = 2\n\rd = 3", b"b = 1\r\nc = 2\n\rd = 3"),
        (b"a = 1", b"b = 1"),
        (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfb = 1\n"),
        (b"# coding: latin-1\na = '\xe9'\n", b"# coding: latin-1\nb = '\xe9'\n"),
        (b"#!/usr/bin/python\n# -*- coding: cp1251 -*-\na = '\xe9'\n", b"#!/usr/bin/python\n# -*- coding: cp1251 -*-\nb = '\xe9'\n"),
        (b"# coding: shift_jis\na = '\x83\x65'\n", b"# coding: shift_jis\nb = '\x83\x65'\n"),
    ],
)
def test_bytes_outside_the_change_stay(tmp_path: Path, before: bytes, after: bytes) -> None:
    """Encoding, byte order mark, line ends, and the last line's."""
    file = tmp_path / "main.py"
    file.write_bytes(before)
    expected = decode(before)
    write(file, expected.replace("a =", "b ="), expected=expected)
    assert file.read_bytes() == after
    assert names(tmp_path) == ["main.py"]


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o200, 0o4755])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    """Every bit of it."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    file.chmod(mode)
    if not os.access(file, os.R_OK):
        assert fails(lambda: write(file, CLEAN, expected=OLD)).startswith("cannot be read")
        return
    write(file, CLEAN, expected=OLD)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_text(encoding="utf-8") == CLEAN


@pytest.mark.skipif(not IS_ROOT, reason="only root may give files away")
def test_the_owner_stays(tmp_path: Path) -> None:
    """A run as root does not take files from their owner."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    os.chown(file, 12345, 23456)
    write(file, CLEAN, expected=OLD)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_attributes_stay(tmp_path: Path) -> None:
    """Extended attributes, of which access lists are a kind."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    try:
        os.setxattr(file, "user.comment", b"mine")
    except (AttributeError, OSError) as error:
        pytest.skip(f"no extended attributes here: {error}")
    write(file, CLEAN, expected=OLD)
    assert os.getxattr(file, "user.comment") == b"mine"


def test_links(tmp_path: Path) -> None:
    """A symbolic link stays one and its target changes; a hard link keeps the old text, as the page says."""
    folder = write_project(tmp_path, {"real/main.py": OLD})
    (folder / "link.py").symlink_to("real/main.py")
    (folder / "hard.py").hardlink_to(folder / "real" / "main.py")
    write(folder / "link.py", CLEAN, expected=OLD)
    assert (folder / "link.py").is_symlink()
    assert (folder / "link.py").readlink() == Path("real/main.py")
    assert (folder / "real" / "main.py").read_text(encoding="utf-8") == CLEAN
    assert (folder / "hard.py").read_text(encoding="utf-8") == OLD
    assert names(folder) == ["hard.py", "link.py", "real"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """`replace` is also for reports and baselines."""
    mask = os.umask(0o027)
    try:
        writing.replace(tmp_path / "report.txt", b"new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o640


# -------------------------------------------------------------------------------------------------------- what is left alone


def test_a_file_that_has_changed_is_left_alone(tmp_path: Path) -> None:
    """Also if only its encoding has."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    assert fails(lambda: write(file, CLEAN, expected=OLD + "\n")) == "has changed on disk since it was read"
    assert file.read_text(encoding="utf-8") == OLD
    file.write_bytes(OLD.encode("utf-16"))
    assert fails(lambda: write(file, CLEAN, expected=OLD)) == "has changed on disk since it was read"
    assert file.read_bytes() == OLD.encode("utf-16")
    file.unlink()
    assert fails(lambda: write(file, CLEAN, expected=OLD)) == "cannot be read: No such file or directory"
    assert names(tmp_path) == []


def test_a_file_that_changes_while_its_new_text_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look is just before the replacement."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    sync = os.fsync

    def slow(descriptor: int) -> None:
        file.write_text("mine = 1\n", encoding="utf-8")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    assert fails(lambda: write(file, CLEAN, expected=OLD)) == "has changed on disk since it was read"
    assert file.read_text(encoding="utf-8") == "mine = 1\n"
    assert names(tmp_path) == ["main.py"]


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    """Also by root, whom the system would let."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"
    file.chmod(0o444)
    assert fails(lambda: write(file, CLEAN, expected=OLD)) == "is read-only"
    assert file.read_text(encoding="utf-8") == OLD


def test_what_the_encoding_cannot_hold(tmp_path: Path) -> None:
    """Neither a character that it lacks, nor a text that takes its declaration away."""
    file = tmp_path / "main.py"
    file.write_bytes(b"# coding: latin-1\nx = '\xe9'\n")
    old = "# coding: latin-1\nx = 'é'\n"
    assert fails(lambda: write(file, old + "y = '✓'\n", expected=old)) == "is latin-1, which has no '✓'"
    assert (
        fails(lambda: write(file, old.partition("\n")[2], expected=old)) == "would be read otherwise than it is written: see its encoding"
    )
    assert file.read_bytes() == b"# coding: latin-1\nx = '\xe9'\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The temporary file goes, the old file stays."""
    file = write_project(tmp_path, {"main.py": OLD}) / "main.py"

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert fails(lambda: write(file, CLEAN, expected=OLD)) == f"cannot be written: {os.strerror(number)}"
    assert file.read_text(encoding="utf-8") == OLD
    assert names(tmp_path) == ["main.py"]


# ------------------------------------------------------------------------------------------------------------ all or nothing


def pair(folder: Path) -> list[NewText]:
    """New texts for two files."""
    write_project(folder, {"a.py": OLD, "b.py": OLD})
    return [NewText(folder / name, CLEAN, OLD) for name in ("a.py", "b.py")]


def texts(folder: Path) -> list[str]:
    """The two files' texts."""
    return [(folder / name).read_text(encoding="utf-8") for name in ("a.py", "b.py")]


def test_files_are_written_together(tmp_path: Path) -> None:
    """Or not at all, if one is in the way before."""
    both = pair(tmp_path)
    write_together(both)
    assert texts(tmp_path) == [CLEAN, CLEAN]
    both = pair(tmp_path)
    (tmp_path / "b.py").chmod(0o444)
    with pytest.raises(WriteError, match=r"b\.py is read-only"):
        write_together(both)
    assert texts(tmp_path) == [OLD, OLD]
    assert names(tmp_path) == ["a.py", "b.py"]


@pytest.mark.parametrize("error", [OSError(errno.EBUSY, "Device or resource busy"), KeyboardInterrupt()], ids=["busy", "interrupt"])
def test_what_was_replaced_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """If the second file cannot take its place, the first gets its old text again."""
    both = pair(tmp_path)
    (tmp_path / "a.py").chmod(0o640)
    rename = Path.replace

    def only_first(path: Path, target: Path) -> Path:
        if target.name == "b.py":
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", only_first)
    with pytest.raises(WriteError if isinstance(error, OSError) else KeyboardInterrupt):
        write_together(both)
    assert texts(tmp_path) == [OLD, OLD]
    assert stat.S_IMODE((tmp_path / "a.py").stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.py", "b.py"]


def test_what_somebody_has_changed_since_is_not_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is theirs."""
    both = pair(tmp_path)
    rename = Path.replace

    def busy(path: Path, target: Path) -> Path:
        if target.name == "b.py":
            (tmp_path / "a.py").write_text("mine = 1\n", encoding="utf-8")
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", busy)
    assert fails(lambda: write_together(both)) == "cannot be written: Device or resource busy"
    assert texts(tmp_path) == ["mine = 1\n", OLD]


def test_what_cannot_be_put_back_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told that all is as it was."""
    both = pair(tmp_path)
    rename = Path.replace
    done: list[str] = []

    def broken(path: Path, target: Path) -> Path:
        if done:
            raise OSError(errno.EIO, "Input/output error")
        done.append(target.name)
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(WriteError, match=r"a\.py was rewritten with others that could not be, and cannot be put back: Input/output error"):
        write_together(both)
    assert texts(tmp_path) == [CLEAN, OLD]
    assert names(tmp_path) == ["a.py", "b.py"]


# -------------------------------------------------------------------------------------------------- through the command line


def assert_other_is_fixed(error: str, words: str, *, name: str = "a.py") -> None:
    """One line says which file was not written and why; the others were."""
    lines = [line for line in error.splitlines() if line.startswith("fastapi-async-lint: error: ")]
    assert lines == [f"fastapi-async-lint: error: {name} {words}; it was not fixed"]
    assert "Fixed 1 finding in 1 file." in error
    assert Path("b.py").read_text(encoding="utf-8") == CLEAN


def test_a_read_only_file_does_not_stop_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, the exit code is 2, and the report tells what is on the disk."""
    write_project(project, {"a.py": OLD, "b.py": OLD})
    Path("a.py").chmod(0o444)
    assert lint("--fix") == 2
    captured = capsys.readouterr()
    assert_other_is_fixed(captured.err, "is read-only")
    assert captured.out.startswith("a.py:12:5: FAL101")
    assert Path("a.py").read_text(encoding="utf-8") == OLD
    assert lint("--fix-only") == 2
    assert lint("--fix", "--exit-zero", "-q") == 2


def test_a_changed_file_does_not_stop_the_others(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor has saved it between the check and the writing."""
    write_project(project, {"a.py": OLD, "b.py": OLD})
    fix = repairing.fix

    def late(*arguments: object, **keywords: object) -> Repair:
        done = fix(*arguments, **keywords)  # type: ignore[arg-type]  # passed on as they come
        with Path("a.py").open("a", encoding="utf-8") as file:
            file.write("# mine\n")
        return done

    monkeypatch.setattr(repairing, "fix", late)
    assert lint("--fix") == 2
    assert_other_is_fixed(capsys.readouterr().err, "has changed on disk since it was read")
    assert Path("a.py").read_text(encoding="utf-8") == OLD + "# mine\n"
    assert lint("--diff") == 2
    assert "a.py has changed on disk since it was read; what would be fixed in it is not shown\n" in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["main.py", "test_main.py"])
def test_files_of_one_fix_stay_together(project: Path, capsys: pytest.CaptureFixture[str], closed: str) -> None:
    """A function that is to be a `def` and its callers in another file: both or neither; what has nothing to do with them is fixed."""
    before = {"main.py": dedent(COUNT).lstrip(), "test_main.py": dedent(TEST).lstrip()}
    write_project(project, {**before, "b.py": OLD})
    other = next(name for name in before if name != closed)
    Path(closed).chmod(0o444)
    assert lint("--fix", "--unsafe-fixes", "-q") == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        f"fastapi-async-lint: error: {closed} is read-only; it was not fixed",
        f"fastapi-async-lint: error: {other} was not fixed: a fix changes it together with {closed}",
    ]
    assert captured.out.startswith("main.py:18:12: FAL103")
    assert {name: Path(name).read_text(encoding="utf-8") for name in before} == before
    assert Path("b.py").read_text(encoding="utf-8") == CLEAN
    Path(closed).chmod(0o644)
    assert lint("--fix", "--unsafe-fixes") == 0
    assert "\ndef count(" in Path("main.py").read_text(encoding="utf-8")
    assert "return count(Session(engine))" in Path("test_main.py").read_text(encoding="utf-8")


@pytest.mark.skipif(IS_ROOT and not shutil.which("setpriv"), reason="nothing is forbidden to root, and setpriv is not there to change that")
def test_a_folder_without_permission(project: Path) -> None:
    """The file may be written, but nothing can be put beside it."""
    write_project(project, {"closed/a.py": OLD, "b.py": OLD})
    (project / "closed").chmod(0o555)
    as_others = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if IS_ROOT else []
    done = subprocess.run(
        [*as_others, sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", "--fix"],
        env=MAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    (project / "closed").chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert_other_is_fixed(done.stderr, "cannot be written: its folder is read-only", name="closed/a.py")
    assert (project / "closed" / "a.py").read_text(encoding="utf-8") == OLD
    assert names(project / "closed") == ["a.py"]


def test_a_file_too_large_for_what_is_allowed(project: Path) -> None:
    """The system stops the writing halfway; the large file is what it was, the small one is fixed."""
    large = OLD + "# a comment that takes its room\n" * 2000
    write_project(project, {"a.py": large, "b.py": OLD})

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", "--fix"],
        env=MAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode == 2
    assert_other_is_fixed(done.stderr, f"cannot be written: {os.strerror(errno.EFBIG)}")
    assert Path("a.py").read_text(encoding="utf-8") == large
    assert names(project) == ["a.py", "b.py"]


def test_a_full_disk(project: Path) -> None:
    """A real one, small: the file that finds no room is what it was."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "."], check=False).returncode:
        pytest.skip("this system lets us mount nothing")
    large = OLD + "# a comment that takes its room\n" * 1000
    script = (
        'mount -t tmpfs -o size=64k none "$1" && cd "$1" && cp ../a.py ../b.py . || exit 99\n'
        '"$2" -m fastapi_async_lint --isolated --no-cache --fix\n'
        'code=$?; ls -A; cmp a.py ../a.py || exit 98; cp b.py ../after.py; exit "$code"'
    )
    write_project(project, {"a.py": large, "b.py": OLD, "disk/empty": ""})
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(project / "disk"), sys.executable],
        env=MAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    shutil.move(project / "after.py", project / "b.py")
    assert_other_is_fixed(done.stderr, f"cannot be written: {os.strerror(errno.ENOSPC)}")
    assert done.stdout.endswith("a.py\nb.py\n")


def test_killed_at_any_moment(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every file is old or new, whole; what a killed run leaves is no source, is found by its name, and the next run finishes the work."""
    sources = {f"app/file{number}.py": OLD + f"\n\nnumber = {number}\n" for number in range(16)}
    fixed = {name: text.replace(OLD, CLEAN) for name, text in sources.items()}
    arguments = ["--isolated", "--cache-dir", str(tmp_path_factory.mktemp("cache")), "--fix-only", "-q"]
    moments = random.Random(7)
    stopped = 0
    for _ in range(20):
        write_project(project, sources)
        running = subprocess.Popen([sys.executable, "-m", "fastapi_async_lint", *arguments], env=MAIN_ENVIRONMENT)
        _wait_for_change(Path("app"), running, moments.uniform(0, 0.03))
        running.send_signal(signal.SIGKILL)
        running.wait()
        found = {name: Path(name).read_text(encoding="utf-8") for name in sources}
        assert all(text in {sources[name], fixed[name]} for name, text in found.items())
        assert all(name.endswith((".py", TEMPORARY)) for name in names(Path("app")))
        stopped += found not in (sources, fixed)
    assert stopped  # some were killed in the middle
    (project / "app" / f".left{TEMPORARY}").write_text(OLD, encoding="utf-8")
    assert main(arguments) == 0
    assert {name: Path(name).read_text(encoding="utf-8") for name in sources} == fixed
    assert process("--show-files", cwd=project).stdout.count(b"\n") == 16


def _wait_for_change(folder: Path, running: subprocess.Popen[bytes], further: float) -> None:
    """Until the first file is being replaced, and a little longer."""
    before = folder.stat().st_mtime_ns
    while running.poll() is None and folder.stat().st_mtime_ns == before:
        time.sleep(0.0005)
    time.sleep(further)


def test_an_editor_saves_in_the_meantime(project: Path) -> None:
    """Whenever it does, what it saved is there afterwards, fixed or not."""
    for number in range(6):
        write_project(project, {"main.py": OLD})
        running = subprocess.Popen(
            [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", "--fix", "-q"],
            env=MAIN_ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        time.sleep(0.13 * number)
        beside = project / "main.py~"
        beside.write_text(f"{OLD}\n\nmine = {number}\n", encoding="utf-8")
        beside.replace(project / "main.py")
        _, error = running.communicate()
        text = Path("main.py").read_text(encoding="utf-8")
        assert text in {f"{OLD}\n\nmine = {number}\n", f"{CLEAN}\n\nmine = {number}\n"}
        assert running.returncode in {0, 1, 2}
        assert not error or b"main.py has changed on disk since it was read" in error


FILES: Mapping[str, bytes] = {"utf16.py": OLD.encode("utf-16"), "null.py": b"x = '\0'\n" + OLD.encode()}


def test_what_python_cannot_read_is_not_touched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is reported (FAL901)."""
    for name, data in FILES.items():
        Path(name).write_bytes(data)
    write_project(project, {"main.py": HEAD + SAFE})
    assert main(["--isolated", "--no-cache", "--fix", "--output-format", "concise"]) == 1
    assert capsys.readouterr().out.count("FAL901") == 2
    assert {name: Path(name).read_bytes() for name in FILES} == FILES
    assert Path("main.py").read_text(encoding="utf-8") == CLEAN != FIXED
