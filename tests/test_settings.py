import tomllib
from dataclasses import fields, replace
from itertools import permutations
from pathlib import Path

import click
import pytest

from fastapi_async_lint.cli.program import PROGRAM, program
from fastapi_async_lint.settings import (
    DEFAULT_EXCLUDE,
    Globs,
    Settings,
    SettingsError,
    check_selectors,
    describe,
    is_selected,
    load,
    overlooked,
    place,
    validate,
)
from fastapi_async_lint.settings.model import NOT_KEYS
from fastapi_async_lint.settings.places import line_of
from fastapi_async_lint.settings.values import KEYS, OPTIONS_ALONE, field_of
from tests.support import write_project

KNOWN = {
    "FAL101": "blocking-sleep",
    "FAL103": "blocking-database-call",
    "FAL140": "blocking-path-query",
    "FAL201": "blocking-sleep",
}


WHATEVER = """
select = ["FAL1"]
per-file-ignores = { 'a"b' = ["FAL2"], "é/\\u007F" = [] }
extend-exclude = ["\\\\d\\n"]
jobs = 3
baseline = "known"
[tool.fastapi-async-lint.catalogue]
aliases = { "acme.a" = "time.sleep" }
[[tool.fastapi-async-lint.catalogue.functions]]
names = ["acme.b"]
blocks = "certain"
runs = [{ argument = 0, where = "thread", passes = "rest" }]
[[tool.fastapi-async-lint.catalogue.functions]]
names = ["acme.c"]
"""
"""Keys that are hard to write."""


def configured(folder: Path, keys: str) -> Settings:
    """The settings of a project whose table holds these lines."""
    write_project(folder, {"pyproject.toml": f"[tool.fastapi-async-lint]\n{keys}\n"})
    return load([folder])


# -------------------------------------------------------------------------------------------------------------- loading


def test_without_configuration_the_defaults_are_in_force(tmp_path: Path) -> None:
    """The root is the nearest folder with a project marker."""
    write_project(tmp_path, {"setup.cfg": "", "app/x/main.py": ""})
    settings = load([tmp_path / "app" / "x"])
    assert settings == Settings(root=tmp_path, cache_dir=tmp_path / ".fastapi_async_lint_cache")
    assert (settings.select, settings.exclude, settings.jobs, settings.offloader) == (("FAL",), DEFAULT_EXCLUDE, 0, "run_in_threadpool")


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.py", "setup.cfg", ".git"])
def test_project_markers(tmp_path: Path, marker: str) -> None:
    """Each of them makes a root."""
    write_project(tmp_path, {marker: "", "app/main.py": ""})
    assert load([tmp_path / "app" / "main.py"]).root == tmp_path


def test_a_file_that_is_not_there_yet_has_a_root(tmp_path: Path) -> None:
    """The folder that it is to stand in: standard input may be named so."""
    assert load([tmp_path / "new.py"]).root == tmp_path
    assert load([tmp_path / "new.py", tmp_path / "new" / "other.py"]).root == tmp_path


def test_several_paths_share_a_root(tmp_path: Path) -> None:
    """The nearest marker above all of them: a hook names files of several services."""
    write_project(tmp_path, {".git": "", "a/pyproject.toml": "", "b/pyproject.toml": "", "a/x.py": "", "b/y.py": ""})
    assert load([tmp_path / "a" / "x.py", tmp_path / "b" / "y.py"]).root == tmp_path
    assert load([tmp_path / "a" / "x.py"]).root == tmp_path / "a"


def test_a_caller_may_know_the_root(tmp_path: Path) -> None:
    """A test of a small project inside a larger one does."""
    write_project(tmp_path, {"pyproject.toml": "[tool.fastapi-async-lint]\nroot = 'x'\n", "small/main.py": ""})
    assert load([tmp_path / "small"], isolated=True, overrides={"root": tmp_path / "small"}).root == tmp_path / "small"
    with pytest.raises(SettingsError, match="root: unknown key"):
        load([tmp_path / "small"])


