"""The house keeps its shape: who may import whom, who touches disk and terminal, where a library's name may stand, and how long things are.

docs/architecture.md says why; this says whether.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "fastapi_async_lint"
SOURCE = ROOT / "src" / PACKAGE
FILES = sorted(SOURCE.rglob("*.py"))

LEVELS: tuple[tuple[str, ...], ...] = (
    ("wording", "facts", "spelling", "findings", "results"),
    ("syntax", "settings", "sources", "writing", "rows", "revisions", "telling"),
    ("stores", "reading", "catalogue"),
    (
        "operands",
        "modules",
        "program",
        "inference",
        "offloaders",
        "callgraph",
        "contexts",
        "chains",
        "hazards",
        "analysis",
        "statistics",
        "resources",
        "plans",
    ),
    ("rules", "fixes", "reports"),
    ("engine", "repair"),
    ("api", "cli", "flake8_plugin", "codemods", "lsp", "__main__"),
)
"""From the ground up. A stage imports from levels below its own, and from those before it in its own level unless they are strangers."""
STRANGERS = {"rules", "fixes", "reports"}
BOTTOM_UP = [stage for level in LEVELS for stage in level]

TREE_READERS = {"syntax", "fixes", "codemods"}
DISK = {"sources", "writing", "revisions", "settings", "stores", "reading", "catalogue", "cli"}
"""Stages that may read or write files."""
TERMINAL = {"cli"}
DISK_CALLS = {
    "open",
    ".open",
    ".read_text",
    ".read_bytes",
    ".write_text",
    ".write_bytes",
    ".iterdir",
    ".glob",
    ".rglob",
    ".mkdir",
    ".unlink",
    "os.walk",
    "os.scandir",
    "os.listdir",
    "os.makedirs",
    "os.rename",
    "os.replace",
    "tempfile.mkstemp",
    "subprocess.run",
}
TERMINAL_CALLS = {"print", "input", "click.echo", "sys.stdout.write", "sys.stderr.write"}

LIBRARY_NAMES_ALLOWED: dict[tuple[str, str], str] = {
    ("src/fastapi_async_lint/revisions.py", "git"): "the program that is run",
    ("src/fastapi_async_lint/reports/sarif.py", "markdown"): "a key of the format",
    ("src/fastapi_async_lint/settings/model.py", "github"): "an output format",
    ("src/fastapi_async_lint/settings/model.py", "gitlab"): "an output format",
}
"""(file, string) -> why this string is no knowledge of a library."""

MACHINE = re.compile(r"(?:^|[\s\"'=(:])/(?:home|root|work|opt|mnt|Users|tmp)/\w|--index-url|--trusted-host|PIP_INDEX_URL")
MACHINE_ALLOWED = {"tests/test_architecture.py": "names what it looks for"}
SHELLS = {".py", ".toml", ".md", ".yaml", ".yml", ".cfg", ".txt", ".sh", ""}


def stage_of(path: Path) -> str:
    """The stage that a file belongs to: its own name, or its folder's."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """The path as shown in messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names that the file imports anywhere; `from a import b` is `a.b`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stages_imported(path: Path) -> set[str]:
    """The stages of this package that the file imports."""
    return {name.split(".")[1] for name in imports_of(path) if name.startswith(f"{PACKAGE}.")} & set(BOTTOM_UP)


def called_names(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of what each call calls: `f` for `f()`, `.m` and `x.m` for `x.m()`."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)):
                yield node.lineno, f".{name}"
                yield node.lineno, f"{ast.unparse(receiver)}.{name}"
            case _:
                pass


def docstrings_of(tree: ast.Module) -> set[ast.expr]:
    """Strings that stand alone: docstrings of modules, classes, functions and attributes."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def tracked() -> list[Path]:
    """The files of the repository: what git knows or would add, else what lies in the project's folders."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        folders = ("src", "tests", "docs", "tools", "examples")
        listed = [name_of(path) for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return sorted(path for name in listed if name and (path := ROOT / name).is_file() and path.suffix in SHELLS)


def test_every_file_belongs_to_a_known_stage() -> None:
    """A new stage is placed on the line before it is used."""
    assert {stage_of(path) for path in FILES} - {"__init__"} <= set(BOTTOM_UP)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    """A stage knows only stages below it; rules, fixes and reports do not know each other."""
    own = stage_of(path)
    if own == "__init__":
        assert stages_imported(path) == {"api"}  # when it is first asked for: see tests/test_api.py
        return
    below = set(BOTTOM_UP[: BOTTOM_UP.index(own) + 1])
    if own in STRANGERS:
        below -= STRANGERS - {own}
    assert stages_imported(path) <= below


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_syntax_trees_stay_in_their_rooms(path: Path) -> None:
    """Only syntax/ and fixes/ know which parser is used."""
    users = any(name.split(".")[0] == "libcst" for name in imports_of(path))
    assert not users or stage_of(path) in TREE_READERS


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_disk_and_terminal_are_touched_at_the_edges(path: Path) -> None:
    """Whatever lies between paths and reports is a function of values."""
    forbidden = (set() if stage_of(path) in DISK else DISK_CALLS) | (set() if stage_of(path) in TERMINAL else TERMINAL_CALLS)
    assert not [f"line {line}: {name}" for line, name in called_names(path) if name in forbidden]


@cache
def library_pattern() -> re.Pattern[str]:
    """Matches the name of a library that the catalogue describes, wherever it stands in a string with a dot behind it, or alone.

    Many standard modules are called like ordinary words: of these only a whole `module.name` counts. `builtins` is the language itself.
    """
    names = sorted({path.stem for path in (SOURCE / "catalogue").rglob("*.toml")} - {"builtins"})
    assert names
    standard = "|".join(re.escape(name) for name in names if name.partition(".")[0] in sys.stdlib_module_names)
    others = "|".join(re.escape(name) for name in names if name.partition(".")[0] not in sys.stdlib_module_names)
    return re.compile(rf"^(?:{standard})\.(?!py$)[A-Za-z_][\w.]*$|(?<![\w.-])(?:{others})\.\w|^(?:{others})\.?$")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_knowledge_of_libraries_in_code(path: Path) -> None:
    """What a library does is data: its name in a string of Python code belongs in the catalogue."""
    prose = docstrings_of(tree_of(path))
    found = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose
        if library_pattern().search(node.value) and (name_of(path), node.value) not in LIBRARY_NAMES_ALLOWED
    ]
    assert not found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    """At most 400 lines for a file and 50 for a function, its docstring and decorators not counted."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    long = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            if (node.end_lineno or 0) - node.lineno + 1 - docstring > 50:
                long.append(node.name)
    assert not long


def test_extra_and_group_for_tests_are_the_same() -> None:
    """Whichever way an installer knows, it installs what the tests need."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert table["project"]["optional-dependencies"]["test"] == table["dependency-groups"]["test"]


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No path of somebody's machine and no address of somebody's package mirror."""
    found = [
        f"{name_of(path)}:{row}: {line.strip()}"
        for path in tracked()
        if name_of(path) not in MACHINE_ALLOWED
        for row, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if MACHINE.search(line)
    ]
    assert not found
