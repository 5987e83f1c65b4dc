"""The hooks in real pre-commit runs, in repositories of their own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import write_project

ROOT = Path(__file__).parent.parent
BLOCKS = "import time\n\n\nasync def main():\n    time.sleep(1)\n"
CLEAN = "async def main():\n    pass\n"
FOUND = re.compile(r"^(FAL\d+) .*\n *--> (\S+)$", re.MULTILINE)
MARKER = '[project]\nname = "shop"\nversion = "1"\n'


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """pre-commit and git with nobody's settings, and the linter of this environment on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "SKIP"))}
    person = {f"GIT_{role}_{item}": "nobody@localhost" for role in ("AUTHOR", "COMMITTER") for item in ("NAME", "EMAIL")}
    home = str(tmp_path_factory.mktemp("pre-commit"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**kept, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": home, "PATH": path}


def git(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, environment: dict[str, str]) -> str:
    """Commit all that is in the folder, and make a repository of it if it is none; returns the commit."""
    if not (folder / ".git").exists():
        git(folder, environment, "init", "--quiet")
    git(folder, environment, "add", "--all")
    git(folder, environment, "commit", "--quiet", "--message", "all")
    return git(folder, environment, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> tuple[Path, str]:
    """A repository with this project's hooks, as they are but for the installation, and its commit."""
    folder = tmp_path_factory.mktemp("hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert text.count("language: python\n") == text.count("- id: ") == 2
    (folder / ".pre-commit-hooks.yaml").write_text(text.replace("language: python\n", "language: system\n"))
    return folder, commit(folder, environment)


def make_shop(folder: Path, hooks: tuple[Path, str], environment: dict[str, str], hook: str, files: dict[str, str]) -> Path:
    """A user's repository with these files and one of the hooks."""
    config = f"repos:\n  - repo: {hooks[0]}\n    rev: {hooks[1]}\n    hooks:\n      - id: {hook}\n"
    write_project(folder, {"pyproject.toml": MARKER, ".pre-commit-config.yaml": config, **files})
    commit(folder, environment)
    return folder


def command(*arguments: str) -> list[str]:
    """The command line of a run of pre-commit."""
    return [sys.executable, "-m", "pre_commit", "run", "--color", "never", *arguments]


def run(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """How a run of pre-commit ends, and what it prints."""
    done = subprocess.run(command(*arguments), cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_a_blocking_file_fails_and_a_clean_one_passes(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """Only the files of the commit are reported."""
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint", {"blocks.py": BLOCKS, "clean.py": CLEAN})
    status, output = run(shop, environment, "--all-files")
    assert status == 1
    assert FOUND.findall(output) == [("FAL101", "blocks.py:5:5")]
    assert run(shop, environment, "--files", "clean.py")[0] == 0
    (shop / "clean.py").write_text(CLEAN + "    return 1\n")
    git(shop, environment, "add", "clean.py")
    assert run(shop, environment)[0] == 0, "what is not part of the commit is not reported"


def test_the_fix_hook_mends_what_it_can(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """It fails once, so that the commit waits for the new text; then it passes and changes nothing. Other files stay as they are."""
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint-fix", {"blocks.py": BLOCKS, "other.py": BLOCKS, "clean.py": CLEAN})
    status, output = run(shop, environment, "--files", "blocks.py", "clean.py")
    assert status == 1
    assert "files were modified by this hook" in output
    mended = (shop / "blocks.py").read_text()
    assert mended.endswith("async def main():\n    await asyncio.sleep(1)\n")
    assert [(shop / name).read_text() for name in ("other.py", "clean.py")] == [BLOCKS, CLEAN]
    assert run(shop, environment, "--files", "blocks.py", "clean.py")[0] == 0
    assert (shop / "blocks.py").read_text() == mended


def test_excluded_files_are_left_out_though_they_are_named(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """pre-commit names every file; the settings' patterns count all the same."""
    settings = MARKER + '[tool.fastapi-async-lint]\nextend-exclude = ["generated"]\n'
    files = {"pyproject.toml": settings, "generated/blocks.py": BLOCKS}
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint", files)
    assert run(shop, environment, "--all-files")[0] == 0


def test_each_batch_sees_the_whole_project(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """More names than a command line holds: a chain into the first batch is found from the second, and nothing is told twice."""
    many = {f"a{'long' * 45}/module{number:03}.py": "" for number in range(700)}
    files = {
        "a/slow.py": "import time\n\ndef wait():\n    time.sleep(1)\n",
        "z/main.py": "from a.slow import wait\n\nasync def main():\n    wait()\n",
    }
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint", {**many, **files})
    status, output = run(shop, environment, "--all-files")
    assert status == 1
    assert len(re.findall(r"files? checked", output)) == 2
    assert FOUND.findall(output) == [("FAL201", "z/main.py:4:5")]


def test_processes_at_once_share_what_they_remember(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """Several commits, editors and terminals: each says what it would say alone, then and afterwards."""
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint", {"blocks.py": BLOCKS, "other.py": BLOCKS, "clean.py": CLEAN})
    names = ["blocks.py", "other.py", "clean.py"]
    alone = [run(shop, environment, "--files", name) for name in names]
    assert [status for status, _ in alone] == [1, 1, 0]
    shutil.rmtree(shop / ".fastapi_async_lint_cache")
    for _ in range(2):
        running = [
            subprocess.Popen(command("--files", name), cwd=shop, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for name in names
        ]
        together = [(process.communicate()[0], process.returncode) for process in running]
        assert [(status, output) for output, status in together] == alone
    assert (shop / ".fastapi_async_lint_cache" / "reports").is_dir()
    assert git(shop, environment, "status", "--short") == "", "nobody commits the cache"


@pytest.mark.slow
def test_pre_commit_installs_the_hooks(tmp_path: Path, environment: dict[str, str]) -> None:
    """From a repository with this project's files, into an environment of their own, as for every user."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project / name)
    hooks = project, commit(project, environment)
    shop = make_shop(tmp_path / "shop", hooks, environment, "fastapi-async-lint", {"blocks.py": BLOCKS, "clean.py": CLEAN})
    without = {**environment, "PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent) + os.pathsep, "")}
    status, output = run(shop, without, "--all-files")
    assert status == 1
    assert "FAL101 [blocking-sleep]" in output
    assert run(shop, without, "--files", "clean.py")[0] == 0


def test_the_configurations_in_the_document_work(tmp_path: Path, hooks: tuple[Path, str], environment: dict[str, str]) -> None:
    """With the test's own repository in the place of the public one; the stage and the arguments of the second are heeded."""
    text = (ROOT / "docs" / "pre-commit.md").read_text(encoding="utf-8")
    plain, fixing = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shop = make_shop(tmp_path, hooks, environment, "fastapi-async-lint", {"blocks.py": BLOCKS})
    for config in (plain, fixing):
        own, replaced = re.subn(r"repo: \S+\n( *)rev: \S+", rf"repo: {hooks[0]}\n\1rev: {hooks[1]}", config)
        assert replaced == 1
        (shop / ".pre-commit-config.yaml").write_text(own)
        git(shop, environment, "add", ".pre-commit-config.yaml")
        status, output = run(shop, environment, "--all-files")
        assert (status, "blocks.py" in output) == ((1, True) if config is plain else (0, False))
    status, output = run(shop, environment, "--all-files", "--hook-stage", "pre-push")
    assert status == 1
    assert "await asyncio.sleep(1)" in (shop / "blocks.py").read_text()


def test_the_document_names_the_hooks() -> None:
    """All of them, with what they run."""
    text = (ROOT / "docs" / "pre-commit.md").read_text(encoding="utf-8")
    for hook in re.findall(r"^- id: (\S+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE):
        assert f"| `{hook}` |" in text