def test_the_nearest_table_wins(tmp_path: Path) -> None:
    """A nearer pyproject.toml without our table does not hide the one above."""
    write_project(
        tmp_path,
        {
            "pyproject.toml": "[tool.fastapi-async-lint]\njobs = 1\n",
            "a/pyproject.toml": "[project]\nname = 'fastapi-async-lint'\n",
            "b/pyproject.toml": "[tool.fastapi-async-lint]\njobs = 2\n",
            "a/x.py": "",
            "b/x.py": "",
        },
    )
    above = load([tmp_path / "a" / "x.py"])
    assert (above.root, above.config_file, above.jobs) == (tmp_path, tmp_path / "pyproject.toml", 1)
    own = load([tmp_path / "b" / "x.py"])
    assert (own.root, own.config_file, own.jobs) == (tmp_path / "b", tmp_path / "b" / "pyproject.toml", 2)


MONOREPO = {
    "a/pyproject.toml": "[tool.fastapi-async-lint]\njobs = 1\n",
    "b/pyproject.toml": "[tool.fastapi-async-lint]\njobs = 2\n",
    "b/inner/pyproject.toml": "[tool.fastapi-async-lint]\njobs = 3\n",
    "c/pyproject.toml": "[project]\nname = 'c'\n",
    **dict.fromkeys(("a/x.py", "a/y.py", "b/x.py", "b/inner/x.py", "c/x.py"), ""),
}


@pytest.mark.parametrize(
    ("paths", "counts", "others", "root"),
    [
        (["a"], "a", [], "a"),
        (["a/x.py", "a/y.py"], "a", [], "a"),
        (["b/inner/x.py"], "b/inner", [], "b/inner"),
        (["b/x.py", "b/inner/x.py"], "b", ["b/inner"], "b"),
        (["a/x.py", "b/x.py", "b/inner"], "a", ["b", "b/inner"], "a"),
        (["c/x.py", "b"], "b", [], "b"),
        (["c/x.py", "c"], "", [], "c"),
        (["."], "", [], "."),
    ],
)
def test_several_paths_have_one_file(tmp_path: Path, paths: list[str], counts: str, others: list[str], root: str) -> None:
    """The nearest at or above what they have in common, else the first that one of them leads to: their order does not matter."""
    write_project(tmp_path, MONOREPO)
    for given in permutations(tmp_path / path for path in paths):
        settings = load(given)
        assert settings.config_file == (tmp_path / counts / "pyproject.toml" if counts else None)
        assert settings.root == tmp_path / root
        assert overlooked(given, settings) == tuple(tmp_path / other / "pyproject.toml" for other in others)


def test_a_table_above_what_paths_have_in_common_counts(tmp_path: Path) -> None:
    """Though each of them has a nearer one."""
    write_project(tmp_path, {**MONOREPO, "pyproject.toml": "[tool.fastapi-async-lint]\njobs = 4\n"})
    for given in permutations((tmp_path / "a" / "x.py", tmp_path / "b")):
        settings = load(given)
        assert (settings.jobs, settings.root) == (4, tmp_path)
        assert overlooked(given, settings) == (tmp_path / "a" / "pyproject.toml", tmp_path / "b" / "pyproject.toml")


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    """So it does not go with a file that is named."""
    write_project(tmp_path, {"pyproject.toml": "[tool.fastapi-async-lint]\njobs = 3\n"})
    assert load([tmp_path], isolated=True).jobs == 0
    with pytest.raises(
        SettingsError, match=r"^command line: --isolated: settings come from no file; --config x\.toml was not expected with it$"
    ):
        load([tmp_path], Path("x.toml"), isolated=True)


def test_a_named_file_may_hold_the_keys_at_its_top(tmp_path: Path) -> None:
    """Its folder is the root only if it is above the path and the file is a pyproject.toml."""
    files = {"shared/lint.toml": "jobs = 4\n", "app/setup.cfg": "", "app/lint.toml": "jobs = 5\n"}
    write_project(tmp_path, {**files, "pyproject.toml": "[tool.fastapi-async-lint]\njobs = 6\n"})
    far = load([tmp_path / "app"], tmp_path / "shared" / "lint.toml")
    assert (far.jobs, far.root) == (4, tmp_path / "app")
    near = load([tmp_path / "app"], tmp_path / "app" / "lint.toml")
    assert (near.jobs, near.root) == (5, tmp_path / "app")
    above = load([tmp_path / "app"], tmp_path / "pyproject.toml")
    assert (above.jobs, above.root, above.config_file) == (6, tmp_path, tmp_path / "pyproject.toml")


