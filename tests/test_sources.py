import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from fastapi_async_lint.settings import Globs, Settings
from fastapi_async_lint.sources import PathError, Source, Sources, UnreadableFile, find, read_text
from fastapi_async_lint.sources.exclusion import Exclusion, GitIgnores
from fastapi_async_lint.sources.metadata import read_project
from fastapi_async_lint.sources.walking import Walked, Walker
from tests.support import write_project


def tree(folder: Path, *names: str) -> Path:
    """Files with these names, empty."""
    return write_project(folder, dict.fromkeys(names, ""))


def found(folder: Path, paths: Sequence[Path] = (), **settings: object) -> Sources:
    """The sources of a project in `folder`."""
    return find(list(paths) or [folder], Settings(root=folder, **settings))  # type: ignore[arg-type]


def names(folder: Path, sources: Sequence[Source]) -> list[str]:
    """Paths relative to a folder."""
    return [source.path.relative_to(folder).as_posix() for source in sources]


def source(sources: Sources, end: str) -> Source:
    """The one source whose path ends so."""
    (only,) = [source for source in sources.sources if source.path.as_posix().endswith("/" + end)]
    return only


def leads(folder: Path, importer: str, module: str, *, libraries: Sequence[str] = (), **settings: object) -> str | None:
    """Where an import in one file of the project leads, relative to the folder."""
    sources = find([folder], Settings(root=folder, **settings), frozenset(libraries))  # type: ignore[arg-type]
    resolved = sources.roots.resolve(source(sources, importer), module)
    return None if resolved is None else resolved.path.relative_to(folder).as_posix()


# ----------------------------------------------------------------------------------------------------------- discovery


def test_the_whole_project_is_found_and_the_given_paths_are_reported(tmp_path: Path) -> None:
    """Linting a folder still sees the files beside it."""
    tree(tmp_path, "app/main.py", "lib/tools.py")
    sources = found(tmp_path, [tmp_path / "app"])
    assert names(tmp_path, sources.sources) == ["app/main.py", "lib/tools.py"]
    assert names(tmp_path, sources.reported) == ["app/main.py"]


def test_a_folder_whose_name_begins_like_a_given_one_is_not_reported(tmp_path: Path) -> None:
    """`app` is not `application`."""
    tree(tmp_path, "app/main.py", "application/main.py")
    assert names(tmp_path, found(tmp_path, [tmp_path / "app"]).reported) == ["app/main.py"]


def test_only_python_files_are_found(tmp_path: Path) -> None:
    """Stubs, compiled files and folders called x.py are no sources."""
    tree(tmp_path, "a.py", "a.pyi", "a.pyc", "b.txt", "folder.py/inner.py")
    assert names(tmp_path, found(tmp_path).sources) == ["a.py", "folder.py/inner.py"]


def test_installations_and_caches_are_left_out(tmp_path: Path) -> None:
    """Virtual environments are known by what is in them, whatever their name."""
    tree(
        tmp_path,
        "main.py",
        ".git/hook.py",
        "node_modules/a/b.py",
        "env/pyvenv.cfg",
        "env/lib/x.py",
        "python/lib/site-packages/y.py",
        "build/lib/main.py",
        "dist/pkg/main.py",
        "conda/conda-meta/x",
        "conda/y.py",
        *(f"portable/{name}.py" for name in ("abc", "codecs", "os", "site", "types")),
    )
    assert names(tmp_path, found(tmp_path).sources) == ["main.py"]


def test_packages_called_like_output_folders_are_sources(tmp_path: Path) -> None:
    """A project's own package may be called build, dist or env."""
    tree(tmp_path, "build/__init__.py", "build/steps/x.py", "dist/make.py", "env/config/a.py", "app/venv/__init__.py")
    assert names(tmp_path, found(tmp_path).sources) == [
        "app/venv/__init__.py",
        "build/__init__.py",
        "build/steps/x.py",
        "dist/make.py",
        "env/config/a.py",
    ]


def test_excluded_patterns(tmp_path: Path) -> None:
    """Names at any depth, and paths from the root."""
    tree(tmp_path, "a.py", "gen/a.py", "app/gen/b.py", "app/x_pb2.py", "app/old/c.py", "old/c.py")
    sources = found(tmp_path, extend_exclude=("gen", "*_pb2.py", "app/old"))
    assert names(tmp_path, sources.sources) == ["a.py", "old/c.py"]


