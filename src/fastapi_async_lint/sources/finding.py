"""Paths and settings -> the project's Sources."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from fastapi_async_lint.settings import Globs, Settings
from fastapi_async_lint.sources.exclusion import Exclusion, GitIgnores, ignores_above
from fastapi_async_lint.sources.layout import Layout
from fastapi_async_lint.sources.metadata import read_project
from fastapi_async_lint.sources.model import PathError, Source, Sources
from fastapi_async_lint.sources.roots import Roots
from fastapi_async_lint.sources.walking import PROJECT_MARKERS, Walked, Walker
from fastapi_async_lint.wording import nearest

_TEST_FILE = re.compile(r"(?:test_.*|.*_test|conftest)\.py")


def find(paths: Sequence[Path], settings: Settings, known_libraries: frozenset[str] = frozenset(), unsaved: Iterable[Path] = ()) -> Sources:
    """Every Python file of the project, sorted by path; `reported` are those under `paths`.

    The project is what lies below the settings' root and, for a path outside of it, below the nearest project marker above that path.
    `known_libraries` are top-level names that mean a library, not a file that happens to be called so. `unsaved` are files that an
    editor holds and the disk may not. Links to folders are followed only where they are given; a file is found once, under its
    real path. PathError for a path that does not exist, or for a folder that cannot be listed.
    """
    root = settings.root.resolve().as_posix()
    extra = {path.resolve().as_posix() for path in unsaved}
    given = [path.resolve() if path.resolve().as_posix() in extra else _existing(path) for path in paths]
    exclusion = Exclusion(root, Globs((*settings.exclude, *settings.extend_exclude)))
    walker = Walker(exclusion, settings.respect_gitignore)
    walked = Walked()
    bases = [root, *(_project_base(path) for path in given if not _below(path.as_posix(), root))]
    for base in dict.fromkeys(bases):
        walker.walk(base, ignores_above(base) if settings.respect_gitignore else GitIgnores(), walked)
    explicit = {path.as_posix() for path in given}
    _add_explicit(given, walker, walked, force_exclude=settings.force_exclude)
    _require_listed(paths, walked)
    walked.files |= {path for path in extra if not (settings.force_exclude and exclusion.covers(path))}
    links = _links(walked)
    layout = Layout(
        files=walked.files,
        projects=[read_project(folder) for folder in sorted(walked.projects)],
        user_roots=[(settings.root / folder).resolve().as_posix() for folder in settings.src],
        root=root,
        links=links,
    )
    prefixes = tuple(path.rstrip("/") + "/" for path in explicit)
    sources = {path: _source(path, layout, root, reported=path in explicit or path.startswith(prefixes)) for path in sorted(walked.files)}
    return Sources(
        sources=tuple(sources.values()),
        roots=Roots(layout, sources, known_libraries),
        unreadable_folders=tuple(Path(folder) for folder in sorted(walked.unreadable)),
    )


def _source(path: str, layout: Layout, root: str, *, reported: bool) -> Source:
    module, import_root = layout.module_name(path)
    name = path.rpartition("/")[2]
    relative = path[len(root) :] if _below(path, root) else path[len(import_root) :]
    return Source(
        path=Path(path),
        module=module,
        root=Path(import_root),
        is_package=name == "__init__.py",
        is_test=_is_test(relative, name),
        reported=reported,
    )


def _is_test(relative: str, name: str) -> bool:
    """By pytest's naming of files, or below a folder of the project called `test` or `tests`."""
    folders = relative.split("/")[:-1]
    return _TEST_FILE.fullmatch(name) is not None or "tests" in folders or "test" in folders


def _existing(path: Path) -> Path:
    """The path, real and absolute; PathError with the nearest name beside it if there is none."""
    real = path.resolve()
    try:
        real.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last for what can be no name at all
        pass
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise PathError(message) from error
    else:
        return real
    folder = next((parent for parent in real.parents if parent.is_dir()), real.parent)
    missing = real.relative_to(folder).parts[0]
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        names = []
    near = nearest(missing, names)
    hint = f"; did you mean {_beside(path, real, folder / near)}?" if near else ""
    message = f"{path}: no such file or folder{hint}"
    raise PathError(message)


def _beside(written: Path, missing: Path, near: Path) -> str:
    """The nearest existing path, written as the user wrote theirs: relative if it was."""
    if written.is_absolute():
        return str(near)
    base = missing
    for _ in written.parts:
        base = base.parent
    return str(near.relative_to(base)) if near.is_relative_to(base) else str(near)


def _require_listed(paths: Sequence[Path], walked: Walked) -> None:
    """PathError if a folder that was given cannot be listed; of those below it, it is noted."""
    for path in paths:
        if path.resolve().as_posix() in walked.unreadable:
            message = f"{path}: the folder cannot be read"
            raise PathError(message)


def _project_base(path: Path) -> str:
    """The folder with the nearest project marker at or above a path; the path's own folder if there is none."""
    folder = path if path.is_dir() else path.parent
    markers = (*PROJECT_MARKERS, ".git")
    marked = next((place for place in (folder, *folder.parents) if any(_exists(place / marker) for marker in markers)), folder)
    return marked.as_posix()


def _exists(path: Path) -> bool:
    """Whether it exists; not where nobody may look."""
    try:
        return path.exists()
    except OSError:
        return False


def _add_explicit(given: Iterable[Path], walker: Walker, walked: Walked, *, force_exclude: bool) -> None:
    """Add what was given by name and left out by the walk: excluded, ignored, or a script without suffix."""
    for path in given:
        text = path.as_posix()
        if text in walked.files or text in walked.folders:
            continue
        if path.is_dir() and not force_exclude:
            walker.walk(text, GitIgnores(), walked)
        elif path.is_file() and not (force_exclude and (path.suffix == ".py" or walker.exclusion.covers(text))):
            walked.files.add(text)


def _links(walked: Walked) -> dict[str, str]:
    """Links and what was found of them. A linked file that was not found itself, being excluded or elsewhere, is found as its first link."""
    found: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for link in sorted(walked.links):
        try:
            real = Path(link).resolve(strict=True)
            is_file = real.is_file()
        except (OSError, RuntimeError):  # dangling, or a loop
            continue
        target = real.as_posix()
        if target in walked.files or target in walked.folders:
            found[link] = target
        elif target in elsewhere:
            found[link] = elsewhere[target]
        elif is_file:
            elsewhere[target] = link
    walked.files.update(elsewhere.values())
    return found


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
