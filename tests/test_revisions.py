"""What has changed since a revision, in real repositories; and what the user is told where that cannot be said."""

import os
import re
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding, Step
from fastapi_async_lint.revisions import Changes, RevisionError, changes_since

END = 1 << 31


def git(folder: Path, *arguments: str) -> str:
    """Run git there, as somebody; what it prints."""
    words = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run([*words, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, **files: str | None) -> None:
    """Write these Python files, delete those that are None, and commit all that is there."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8", newline="")
    git(folder, "add", "--all")
    git(folder, "commit", "--allow-empty", "--message", "a")


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git reads no configuration but the repository's."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on `main`: `old.py` of twenty lines."""
    folder = tmp_path.resolve() / "project"
    folder.mkdir()
    git(folder, "init", "--initial-branch", "main")
    commit(folder, old=lines(range(1, 21)))
    return folder


def lines(numbers: range, **others: str) -> str:
    """A line `line_7 = 7` for each number, or what `others` has for it."""
    return "".join(others.get(f"line_{number}", f"line_{number} = {number}\n") for number in numbers)


def rows(folder: Path, revision: str = "main") -> Mapping[str, tuple[tuple[int, int], ...]]:
    """The changed rows by path, relative to the folder."""
    return {path.relative_to(folder).as_posix(): found for path, found in changes_since(revision, folder).rows.items()}


# ------------------------------------------------------------------------------------------------------------- the lines


def test_nothing_has_changed(repository: Path) -> None:
    """No file is named."""
    assert rows(repository) == {}


def test_lines_that_are_changed_added_and_removed(repository: Path) -> None:
    """Rows are those of the text as it is now. Where lines are gone, their neighbours count."""
    text = lines(range(1, 21), line_3="changed = 3\n", line_7="line_7 = 7\nadded = 1\nadded = 2\n", line_12="", line_13="")
    (repository / "old.py").write_text(text, encoding="utf-8")
    assert rows(repository) == {"old.py": ((3, 3), (8, 9), (13, 14))}


def test_the_ends_of_a_file(repository: Path) -> None:
    """The first and the last lines may go, and a line end may be missing."""
    (repository / "old.py").write_text(lines(range(2, 20)).rstrip("\n"), encoding="utf-8")
    assert rows(repository) == {"old.py": ((0, 1), (18, 18))}


def test_committed_staged_and_unstaged(repository: Path) -> None:
    """All three count."""
    git(repository, "switch", "--create", "topic")
    commit(repository, committed="a = 1\n")
    (repository / "staged.py").write_text("a = 1\n", encoding="utf-8")
    git(repository, "add", "staged.py")
    (repository / "old.py").write_text(lines(range(21)), encoding="utf-8")
    assert rows(repository) == {"committed.py": ((1, 1),), "old.py": ((1, 1),), "staged.py": ((1, 1),)}


def test_untracked_files_are_new_and_ignored_ones_are_not_there(repository: Path) -> None:
    """As a whole; only Python files are named."""
    commit(repository)
    (repository / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    (repository / "app").mkdir()
    for name in ("ignored.py", "app/new.py", "notes.txt"):
        (repository / name).write_text("a\n", encoding="utf-8")
    assert rows(repository) == {"app/new.py": ((1, END),)}


def test_files_that_are_renamed_and_deleted(repository: Path) -> None:
    """A renamed file has changed where its text has; a deleted one has no lines."""
    git(repository, "switch", "--create", "topic")
    commit(repository, gone="a = 1\n")
    git(repository, "mv", "old.py", "new.py")
    commit(repository, gone=None)
    assert rows(repository) == {}
    commit(repository, new=lines(range(1, 21), line_5="changed = 5\n"))
    assert rows(repository) == {"new.py": ((5, 5),)}


def test_what_others_have_done_since_is_not_ours(repository: Path) -> None:
    """Changes count from the commit that both branches share, also after a merge."""
    git(repository, "switch", "--create", "topic")
    commit(repository, ours="a = 1\n")
    git(repository, "switch", "main")
    commit(repository, old=lines(range(1, 21), line_9="theirs = 9\n"))
    git(repository, "switch", "topic")
    assert rows(repository) == {"ours.py": ((1, 1),)}
    git(repository, "merge", "main")
    assert rows(repository) == {"ours.py": ((1, 1),)}
    assert rows(repository, "HEAD") == {}
    assert rows(repository, "HEAD~1") == {"old.py": ((9, 9),)}


def test_the_folder_may_be_below_the_top(repository: Path) -> None:
    """The whole repository counts: a chain may run through its other folders."""
    (repository / "app").mkdir()
    (repository / "lib.py").write_text("a\n", encoding="utf-8")
    assert list(changes_since("HEAD", repository / "app").rows) == [repository / "lib.py"]


# --------------------------------------------------------------------------------------------- hostile names and settings

NAMES = [
    "a b.py",
    "größe.py",
    "tab\there.py",
    'quote".py',
    "back\\slash.py",
    "-dash.py",
    "new\nline.py",
    "@@ -1 +1 @@.py",
    "+++ b_old.py",
    "b/b/c.py",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tracked", [True, False])
def test_names_of_files(repository: Path, name: str, tracked: bool) -> None:
    """Whatever they look like."""
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a\nb\n", encoding="utf-8")
    if tracked:
        commit(repository)
        path.write_text("a\nc\n", encoding="utf-8")
    assert rows(repository, "HEAD") == {name: ((2, 2),) if tracked else ((1, END),)}


def test_text_that_looks_like_a_patch(repository: Path) -> None:
    """Lines inside a hunk are counted, not read."""
    text = "++ b/old.py\n@@ -1 +90,5 @@\ndiff --git a/a b/b\n-- a/x\n\\ No newline\n"
    commit(repository, patch="a = 1\n")
    (repository / "patch.py").write_text(text, encoding="utf-8")
    assert rows(repository, "HEAD") == {"patch.py": ((1, 5),)}


SETTINGS = [
    ("diff.noprefix", "true"),
    ("diff.mnemonicPrefix", "true"),
    ("diff.context", "9"),
    ("diff.interHunkContext", "9"),
    ("diff.external", "false"),
    ("diff.relative", "true"),
    ("diff.renames", "false"),
    ("color.ui", "always"),
    ("core.quotePath", "false"),
    ("core.pager", "false"),
    ("core.fsmonitor", "false; touch seen #"),
    ("diff.python.textconv", "false"),
    ("diff.python.command", "false"),
]


@pytest.mark.parametrize(("key", "value"), SETTINGS)
def test_settings_of_git(repository: Path, key: str, value: str) -> None:
    """They change nothing, and none of the programs that they name is run."""
    commit(repository, größe="a\nb\nc\nd\n")
    git(repository, "config", key, value)
    (repository / ".gitattributes").write_text("*.py diff=python\n", encoding="utf-8")
    (repository / "app").mkdir()
    (repository / "größe.py").write_text("x\nb\nc\ny\n", encoding="utf-8")
    found = changes_since("HEAD", repository / "app").rows
    assert found == {repository / "größe.py": ((1, 1), (4, 4))}
    assert not (repository / "seen").exists()


def test_files_that_git_takes_for_binary(repository: Path) -> None:
    """Are read as text all the same."""
    commit(repository, binary="a\nb\n")
    (repository / ".gitattributes").write_text("*.py -diff\n", encoding="utf-8")
    (repository / "binary.py").write_text("a\nc\n", encoding="utf-8")
    assert rows(repository, "HEAD") == {"binary.py": ((2, 2),)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/"),
        ("GIT_INDEX_FILE", "/nowhere/index"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_DIFF_OPTS", "--unified=9"),
        ("GIT_PREFIX", "app/"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_CONFIG_PARAMETERS", "'diff.external=false'"),
        ("LANGUAGE", "de"),
        ("PAGER", "false"),
    ],
)
def test_variables_of_git(repository: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A hook's variables, which point git at its own repository and index, are not ours."""
    (repository / "old.py").write_text(lines(range(1, 21), line_2="b\n"), encoding="utf-8")
    monkeypatch.setenv(name, value)
    assert rows(repository, "HEAD") == {"old.py": ((2, 2),)}


# ---------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("revision", ["nonsense", "", "--output=seen", "-h", "main..main", "main~99", "HEAD:old.py"])
def test_a_revision_that_git_does_not_know(repository: Path, revision: str) -> None:
    """It is named; it is never taken for an option."""
    with pytest.raises(RevisionError) as raised:
        changes_since(revision, repository)
    assert repr(revision) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (repository / "seen").exists()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git says it, in one line."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.resolve().parent))
    with pytest.raises(RevisionError, match=r"^/.*: not a git repository"):
        changes_since("main", tmp_path)


def test_no_commit_in_common(repository: Path) -> None:
    """Nothing can be compared."""
    git(repository, "switch", "--orphan", "other")
    commit(repository, other="a\n")
    with pytest.raises(RevisionError, match=r"'main' and the current branch have no commit in common$"):
        changes_since("main", repository)


def test_a_shallow_clone_says_what_it_lacks(repository: Path, tmp_path: Path) -> None:
    """As a workflow checks out: one commit, one branch."""
    commit(repository, other="a\n")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--depth", "1", repository.as_uri(), str(shallow))
    for revision in ("origin/other", "HEAD~1"):
        with pytest.raises(RevisionError, match=rf"no revision '{re.escape(revision)}' .*--unshallow, or fetch-depth: 0"):
            changes_since(revision, shallow)


def test_the_nearest_branch_or_tag_is_named(repository: Path) -> None:
    """A misspelt one is the likeliest mistake."""
    git(repository, "tag", "v1.0")
    for wrong, right in (("mian", "main"), ("v1.O", "v1.0")):
        with pytest.raises(RevisionError, match=rf"no revision '{re.escape(wrong)}' .*; did you mean {re.escape(right)}\?"):
            changes_since(wrong, repository)


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not installed, or cannot be run."""
    programs = repository.parent / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(RevisionError, match="git cannot be run: No such file"):
        changes_since("main", repository)
    (programs / "git").write_text("#!/nowhere\n", encoding="utf-8")
    (programs / "git").chmod(stat.S_IRWXU)
    with pytest.raises(RevisionError, match="git cannot be run"):
        changes_since("main", repository)


# -------------------------------------------------------------------------------------------------------------- findings


def test_what_a_change_concerns(tmp_path: Path) -> None:
    """A finding's own rows, its chain's steps, and the headers of the functions that make them; through links too."""
    main, tools = (tmp_path.resolve() / name for name in ("main.py", "tools.py"))
    steps = (Step("main.show", main, Span(9, 0, 11, 1), "load()"), Step("tools.load", tools, Span(5, 0, 5, 9), "sleep()"))
    finding = Finding("FAL201", "name", "message", main, Span(9, 0, 11, 1), chain=steps)
    headers = {(main, "main.show"): Span(7, 0, 8, 0), (tools, "tools.load"): Span(1, 0, 2, 0)}

    def header(path: Path, function: str) -> Span:
        return headers[path, function]

    def concerned(path: Path, first: int, last: int) -> bool:
        return Changes({path: ((first, last),)}).concern(finding, header)

    assert [row for row in range(14) if concerned(main, row, row)] == [7, 8, 9, 10, 11]
    assert [row for row in range(14) if concerned(tools, row, row)] == [1, 2, 5]
    assert not Changes({main: ((7, 8),)}).concern(finding, lambda path, function: None)  # noqa: ARG005  it knows none
    assert not Changes({}).concern(finding, header)
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    assert Changes({main: ((9, 9),)}).touch(link / "main.py", Span(9, 0, 9, 1))