def test_an_excluded_path_that_is_given_is_linted_unless_forced(tmp_path: Path) -> None:
    """Naming a file means it; pre-commit names every file and forces."""
    tree(tmp_path, "a.py", "gen/a.py", "gen/deep/b.py")
    given = [tmp_path / "gen" / "a.py"]
    assert names(tmp_path, found(tmp_path, given, extend_exclude=("gen",)).reported) == ["gen/a.py"]
    assert names(tmp_path, found(tmp_path, [tmp_path / "gen"], extend_exclude=("gen",)).reported) == ["gen/a.py", "gen/deep/b.py"]
    assert names(tmp_path, found(tmp_path, given, extend_exclude=("gen",), force_exclude=True).reported) == []


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    """Nested .gitignore files count, the deepest with an opinion decides, and those above the root up to the repository's top."""
    write_project(
        tmp_path,
        {
            ".gitignore": "secret.py\n/backend/generated/\n*.bak.py\n",
            "backend/pyproject.toml": "",
            "backend/main.py": "",
            "backend/secret.py": "",
            "backend/generated/x.py": "",
            "backend/app/.gitignore": "local/\n!keep.bak.py\n",
            "backend/app/local/x.py": "",
            "backend/app/keep.bak.py": "",
            "backend/app/drop.bak.py": "",
        },
    )
    backend = tmp_path / "backend"
    assert "secret.py" in names(backend, found(backend).sources), "without a repository nothing above the root counts"
    (tmp_path / ".git").mkdir()
    assert names(backend, found(backend).sources) == ["app/keep.bak.py", "main.py"]
    assert "app/local/x.py" in names(backend, found(backend, respect_gitignore=False).sources)
    assert names(backend, found(backend, [backend / "secret.py"]).reported) == ["secret.py"]


def test_a_script_without_suffix_is_linted_if_named(tmp_path: Path) -> None:
    """Naming it is enough."""
    tree(tmp_path, "tool", "main.py")
    sources = found(tmp_path, [tmp_path / "tool"])
    assert names(tmp_path, sources.reported) == ["tool"]