def test_every_key_is_read(tmp_path: Path) -> None:
    """Keys have hyphens, fields underscores."""
    (tmp_path / "backend").mkdir()
    settings = configured(
        tmp_path,
        """
        select = ["ALL"]
        ignore = ["FAL104"]
        extend-select = ["FAL140"]
        extend-ignore = ["FAL105"]
        per-file-ignores = { "scripts/*" = ["FAL1"] }
        exclude = ["old"]
        extend-exclude = ["older"]
        force-exclude = true
        respect-gitignore = false
        src = ["backend"]
        include-tests = true
        min-confidence = "certain"
        output-format = "concise"
        offloader = "asyncio.to_thread"
        jobs = 2
        cache-dir = "cache"
        use-cache = false
        [tool.fastapi-async-lint.catalogue]
        functions = [{ names = ["legacy.query"], blocks = "certain" }]
        """,
    )
    assert settings == Settings(
        root=tmp_path,
        config_file=tmp_path / "pyproject.toml",
        select=("ALL",),
        ignore=("FAL104",),
        extend_select=("FAL140",),
        extend_ignore=("FAL105",),
        per_file_ignores=(("scripts/*", ("FAL1",)),),
        exclude=("old",),
        extend_exclude=("older",),
        force_exclude=True,
        respect_gitignore=False,
        src=("backend",),
        include_tests=True,
        min_confidence="certain",
        output_format="concise",
        offloader="asyncio.to_thread",
        jobs=2,
        cache_dir=tmp_path / "cache",
        use_cache=False,
        catalogue={"functions": [{"names": ["legacy.query"], "blocks": "certain"}]},
    )
    assert hash(settings) == hash(configured(tmp_path, (tmp_path / "pyproject.toml").read_text().partition("\n")[2]))


