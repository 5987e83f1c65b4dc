"""A project's folder -> where its packages lie and what it depends on, by its own metadata.

Read: pyproject.toml (setuptools, Poetry, Hatch, PDM, Flit, uv, Maturin, scikit-build, and pytest's `pythonpath`), setup.cfg, the
`package_dir` of a setup.py by its text, and requirements files. Broken metadata says nothing: it is not ours to complain about.
"""

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.sources.walking import is_requirements

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_SETUP_PACKAGE_DIR = re.compile(r"""["']{2}\s*:\s*["']([^"']+)["']|\bfind_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Project:
    """What one folder's metadata says. `mounts` are (folder, package): what lies in the folder is imported below the package, at the
    top where it is empty. `dependencies` are normalised as import names would be spelled.
    """

    folder: str
    is_root: bool
    """It has metadata of a project, not just requirements."""
    name: str = ""
    mounts: tuple[tuple[str, str], ...] = ()
    dependencies: frozenset[str] = frozenset()


def read_project(folder: str) -> Project:
    """The project in `folder`; one without metadata has only dependencies."""
    place = Path(folder)
    tables = _toml(place / "pyproject.toml")
    config = _setup_cfg(place / "setup.cfg")
    script = _text(place / "setup.py")
    is_root = (place / "pyproject.toml").exists() or bool(config) or ("setup(" in script and not (place / "__init__.py").exists())
    mounts = {
        (_joined(folder, where), package)
        for where, package in (*_pyproject_mounts(tables), *_setup_cfg_mounts(config), *_setup_py_mounts(script))
    }
    requirements = [*_pyproject_requirements(tables), *config.get("options", {}).get("install_requires", "").splitlines()]
    for listing in sorted(place.glob("requirements*.txt")):
        if is_requirements(listing.name):
            requirements += _text(listing).splitlines()
    name = _normalised(
        str(
            _table(tables, "project").get("name")
            or _table(tables, "tool", "poetry").get("name")
            or config.get("metadata", {}).get("name", "")
        )
    )
    return Project(
        folder=folder,
        is_root=is_root,
        name=name,
        mounts=tuple(sorted(mounts)),
        dependencies=frozenset(filter(None, map(_normalised, requirements))),
    )


def _normalised(requirement: str) -> str:
    """The distribution's name at the start of a requirement, in lower case with underscores."""
    match = _REQUIREMENT.match(requirement)
    return re.sub(r"[-_.]+", "_", match[1]).lower() if match else ""


def _joined(folder: str, where: str) -> str:
    parts = folder.split("/")
    for part in where.replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "/"


# ------------------------------------------------------------------------------------------------------------- reading


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return ""


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _setup_cfg(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}


def _table(tables: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    """The table below `keys`; an empty one where there is something else or nothing."""
    for key in keys:
        value = tables.get(key)
        if not isinstance(value, Mapping):
            return {}
        tables = value
    return tables


def _strings(value: object) -> list[str]:
    """The strings in a string or a list."""
    values: Iterable[object] = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [item for item in values if isinstance(item, str)]


# -------------------------------------------------------------------------------------------------------------- mounts


def _pyproject_mounts(tables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    tool = _table(tables, "tool")
    yield from _package_dir(_table(tool, "setuptools", "package-dir"))
    yield from ((where, "") for where in _strings(_table(tool, "setuptools", "packages", "find").get("where")))
    for package in _records(_table(tool, "poetry").get("packages")):
        yield from ((where, "") for where in _strings(package.get("from")))
    build = _table(tool, "hatch", "build")
    for section in (build, _table(build, "targets", "wheel")):
        sources = section.get("sources")
        yield from ((where, "") for where in _strings(sources))
        if isinstance(sources, Mapping):
            yield from ((where, package.replace("/", ".")) for where, package in sources.items() if isinstance(package, str))
        yield from ((path.rpartition("/")[0], "") for path in _strings(section.get("packages")) if "/" in path)
    yield from ((where, "") for where in _strings(build.get("dev-mode-dirs")))
    yield from ((where, "") for where in _strings(_table(tool, "pdm", "build").get("package-dir")))
    yield from ((where, "") for where in _strings(_table(tool, "uv", "build-backend").get("module-root")) if where)
    yield from ((where, "") for where in _strings(_table(tool, "maturin").get("python-source")))
    yield from ((path.rpartition("/")[0], "") for path in _strings(_table(tool, "scikit-build", "wheel").get("packages")) if "/" in path)
    pytest = _table(tool, "pytest", "ini_options").get("pythonpath")
    yield from ((where, "") for where in (pytest.split() if isinstance(pytest, str) else _strings(pytest)))


def _package_dir(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Setuptools' `package-dir`: package -> folder; the empty package is the root of the others."""
    for package, where in table.items():
        if isinstance(where, str):
            tail = package.replace(".", "/")
            as_named = where.removesuffix("/") == tail or where.removesuffix("/").endswith(f"/{tail}")
            yield (where.removesuffix("/")[: -len(tail)].rstrip("/"), "") if package and as_named else (where, package)


def _setup_cfg_mounts(config: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for line in config.get("options", {}).get("package_dir", "").splitlines():
        package, equals, where = line.partition("=")
        if equals:
            yield from _package_dir({package.strip(): where.strip()})
    if where := config.get("options.packages.find", {}).get("where", "").strip():
        yield where, ""
    for section in ("tool:pytest", "pytest"):
        yield from ((where, "") for where in config.get(section, {}).get("pythonpath", "").split())


def _setup_py_mounts(script: str) -> Iterator[tuple[str, str]]:
    yield from ((match[1] or match[2], "") for match in _SETUP_PACKAGE_DIR.finditer(script))


def _records(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


# -------------------------------------------------------------------------------------------------------- requirements


def _pyproject_requirements(tables: Mapping[str, object]) -> Iterator[str]:
    """Requirements by name; those that point at a folder of the repository are its own code."""
    project = _table(tables, "project")
    yield from _strings(project.get("dependencies"))
    for group in (*_table(project, "optional-dependencies").values(), *_table(tables, "dependency-groups").values()):
        yield from _strings(group)
    poetry = _table(tables, "tool", "poetry")
    groups = [poetry, *(group for group in _table(poetry, "group").values() if isinstance(group, Mapping))]
    for table in groups:
        for key in ("dependencies", "dev-dependencies"):
            entries = _table(table, key)
            yield from (name for name, value in entries.items() if not (isinstance(value, Mapping) and "path" in value))