def test_a_missing_path_is_an_error_that_names_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a folder on the way is missing."""
    tree(tmp_path, "app/main.py")
    with pytest.raises(PathError, match=r"mian\.py: no such file or folder; did you mean .*/app/main\.py\?"):
        found(tmp_path, [tmp_path / "app" / "mian.py"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PathError, match=r"^aap/main\.py: no such file or folder; did you mean app\?$"):
        found(tmp_path, [Path("aap/main.py")])
    with pytest.raises(PathError, match=r"^zzz: no such file or folder$"):
        found(tmp_path, [Path("zzz")])


def test_links_are_read_once_and_loops_end(tmp_path: Path) -> None:
    """A loop, a dangling link, a link to a file and a link to a folder."""
    tree(tmp_path, "app/main.py")
    (tmp_path / "app" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "app" / "self.py").symlink_to(tmp_path / "app" / "self.py")
    (tmp_path / "app" / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "app" / "again.py").symlink_to(tmp_path / "app" / "main.py")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "app", target_is_directory=True)
    assert names(tmp_path, found(tmp_path).sources) == ["app/main.py"]
    assert names(tmp_path, found(tmp_path, [tmp_path / "elsewhere"]).reported) == ["app/main.py"]


def test_a_linked_file_from_elsewhere_is_found_at_its_link(tmp_path: Path) -> None:
    """Its place in this project is what its imports are about; two links are one file."""
    tree(tmp_path, "other/shared.py", "project/main.py")
    project = tmp_path / "project"
    (project / "shared.py").symlink_to(tmp_path / "other" / "shared.py")
    (project / "twin.py").symlink_to(tmp_path / "other" / "shared.py")
    assert names(project, found(project).sources) == ["main.py", "shared.py"]
    assert leads(project, "main.py", "twin") == "shared.py"


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    """A FIFO called x.py would block for ever."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no FIFOs here")
    tree(tmp_path, "main.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert names(tmp_path, found(tmp_path).sources) == ["main.py"]
    assert names(tmp_path, found(tmp_path, [tmp_path / "pipe.py"]).reported) == []
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        read_text(tmp_path / "pipe.py")


def test_a_folder_that_cannot_be_listed_is_noted(tmp_path: Path) -> None:
    """The search goes on."""
    tree(tmp_path, "main.py", "locked/x.py")
    (tmp_path / "locked").chmod(0)
    try:
        sources = found(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o755)
    if os.geteuid() == 0:
        pytest.skip("root may list everything")
    assert sources.unreadable_folders == (tmp_path / "locked",)


def test_a_folder_that_vanishes_is_noted(tmp_path: Path) -> None:
    """It is one that cannot be listed, also for root."""
    walked = Walked()
    gone = (tmp_path / "gone").as_posix()
    Walker(Exclusion(tmp_path.as_posix(), Globs([])), respect_gitignore=True).walk(gone, GitIgnores(), walked)
    assert walked.unreadable == {gone}


def test_a_gitignore_that_cannot_be_read_ignores_nothing(tmp_path: Path) -> None:
    """A folder of that name; of a file with a pattern that git does not take either, the others count."""
    tree(tmp_path, "a/.gitignore/x", "a/x.py", "b/y.py", "b/z.py")
    write_project(tmp_path, {"b/.gitignore": "y.py\n!\n"})
    assert names(tmp_path, found(tmp_path).sources) == ["a/x.py", "b/z.py"]


def test_a_path_that_no_disk_takes_is_an_error(tmp_path: Path) -> None:
    """Too long a name, for one."""
    with pytest.raises(PathError, match=r"File name too long|no such file"):
        found(tmp_path, [tmp_path / ("x" * 5000)])


def test_paths_outside_the_root_bring_their_project(tmp_path: Path) -> None:
    """The files beside a given one belong to the picture, wherever it is."""
    tree(tmp_path, "a/main.py", "b/setup.cfg", "b/app/x.py", "b/app/y.py")
    sources = found(tmp_path / "a", [tmp_path / "a", tmp_path / "b" / "app" / "x.py"])
    assert names(tmp_path, sources.sources) == ["a/main.py", "b/app/x.py", "b/app/y.py"]
    assert names(tmp_path, sources.reported) == ["a/main.py", "b/app/x.py"]


def test_an_unsaved_file_is_a_source(tmp_path: Path) -> None:
    """An editor may hold what the disk does not; it can be given as a path too."""
    tree(tmp_path, "app/main.py")
    new = tmp_path / "app" / "new.py"
    sources = find([new], Settings(root=tmp_path), frozenset(), [new])
    assert names(tmp_path, sources.reported) == ["app/new.py"]
    assert sources.roots.resolve(source(sources, "main.py"), "app.new") == source(sources, "new.py")
    assert sources.roots.resolve(source(sources, "main.py"), "new") == source(sources, "new.py")


def test_test_files_are_known_by_pytests_naming(tmp_path: Path) -> None:
    """Relative to the project: a project that itself lies below a folder called tests is no test."""
    project = tree(
        tmp_path / "tests" / "project", "main.py", "test_a.py", "a_test.py", "conftest.py", "tests/helpers.py", "testing/x.py", "latest.py"
    )
    assert names(project, [source for source in found(project).sources if source.is_test]) == [
        "a_test.py",
        "conftest.py",
        "test_a.py",
        "tests/helpers.py",
    ]


def test_the_order_of_paths_does_not_matter(tmp_path: Path) -> None:
    """Sources are sorted by path."""
    tree(tmp_path, "a/x.py", "b/y.py")
    one, other = tmp_path / "a", tmp_path / "b"
    assert found(tmp_path, [one, other]).sources == found(tmp_path, [other, one]).sources


# ---------------------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"x = '\xc3\xa9'\r\n", "x = 'é'\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'"),
    ],
)
def test_texts_are_decoded_as_python_decodes_them(tmp_path: Path, raw: bytes, text: str) -> None:
    """Byte order mark, coding line, else UTF-8; line ends stay."""
    (tmp_path / "x.py").write_bytes(raw)
    assert read_text(tmp_path / "x.py") == text


@pytest.mark.parametrize(
    ("raw", "message", "place"),
    [
        (b"ok = 1\nx = '\xff'\n", "is not UTF-8: byte 0xff (invalid start byte)", (2, 5)),
        (b"a = 1\r\nb\0\n", "contains a null byte", (2, 1)),
        (b"# coding: utf-7000\n", "has no readable encoding: unknown encoding: utf-7000", (1, 0)),
        (b"# coding: ascii\n\n'\xc3\xa9'", "is not ASCII: byte 0xc3 (ordinal not in range(128))", (3, 1)),
        (b"\xef\xbb\xbfx = '\xff'", "is not UTF-8: byte 0xff (invalid start byte)", (1, 5)),
    ],
)
def test_an_unreadable_text_says_why_and_where(tmp_path: Path, raw: bytes, message: str, place: tuple[int, int]) -> None:
    """Rows from 1, columns from 0 in characters."""
    (tmp_path / "x.py").write_bytes(raw)
    with pytest.raises(UnreadableFile) as caught:
        read_text(tmp_path / "x.py")
    assert (caught.value.message, (caught.value.row, caught.value.column)) == (message, place)