def test_the_command_line_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is not set; a cache folder on the command line is relative to where one stands."""
    write_project(tmp_path, {"pyproject.toml": "[tool.fastapi-async-lint]\njobs = 3\nignore = ['FAL1']\n", "below/x.py": ""})
    monkeypatch.chdir(tmp_path / "below")
    settings = load([tmp_path], overrides={"jobs": 1, "ignore": None, "cache_dir": Path("here"), "exclude": ("old",)})
    assert (settings.jobs, settings.ignore, settings.exclude) == (1, ("FAL1",), ("old",))
    assert settings.cache_dir == tmp_path / "below" / "here"
    assert settings.overridden == {"jobs", "cache_dir", "exclude"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.fastapi-async-lint]\njobs = 1\nselct = []\n", "{file}:3: selct: unknown key; did you mean select?"),
        ("[tool.fastapi-async-lint]\nextend_select = []\n", "{file}:2: extend_select: unknown key; did you mean extend-select?"),
        (
            "[tool.fastapi-async-lint]\nlint = 1\n",
            (
                "{file}:2: lint: unknown key; expected one of baseline, cache-dir, catalogue, exclude, extend-exclude, extend-ignore, extend-select, "
                "force-exclude, ignore, include-tests, jobs, min-confidence, offloader, output-format, per-file-ignores, respect-gitignore, "
                "select, src, use-cache"
            ),
        ),
        ("[tool.fastapi-async-lint]\nfix = true\n", "{file}:2: fix: --fix is an option of the command line and no key"),
        (
            "[tool.fastapi-async-lint]\nunsafe_fixes = true\n",
            "{file}:2: unsafe_fixes: --unsafe-fixes is an option of the command line and no key",
        ),
        (
            "[tool.fastapi-async-lint]\nno-cache = true\n",
            "{file}:2: no-cache: --no-cache is an option of the command line and no key; expected use-cache = false",
        ),
        (
            "[tool.fastapi-async-lnt]\njobs = 1\n",
            "{file}:1: tool.fastapi-async-lnt: unknown table; did you mean [tool.fastapi-async-lint]?",
        ),
        (
            "[tool]\nfastapi_async_lint.jobs = 1\n",
            "{file}:2: tool.fastapi_async_lint: unknown table; did you mean [tool.fastapi-async-lint]?",
        ),
        (
            "[tool.fastapi-async-lint]\njobs = 1\n[tool.Fastapi-Async-Linter]\n",
            "{file}:3: tool.Fastapi-Async-Linter: unknown table; did you mean [tool.fastapi-async-lint]?",
        ),
        ("[fastapi-async-lint]\njobs = 1\n", "{file}:1: fastapi-async-lint: unknown table; did you mean [tool.fastapi-async-lint]?"),
        ("[tool.fastapi-async-lint]\nsrc = ['nosuch']\n", "{file}:2: src[0]: expected a folder, found nothing at {folder}/nosuch"),
        (
            "[tool.fastapi-async-lint]\nsrc = [\n'libs',\n'libs/backand']\n",
            "{file}:4: src[1]: expected a folder, found nothing at {folder}/libs/backand; did you mean libs/backend?",
        ),
        (
            "[tool.fastapi-async-lint]\nsrc = ['pyproject.toml']\n",
            "{file}:2: src[0]: expected a folder, found a file at {folder}/pyproject.toml",
        ),
        (
            "[tool.fastapi-async-lint]\ncache-dir = 'pyproject.toml'\n",
            "{file}:2: cache-dir: expected a folder, found a file at {folder}/pyproject.toml",
        ),
        (
            "[tool.fastapi-async-lint]\ncache-dir = 'pyproject.toml/below'\n",
            "{file}:2: cache-dir: expected a folder, found a file at {folder}/pyproject.toml",
        ),
        ("[tool.other]\njobs = 'x'\n[tool.fastapi-async-lint]\njobs = '2'\n", '{file}:4: jobs: expected a number from 0, found "2"'),
        ("[tool.fastapi-async-lint]\njobs = -1\n", "{file}:2: jobs: expected a number from 0, found -1"),
        ("[tool.fastapi-async-lint]\njobs = true\n", "{file}:2: jobs: expected a number from 0, found true"),
        ("[tool.fastapi-async-lint]\nselect = 'FAL'\n", '{file}:2: select: expected a list of strings, found "FAL"'),
        ("[tool.fastapi-async-lint]\nselect = [1]\n", "{file}:2: select: expected a list of strings, found [1]"),
        ("[tool.fastapi-async-lint]\nuse-cache = 'no'\n", '{file}:2: use-cache: expected true or false, found "no"'),
        ("[tool.fastapi-async-lint]\ncache-dir = 1\n", "{file}:2: cache-dir: expected a path, found 1"),
        ("[tool.fastapi-async-lint]\ncatalogue = 1\n", "{file}:2: catalogue: expected a table, found 1"),
        (
            "[tool.fastapi-async-lint]\nmin-confidence = 'certian'\n",
            '{file}:2: min-confidence: expected one of likely, certain, found "certian"; did you mean certain?',
        ),
        (
            "[tool.fastapi-async-lint]\nper-file-ignores = ['a']\n",
            '{file}:2: per-file-ignores: expected a table of lists such as "tests/*" = ["FAL103"], found [\'a\']',
        ),
        (
            "[tool.fastapi-async-lint.per-file-ignores]\n'a' = 'FAL1'\n",
            '{file}:1: per-file-ignores: expected a list of strings, found "FAL1"',
        ),
        (
            "[tool.fastapi-async-lint]\noffloader = 'a b'\n",
            '{file}:2: offloader: expected a function\'s name such as "asyncio.to_thread", found "a b"',
        ),
        ("[tool]\nfastapi-async-lint = 1\n", "{file}:2: fastapi-async-lint: expected a table, found 1"),
        ("[tool.fastapi-async-lint\n", "{file}: is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 25)"),
    ],
)
def test_an_error_names_file_line_key_and_what_was_expected(tmp_path: Path, text: str, message: str) -> None:
    """And the nearest valid word."""
    file = write_project(tmp_path, {"pyproject.toml": text, "libs/backend/x.py": ""}) / "pyproject.toml"
    with pytest.raises(SettingsError) as caught:
        load([tmp_path])
    assert str(caught.value) == message.replace("{file}", str(file)).replace("{folder}", str(tmp_path))


def test_a_named_file_has_something_for_us(tmp_path: Path) -> None:
    """A pyproject.toml the table; another one keys at its top or in the table, not in both places; the line is that of the key."""
    write_project(
        tmp_path,
        {
            "none/pyproject.toml": "[project]\nname = 'x'\n",
            "table.toml": "# ours\n[tool.fastapi-async-lint]\njobs = 5\nselct = []\n",
            "top.toml": "jobs = 5\nselct = []\n",
            "project.toml": "[project]\nname = 'x'\n[tool.fastapi-async-lint]\njobs = 7\n",
            "both.toml": "jobs = 5\n[tool.fastapi-async-lint]\njobs = 6\n",
            "near.toml": "[tool.fastapi-async-lnt]\njobs = 6\n",
        },
    )
    expected = {
        "none/pyproject.toml": ": expected a table [tool.fastapi-async-lint], found none",
        "table.toml": ":4: selct: unknown key; did you mean select?",
        "top.toml": ":2: selct: unknown key; did you mean select?",
        "both.toml": ":1: jobs: expected it in [tool.fastapi-async-lint], where the other keys of this file stand",
        "near.toml": ":1: tool.fastapi-async-lnt: unknown table; did you mean [tool.fastapi-async-lint]?",
    }
    for name, message in expected.items():
        with pytest.raises(SettingsError) as caught:
            load([tmp_path], tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}{message}"
    assert load([tmp_path], tmp_path / "project.toml").jobs == 7


@pytest.mark.parametrize(
    "text", ["[tool.fastapi-lint]\n", "[tool.fastapi]\n", "[tool.flake8-async]\n", "[tool.ruff]\n", "tool = 1\n", "[broken\n", ""]
)
def test_what_others_write_is_no_concern_of_ours(tmp_path: Path, text: str) -> None:
    """Tables that are not near our name, and files that are broken without a word on us."""
    write_project(tmp_path, {"pyproject.toml": text})
    assert load([tmp_path]).config_file is None


def test_options_that_are_no_keys_are_known() -> None:
    """Whoever writes one into the file is told so: together with the keys these are the options of the command line."""
    around = click.Context(program, info_name=PROGRAM)
    command = program.get_command(around, "check")
    assert command is not None
    options = {
        name.removeprefix("--")
        for parameter in (*command.get_params(around), *program.get_params(around))
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }
    assert options - KEYS.keys() == OPTIONS_ALONE.keys()
    assert KEYS.keys() - options == {"src", "offloader", "use-cache", "catalogue"}


def test_fields_are_keys() -> None:
    """Each has the other."""
    assert {field.name for field in fields(Settings)} - NOT_KEYS == {field_of(key) for key in KEYS}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_confidence": "certian"}, 'min_confidence: expected one of likely, certain, found "certian"; did you mean certain?'),
        ({"select": "FAL1"}, 'select: expected a list of strings, found "FAL1"'),
        ({"per_file_ignores": {"x": "FAL1"}}, 'per_file_ignores: expected a list of strings, found "FAL1"'),
        (
            {"per_file_ignores": ("x",)},
            'per_file_ignores: expected a table of lists such as "tests/*" = ["FAL103"], found (\'x\',)',
        ),
        ({"jobs": -1}, "jobs: expected a number from 0, found -1"),
        ({"root": "x"}, 'root: expected a pathlib.Path, found "x"'),
        ({"src": ("nosuch",)}, "src[0]: expected a folder, found nothing at {root}/nosuch"),
    ],
)
def test_settings_that_are_made_by_hand_are_validated(tmp_path: Path, values: dict[str, object], message: str) -> None:
    """Errors speak of fields."""
    validate(Settings(root=tmp_path, select=("FAL1",), per_file_ignores=(("x", ("FAL1",)),)))
    with pytest.raises(SettingsError) as caught:
        validate(Settings(**{"root": tmp_path, **values}))  # type: ignore[arg-type]  # wrong on purpose
    assert str(caught.value) == message.replace("{root}", str(tmp_path))


def test_errors_without_a_file(tmp_path: Path) -> None:
    """A missing file, one that is no UTF-8, a wrong word on the command line."""
    with pytest.raises(SettingsError, match=r"gone\.toml: cannot be read: No such file or directory"):
        load([tmp_path], tmp_path / "gone.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"x\.toml: is not UTF-8"):
        load([tmp_path], tmp_path / "x.toml")
    with pytest.raises(SettingsError, match=r'^command line: --output-format: expected one of .*, found "jsn"; did you mean json\?$'):
        load([tmp_path], overrides={"output_format": "jsn"})


def test_settings_are_shown_as_toml(tmp_path: Path) -> None:
    """What is shown can be pasted into a pyproject.toml."""
    settings = configured(tmp_path, WHATEVER)
    shown = describe(settings)
    assert f"# root: {tmp_path}\n" in shown
    table = tomllib.loads(shown)["tool"]["fastapi-async-lint"]
    assert table["per-file-ignores"] == {'a"b': ["FAL2"], "é/\x7f": []}
    assert table["use-cache"] is True
    write_project(tmp_path, {"pyproject.toml": shown})
    assert load([tmp_path]) == settings


@pytest.mark.parametrize("keys", ["", WHATEVER], ids=["defaults", "everything"])
def test_what_is_shown_gives_the_same_settings(tmp_path: Path, keys: str) -> None:
    """As a file of any name that is given with --config, without settings of its own too."""
    write_project(tmp_path, {"setup.cfg": "", "pyproject.toml": f"[tool.fastapi-async-lint]\n{keys}\n" if keys else ""})
    settings = load([tmp_path])
    (tmp_path / "s.toml").write_text(describe(settings), encoding="utf-8")
    assert load([tmp_path], tmp_path / "s.toml") == replace(settings, config_file=tmp_path / "s.toml")
    assert (settings.config_file is None) is (not keys)


def test_what_the_command_line_says_first_is_shown(tmp_path: Path) -> None:
    """No key can say it."""
    shown = describe(load([tmp_path], overrides={"ignore": ["FAL1"], "extend_ignore": ["FAL202"], "extend_select": ["FAL140"]}))
    assert "# of the command line, which counts before the file: FAL140 (extend-select)\n" in shown
    assert "# of the command line, which counts before the file: FAL1, FAL202 (ignore or extend-ignore)\n" in shown
    assert tomllib.loads(shown)["tool"]["fastapi-async-lint"]["ignore"] == ["FAL1"]


# ------------------------------------------------------------------------------------------------------------ selection


@pytest.mark.parametrize(
    ("code", "options", "selected"),
    [
        ("FAL101", {}, True),
        ("FAL140", {}, False),
        ("FAL140", {"select": ("ALL",)}, True),
        ("FAL140", {"select": ("FAL1",)}, False),
        ("FAL140", {"select": ("FAL1", "FAL140"), "per_file_ignores": (("*", ("FAL",)),)}, False),
        ("FAL140", {"select": ("FAL14",)}, True),
        ("FAL140", {"extend_select": ("fal140",)}, True),
        ("FAL140", {"extend_select": ("blocking-path-query",)}, True),
        ("FAL101", {"ignore": ("FAL1",)}, False),
        ("FAL201", {"ignore": ("FAL1",)}, True),
        ("FAL101", {"ignore": ("FAL1",), "select": ("FAL101",)}, True),
        ("FAL101", {"ignore": ("FAL101",), "select": ("FAL1",)}, False),
        ("FAL101", {"ignore": ("FAL101",), "select": ("FAL101",)}, False),
        ("FAL101", {"extend_ignore": ("FAL10",), "extend_select": ("FAL1",)}, False),
        ("FAL101", {"ignore": ("ALL",), "extend_select": ("FAL101",)}, True),
        ("FAL101", {"ignore": ("blocking-sleep",)}, False),
        ("FAL201", {"ignore": ("blocking-sleep",), "select": ("FAL201",)}, False),
        ("FAL103", {"select": ("FAL2",)}, False),
        ("FAL103", {"select": ()}, False),
    ],
)
def test_the_more_exact_selector_wins(tmp_path: Path, code: str, options: dict[str, tuple[str, ...]], selected: bool) -> None:
    """Ignoring wins between equals; what is off by default needs more than `FAL`."""
    settings = Settings(root=tmp_path, **options)  # type: ignore[arg-type]
    assert is_selected(code, KNOWN[code], settings, tmp_path / "x.py") is selected


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("scripts/*", "scripts/x.py", True),
        ("scripts/*", "scripts/deep/x.py", True),
        ("scripts", "scripts/deep/x.py", True),
        ("./scripts/", "scripts/x.py", True),
        ("scripts/*", "app/scripts/x.py", False),
        ("**/scripts/*.py", "app/scripts/x.py", True),
        ("**/x.py", "x.py", True),
        ("x.py", "app/x.py", True),
        ("x.py", "app/xx.py", False),
        ("?.py", "app/x.py", True),
        ("[a-c].py", "app/x.py", False),
        ("[!a-c].py", "app/x.py", True),
        ("[.py", "app/[.py", True),
        ("!app/**", "scripts/x.py", True),
        ("!app/**", "app/x.py", False),
        ("", "x.py", False),
    ],
)
def test_patterns_of_per_file_ignores(tmp_path: Path, pattern: str, path: str, ignored: bool) -> None:
    """Against the path from the root where the pattern has a slash, else against names."""
    settings = Settings(root=tmp_path, per_file_ignores=((pattern, ("FAL1",)),))
    assert is_selected("FAL101", "blocking-sleep", settings, tmp_path / path) is not ignored
    assert is_selected("FAL201", "blocking-sleep", settings, tmp_path / path)


def test_a_folder_pattern_covers_what_is_below() -> None:
    """`covers` looks at the folders above, `matches` at the path alone."""
    globs = Globs(["app/old", "gen*"])
    assert globs.covers("app/old/x.py")
    assert globs.covers("lib/generated/x.py")
    assert not globs.matches("app/old/x.py", "x.py")
    assert not globs.covers("app/older/x.py")


def test_unknown_selectors_are_errors(tmp_path: Path) -> None:
    """In every list, with the nearest rule."""
    check_selectors(Settings(root=tmp_path, select=("ALL", "FAL", "fal1", "FAL101", "Blocking-Sleep")), KNOWN)
    with pytest.raises(SettingsError, match=r"^select: unknown rule 'FAL1O1'; did you mean FAL101\?$"):
        check_selectors(Settings(root=tmp_path, select=("FAL1O1",)), KNOWN)
    with pytest.raises(SettingsError, match=r"^extend-ignore: unknown rule 'blocking-sleeps'; did you mean blocking-sleep\?$"):
        check_selectors(Settings(root=tmp_path, extend_ignore=("blocking-sleeps",)), KNOWN)
    chosen = configured(tmp_path, "jobs = 1\nper-file-ignores = { '*' = ['E501'] }")
    with pytest.raises(SettingsError, match=r"pyproject\.toml:3: per-file-ignores: unknown rule 'E501'; expected a code such as FAL101"):
        check_selectors(chosen, KNOWN)
    with pytest.raises(SettingsError, match=r"^ignore: unknown rule 'E501'"):
        check_selectors(load([tmp_path], overrides={"per_file_ignores": {}, "ignore": ["E501"]}), KNOWN)
    with pytest.raises(SettingsError, match="unknown rule 'F'"):
        check_selectors(Settings(root=tmp_path, ignore=("F",)), KNOWN)


# --------------------------------------------------------------------------------------------------------- places of keys


PLACES = """\
[project]
name = "x"