def test_no_file_is_an_unreadable_file(tmp_path: Path) -> None:
    """A folder, a dangling link, a loop."""
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loop.py").symlink_to("loop.py")
    with pytest.raises(UnreadableFile, match="is a folder, not a file"):
        read_text(tmp_path / "folder.py")
    with pytest.raises(UnreadableFile, match="cannot be read: No such file or directory"):
        read_text(tmp_path / "gone.py")
    with pytest.raises(UnreadableFile, match="cannot be read: "):
        read_text(tmp_path / "loop.py")


# ---------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("files", "end", "module"),
    [
        (["app/__init__.py", "app/api/__init__.py", "app/api/x.py"], "x.py", "app.api.x"),
        (["app/__init__.py"], "app/__init__.py", "app"),
        (["app/api/x.py"], "x.py", "app.api.x"),
        (["src/app/__init__.py", "src/app/x.py", "pyproject.toml"], "x.py", "app.x"),
        (["src/company/app/__init__.py", "src/company/app/x.py", "pyproject.toml"], "x.py", "company.app.x"),
        (["src/company/app/x.py", "pyproject.toml"], "x.py", "company.app.x"),
        (["src/main.py", "src/auth/x.py", "pyproject.toml"], "x.py", "src.auth.x"),
        (["services/a/app/__init__.py", "services/a/app/x.py"], "x.py", "app.x"),
        (["services/a/pyproject.toml", "services/a/app/x.py"], "x.py", "app.x"),
        (["__init__.py", "x.py"], "x.py", "project.x"),
        (["my-script.py"], "my-script.py", "my-script"),
    ],
)
def test_modules_are_named_as_the_project_imports_them(tmp_path: Path, files: list[str], end: str, module: str) -> None:
    """Packages from their topmost folder; plain folders from the project; the src layout from src."""
    project = tree(tmp_path / "project", *files)
    assert source(found(project), end).module == module


def test_user_roots_name_modules(tmp_path: Path) -> None:
    """The `src` setting comes before everything found by looking, even inside a package."""
    tree(tmp_path, "backend/__init__.py", "backend/app/x.py")
    sources = found(tmp_path, src=("backend",))
    assert source(sources, "x.py").module == "app.x"
    assert source(sources, "x.py").root == tmp_path / "backend"
    assert sources.roots.module_name(tmp_path / "backend" / "app" / "x.py") == "app.x"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "lib"\n'),
        ("pyproject.toml", '[tool.setuptools.package-dir]\napp = "lib/app"\n'),
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["lib"]\n'),
        ("pyproject.toml", '[[tool.poetry.packages]]\ninclude = "app"\nfrom = "lib"\n'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["lib/app"]\n'),
        ("pyproject.toml", '[tool.hatch.build]\nsources = ["lib"]\n'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel.sources]\n"lib/app" = "app"\n'),
        ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "lib"\n'),
        ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "lib"\n'),
        ("pyproject.toml", '[tool.maturin]\npython-source = "lib"\n'),
        ("pyproject.toml", '[tool.scikit-build]\nwheel.packages = ["lib/app"]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["lib"]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ". ./lib"\n'),
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "other/../lib"\n'),
        ("setup.cfg", "[options]\npackage_dir =\n    = lib\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = lib\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath = lib\n"),
        ("setup.py", 'from setuptools import setup\nsetup(package_dir={"": "lib"})\n'),
        ("setup.py", 'from setuptools import setup, find_packages\nsetup(packages=find_packages("lib"))\n'),
    ],
)
def test_declared_package_folders_are_roots(tmp_path: Path, name: str, text: str) -> None:
    """Whatever builds the project says where its packages lie; here plain folders, which nothing else would tell apart."""
    write_project(tmp_path, {name: text, "lib/app/x.py": "", "tests/test_x.py": ""})
    assert source(found(tmp_path), "x.py").module == "app.x"
    assert leads(tmp_path, "tests/test_x.py", "app.x") == "lib/app/x.py"


def test_a_package_may_lie_in_a_folder_of_another_name(tmp_path: Path) -> None:
    """Setuptools' `package-dir` renames."""
    write_project(tmp_path, {"pyproject.toml": '[tool.setuptools.package-dir]\nshop = "source"\n', "source/x.py": "", "run.py": ""})
    assert source(found(tmp_path), "x.py").module == "shop.x"
    assert leads(tmp_path, "run.py", "shop.x") == "source/x.py"
    assert leads(tmp_path, "run.py", "x") is None


@pytest.mark.parametrize(
    "text", ["[tool", "tool = 1", '[tool]\nsetuptools = 1\npoetry = { packages = [1, "x"] }', "[project]\ndependencies = 3\n"]
)
def test_broken_metadata_says_nothing(tmp_path: Path, text: str) -> None:
    """The project is linted all the same."""
    write_project(tmp_path, {"lib/pyproject.toml": text, "lib/setup.cfg": "broken", "lib/setup.py": "\0", "lib/app/x.py": ""})
    assert source(found(tmp_path), "x.py").module == "app.x"


# ------------------------------------------------------------------------------------------------- resolving imports


def test_packages_resolve_from_anywhere_in_the_project(tmp_path: Path) -> None:
    """Modules, packages, and the package rather than a module of the same name."""
    tree(tmp_path, "app/__init__.py", "app/db/__init__.py", "app/db/models.py", "app/db.py", "scripts/seed.py")
    assert leads(tmp_path, "seed.py", "app") == "app/__init__.py"
    assert leads(tmp_path, "seed.py", "app.db") == "app/db/__init__.py"
    assert leads(tmp_path, "seed.py", "app.db.models") == "app/db/models.py"
    assert leads(tmp_path, "seed.py", "app.gone") is None


def test_each_service_of_a_repository_has_its_own_app(tmp_path: Path) -> None:
    """The nearest root wins; from elsewhere an ambiguous name leads nowhere."""
    tree(tmp_path, *(f"services/{name}/app/{file}.py" for name in "ab" for file in ("__init__", "main", "db")), "tools/report.py")
    assert leads(tmp_path, "a/app/main.py", "app.db") == "services/a/app/db.py"
    assert leads(tmp_path, "b/app/main.py", "app.db") == "services/b/app/db.py"
    assert leads(tmp_path, "report.py", "app.db") is None


def test_services_of_plain_folders_keep_apart(tmp_path: Path) -> None:
    """Without `__init__.py` a folder's own metadata, or being above the file, makes it a root."""
    tree(tmp_path, "a/pyproject.toml", "b/pyproject.toml", *(f"{name}/app/{file}.py" for name in "abc" for file in ("main", "db")))
    assert leads(tmp_path, "a/app/main.py", "app.db") == "a/app/db.py"
    assert leads(tmp_path, "b/app/main.py", "app.db") == "b/app/db.py"
    assert leads(tmp_path, "c/app/main.py", "app.db") == "c/app/db.py"


def test_a_shared_library_of_the_repository_resolves_from_its_services(tmp_path: Path) -> None:
    """Also where the service lists it among its dependencies."""
    write_project(
        tmp_path,
        {
            "libs/shared/pyproject.toml": '[project]\nname = "shared"\n',
            "libs/shared/src/shared/__init__.py": "",
            "libs/shared/src/shared/http.py": "",
            "services/a/pyproject.toml": '[project]\nname = "a"\ndependencies = ["shared", "requests>=2"]\n',
            "services/a/app/__init__.py": "",
            "services/a/app/main.py": "",
        },
    )
    assert leads(tmp_path, "app/main.py", "shared.http") == "libs/shared/src/shared/http.py"


def test_plain_folders_resolve_from_the_nearest_ancestor(tmp_path: Path) -> None:
    """`uvicorn app.main:app` run in backend/, without any `__init__.py`."""
    tree(tmp_path, "pyproject.toml", "backend/app/main.py", "backend/app/api/routes.py", "backend/app/api/deps.py")
    sources = found(tmp_path)
    routes = source(sources, "routes.py")
    assert sources.roots.resolve(routes, "app.api.deps") == source(sources, "deps.py")
    assert sources.roots.resolve(routes, "app.api") is None
    assert sources.roots.is_namespace(routes, "app.api")
    assert not sources.roots.is_namespace(routes, "app.main")
    assert sources.roots.is_first_party(routes, "app.generated.client")
    assert not sources.roots.is_first_party(routes, "fastapi.routing")