[tool.x]
a = 1
"b" = [
    "one",
    # a comment
    "two",
]
c = { d = { e = 2 } }
f = [
    { g = "x" },
    { g = "y", h = "z" },
]

[[tool.x.table]]
name = "first"

[[tool.x.table]]
name = "second"
[tool.x.table.inner]
deep = '''
text = 1
'''
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("tool", "x"), 4),
        (("tool", "x", "a"), 5),
        (("tool", "x", "b"), 6),
        (("tool", "x", "b", 0), 7),
        (("tool", "x", "b", 1), 9),
        (("tool", "x", "c", "d", "e"), 11),
        (("tool", "x", "f"), 12),
        (("tool", "x", "f", 0, "g"), 13),
        (("tool", "x", "f", 1, "g"), 14),
        (("tool", "x", "f", 1, "h"), 14),
        (("tool", "x", "table", 0), 17),
        (("tool", "x", "table", 0, "name"), 18),
        (("tool", "x", "table", 1), 20),
        (("tool", "x", "table", 1, "name"), 21),
        (("tool", "x", "table", 1, "inner", "deep"), 23),
        (("tool", "x", "text"), None),
        (("tool", "x", "table", 2), None),
    ],
)
def test_the_line_of_a_key(keys: tuple[str | int, ...], line: int | None) -> None:
    """However the table is written: with headers, inline, over several lines."""
    assert line_of(PLACES, keys) == line