def test_scripts_import_their_neighbours(tmp_path: Path) -> None:
    """`uvicorn main:app` run in the folder of the files, below a project that knows nothing of it."""
    tree(tmp_path, "pyproject.toml", "server/main.py", "server/auth.py", "server/routers/users.py")
    assert leads(tmp_path, "main.py", "auth") == "server/auth.py"
    assert leads(tmp_path, "users.py", "auth") == "server/auth.py"
    assert leads(tmp_path, "main.py", "routers.users") == "server/routers/users.py"


def test_an_application_run_from_inside_its_package(tmp_path: Path) -> None:
    """`from routers import users` in app/main.py, though app has an `__init__.py` and tests import `app.main`."""
    write_project(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/main.py": "from routers import users\nfrom database import engine\n",
            "app/database.py": "",
            "app/routers/__init__.py": "",
            "app/routers/users.py": "import database\n",
            "tests/test_main.py": "from app.main import app\nimport app.database\n",
        },
    )
    assert leads(tmp_path, "app/main.py", "routers.users") == "app/routers/users.py"
    assert leads(tmp_path, "users.py", "database") == "app/database.py"


def test_a_file_named_like_a_library_is_not_the_library(tmp_path: Path) -> None:
    """Known libraries and dependencies of the project are protected; nothing is its own import; neither is the standard library."""
    write_project(
        tmp_path,
        {
            "requirements.txt": "some-broker[fast]>=2  # for jobs\n-r other.txt\n",
            "app/llm/openai.py": "import openai\n",
            "app/llm/chat.py": "import openai\n",
            "app/llm/some_broker.py": "",
            "app/llm/unheard_of.py": "import unheard_of\n",
            "app/llm/prompts/__init__.py": "",
            "app/llm/logging.py": "",
        },
    )
    for importer in ("openai.py", "chat.py"):
        assert leads(tmp_path, importer, "openai", libraries=["openai"]) is None
        assert leads(tmp_path, importer, "some_broker") is None
        assert leads(tmp_path, importer, "logging") is None
    assert leads(tmp_path, "unheard_of.py", "unheard_of") is None
    assert leads(tmp_path, "chat.py", "app.llm.openai", libraries=["openai"]) == "app/llm/openai.py"
    assert leads(tmp_path, "chat.py", "openai", libraries=["openai.resources"], src=("app/llm",)) == "app/llm/openai.py"


def test_a_library_that_lints_itself_is_first_party(tmp_path: Path) -> None:
    """Its own package at its own root is the library, though the catalogue knows it."""
    tree(tmp_path, "pyproject.toml", "broker/__init__.py", "broker/client.py", "plugins/broker/__init__.py", "plugins/x.py")
    assert leads(tmp_path, "client.py", "broker", libraries=["broker"]) == "broker/__init__.py"
    assert leads(tmp_path, "plugins/x.py", "broker", libraries=["broker"]) == "broker/__init__.py"


def test_how_the_code_imports_itself_decides_about_unheard_of_names(tmp_path: Path) -> None:
    """A neighbour's name is a library's if the folder is reached by a longer name, or if what is imported below it is not there."""
    write_project(
        tmp_path,
        {
            "pyproject.toml": "",
            "app/__init__.py": "",
            "app/pay/__init__.py": "",
            "app/pay/gateway.py": "import payments\n",
            "app/pay/payments.py": "",
            "app/main.py": "from app.pay.gateway import pay\n",
            "jobs/engine.py": "from engine import Engine\n",
            "jobs/run.py": "from engine import Engine\nfrom engine.cache import Cache\nfrom engine.pool import Pool\n",
            "jobs/start.py": "import run\n",
        },
    )
    assert leads(tmp_path, "gateway.py", "payments") is None
    assert leads(tmp_path, "run.py", "engine") is None
    assert leads(tmp_path, "start.py", "run") == "jobs/run.py"


def test_a_file_called_setup_is_no_project(tmp_path: Path) -> None:
    """Metadata is what says it is: a module of a package may be called setup.py."""
    write_project(
        tmp_path, {"app/__init__.py": "", "app/memory/__init__.py": "", "app/memory/setup.py": "def setup(): ...\n", "app/memory/x.py": ""}
    )
    assert not read_project((tmp_path / "app" / "memory").as_posix()).is_root
    assert source(found(tmp_path), "memory/x.py").module == "app.memory.x"


def test_relative_imports_go_by_folders(tmp_path: Path) -> None:
    """With and without `__init__.py`, to modules, packages and plain folders, and no further than there are folders."""
    tree(tmp_path, "app/__init__.py", "app/db.py", "app/api/routes.py", "app/api/v1/users.py", "app/api/v1/__init__.py")
    sources = found(tmp_path)
    routes, users, package = source(sources, "routes.py"), source(sources, "users.py"), source(sources, "app/__init__.py")
    roots = sources.roots
    assert roots.resolve_relative(routes, 2, "db") == source(sources, "db.py")
    assert roots.resolve_relative(users, 1, "") == source(sources, "v1/__init__.py")
    assert roots.resolve_relative(users, 3, "db") == source(sources, "db.py")
    assert roots.resolve_relative(package, 1, "db") == source(sources, "db.py")
    assert roots.resolve_relative(package, 1, "api.v1.users") == users
    assert roots.resolve_relative(package, 1, "api") is None
    assert roots.is_namespace(package, "api", 1)
    assert not roots.is_namespace(package, "db", 1)
    assert roots.is_namespace(routes, "", 1)
    assert roots.resolve_relative(users, 99, "db") is None
    assert not roots.is_namespace(users, "db", 99)


def test_links_lead_where_they_point(tmp_path: Path) -> None:
    """A folder linked into a service is importable from there, and is read at its real place."""
    tree(tmp_path, "libs/shared/__init__.py", "libs/shared/http.py", "services/a/main.py")
    (tmp_path / "services" / "a" / "common").symlink_to(tmp_path / "libs" / "shared", target_is_directory=True)
    assert leads(tmp_path, "main.py", "common.http") == "libs/shared/http.py"


def test_the_package_itself_as_root(tmp_path: Path) -> None:
    """Without any project marker, linting a package still knows the package's name; so does a plain folder."""
    tree(tmp_path, "app/__init__.py", "app/main.py", "app/db.py")
    write_project(tmp_path, {"plain/main.py": "import plain.db\n", "plain/db.py": ""})
    assert leads(tmp_path / "app", "main.py", "app.db") == "db.py"
    assert leads(tmp_path / "plain", "main.py", "plain.db") == "db.py"


def test_the_folder_that_a_project_is_kept_in_is_no_package(tmp_path: Path) -> None:
    """A checkout may be called as a library that it uses."""
    project = write_project(tmp_path / "payments", {"pyproject.toml": "", "main.py": "import payments.errors\nfrom payments import pay\n"})
    sources = found(project)
    main = source(sources, "main.py")
    assert not sources.roots.is_first_party(main, "payments.errors")
    assert not sources.roots.is_namespace(main, "payments")
    assert not sources.roots.is_first_party(main, tmp_path.name)


def test_answers_do_not_depend_on_the_order_of_questions(tmp_path: Path) -> None:
    """Whatever was asked before."""
    tree(tmp_path, *(f"services/{name}/app/{file}.py" for name in "abc" for file in ("__init__", "main", "db")), "tools/x.py", "app/db.py")
    questions = [
        (end, module) for end in ("a/app/main.py", "c/app/main.py", "tools/x.py") for module in ("app", "app.db", "db", "x", "main")
    ]
    answers = []
    for order in (questions, questions[::-1]):
        sources = found(tmp_path)
        answers.append({question: sources.roots.resolve(source(sources, question[0]), question[1]) for question in order})
    assert answers[0] == answers[1]


@pytest.mark.slow
def test_many_files_are_found_quickly(tmp_path: Path) -> None:
    """10,000 files in well under the time that parsing ten of them takes."""
    for folder in range(100):
        (tmp_path / f"p{folder}").mkdir()
        for number in range(100):
            (tmp_path / f"p{folder}" / f"m{number}.py").touch()
    assert len(found(tmp_path).sources) == 10_000


def test_nothing_is_imported(tmp_path: Path) -> None:
    """Looking at a project does not run it."""
    write_project(tmp_path, {"boom/__init__.py": "raise SystemExit\n", "main.py": "import boom\n"})
    assert leads(tmp_path, "main.py", "boom") == "boom/__init__.py"
    assert "boom" not in sys.modules