def test_a_place_without_a_file_is_the_key() -> None:
    """Tables may come from a caller."""
    assert place(None, "catalogue", "functions", 0, "names") == "catalogue.functions[0].names"


def test_what_extends_adds_to_the_file(tmp_path: Path) -> None:
    """`--extend-select` is on top of the configured one; `--select` is in the place of all that the file selects and ignores."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.fastapi-async-lint]\nextend-select = ["FAL140"]\nselect = ["FAL1"]\nignore = ["FAL102"]\nextend-ignore = ["FAL103"]\n'
    )
    added = load([tmp_path], overrides={"extend_select": ["FAL240"], "extend_ignore": ["FAL2"]})
    assert (added.select, added.extend_select) == (("FAL1",), ("FAL140", "FAL240"))
    assert (added.ignore, added.extend_ignore) == (("FAL102",), ("FAL103", "FAL2"))
    anew = load([tmp_path], overrides={"extend_select": ["FAL240"], "select": ["FAL2"]})
    assert (anew.select, anew.extend_select, anew.ignore, anew.extend_ignore) == (("FAL2",), ("FAL240",), (), ())


@pytest.mark.parametrize(
    ("file", "said", "code", "selected"),
    [
        ("select = ['FAL101']", {"ignore": ["FAL1"]}, "FAL101", False),
        ("select = ['FAL101']", {"extend_ignore": ["blocking-sleep"]}, "FAL101", False),
        ("select = ['FAL101']", {"extend_ignore": ["FAL2"]}, "FAL101", True),
        ("ignore = ['FAL101']", {"extend_select": ["FAL1"]}, "FAL101", True),
        ("ignore = ['blocking-sleep']", {"extend_select": ["FAL1"]}, "FAL101", True),
        ("ignore = ['blocking-sleep']", {"extend_select": ["FAL1"]}, "FAL201", False),
        ("ignore = ['FAL101']", {"select": ["FAL1"]}, "FAL101", True),
        ("ignore = ['FAL101']", {"select": ["FAL2"]}, "FAL101", False),
        ("extend-select = ['FAL140']", {"select": ["FAL2"]}, "FAL140", False),
        ("ignore = ['FAL101']", {"ignore": ["FAL2"]}, "FAL101", True),
        ("extend-ignore = ['FAL101']", {"ignore": ["FAL2"]}, "FAL101", False),
        ("", {"extend_select": ["FAL101"], "ignore": ["FAL1"]}, "FAL101", True),
        ("", {"extend_select": ["FAL1"], "ignore": ["FAL101"]}, "FAL101", False),
    ],
)
def test_the_command_line_counts_before_the_file(tmp_path: Path, file: str, said: dict[str, list[str]], code: str, selected: bool) -> None:
    """However exactly the file names the rule; between words of the command line the more exact wins."""
    write_project(tmp_path, {"pyproject.toml": f"[tool.fastapi-async-lint]\n{file}\n"})
    assert is_selected(code, KNOWN[code], load([tmp_path], overrides=said), tmp_path / "x.py") is selected


def test_a_named_file_elsewhere_is_no_project_folder(tmp_path: Path) -> None:
    """Settings that several projects share may lie above them; the project stays the folder with the marker."""
    shared = tmp_path / "shared.toml"
    shared.write_text('select = ["FAL1"]\n')
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    assert load([project], shared).root == project
