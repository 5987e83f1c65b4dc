"""An import's name, seen from the file that imports -> the file it leads to.

Python asks `sys.path`; a linter has to infer it. Seen from a file, a dotted name is looked up

1. under the user's `src` folders;
2. under the roots of the folders above the file, nearest first (layout.py says which folders are roots, and why). So
   `app.models` in services/a is services/a's, though services/b has an `app` too;
3. under any folder above the file that is in no package: the folder of a script, and the folder an application of plain folders
   is run from (`backend/app/api/routes.py` without any `__init__.py` that says `from app.api import deps`);
4. under the packages around the file, as applications that are run from inside their package import;
5. under the other roots of the project, the closest first; where two are equally close and disagree, nothing is said.

The first place with a file for the whole name answers. A name that means something outside is protected: a standard library module
is never the project's, except under the user's `src`; a known library, or a dependency of the project, is the project's only if a
root with evidence of its own (`src` setting, metadata, src layout, project folder) holds a package of that name with an
`__init__.py`. So app/llm/openai.py may `import openai` and means the library. No file is the answer to its own `import name`. And
where only 3, 4, 5 or a loose `src` answers, the project's imports as a whole must bear it out: see usage.py.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from fastapi_async_lint.sources.layout import Evidence, ImportRoot, Layout, parents
from fastapi_async_lint.sources.model import Source
from fastapi_async_lint.sources.usage import Parts, Usage, tally

_DECLARING = (Evidence.USER, Evidence.DECLARED, Evidence.SOURCE_FOLDER, Evidence.PROJECT)
_EVERYWHERE = ""


class Roots:
    """Answers where imports lead. Answers are remembered; they depend on the files found, not on their order."""

    def __init__(self, layout: Layout, sources: Mapping[str, Source], known_libraries: frozenset[str]) -> None:
        self._layout = layout
        self._sources = sources
        self._external = {name.partition(".")[0].lower() for name in known_libraries} | layout.dependencies
        self._candidates: dict[str, tuple[ImportRoot, ...]] = {}
        self._resolved: dict[tuple[str, str, str], Source | None] = {}
        self._far_roots = _index_by_first_name(layout)
        self._usage = Usage(layout.files)
        self._tallies: dict[tuple[str, str], Mapping[str, int]] = {}

    def module_name(self, path: Path) -> str:
        """The dotted name that the project most likely imports a file by."""
        return self._layout.module_name(path.as_posix())[0]

    def identity(self) -> str:
        """Everything that the answers rest on besides the texts of the files: the same words, the same answers."""
        return f"{sorted(self._external)} {self._layout.identity()}"

    def resolve(self, importer: Source, module: str) -> Source | None:
        """The file of an absolute dotted name: the module, or the package's `__init__.py`. None: not the project's, or a plain folder."""
        path = importer.path.as_posix()
        folder = path.rpartition("/")[0]
        own = path if module == importer.path.stem or (importer.is_package and "." not in module) else ""
        key = (folder, module, own)
        if key not in self._resolved:
            self._resolved[key] = self._search(folder, tuple(module.split(".")), own)
        return self._resolved[key]

    def resolve_relative(self, importer: Source, level: int, module: str) -> Source | None:
        """The file of `from ..module import x` with `level` dots, by the folders alone; `module` may be empty."""
        folder = self._relative_folder(importer, level)
        return None if folder is None else self._lookup(folder, tuple(module.split(".")) if module else ())

    def is_namespace(self, importer: Source, module: str, level: int = 0) -> bool:
        """Whether the name leads to a plain folder with Python files below: a package without `__init__.py`."""
        if level:
            folder = self._relative_folder(importer, level)
            if folder is None or self.resolve_relative(importer, level, module) is not None:
                return False
            return self._is_folder(folder, tuple(module.split(".")) if module else ())
        parts = tuple(module.split("."))
        if parts[0] in sys.stdlib_module_names or parts[0].lower() in self._external or self.resolve(importer, module) is not None:
            return False
        candidates = self._near(importer.path.as_posix().rpartition("/")[0])
        return any(
            self._is_folder(root.folder, inner) and self._is_borne_out(root, parts[0], root.folder)
            for root in candidates
            if (inner := _inside(root, parts)) is not None
        )

    def is_first_party(self, importer: Source, module: str) -> bool:
        """Whether the name's first part is the project's, seen from the importing file, be there a file for the whole name or not."""
        first = module.partition(".")[0]
        return self.resolve(importer, first) is not None or self.is_namespace(importer, first)

    # -------------------------------------------------------------------------------------------------------- search

    def _search(self, folder: str, parts: Parts, own: str) -> Source | None:
        for root in self._near(folder):
            found = self._look_under(root, parts)
            if found is not None and not _is_itself(found, own, root.evidence) and self._is_borne_out(root, parts[0], root.folder):
                return found
        return self._search_far(folder, parts)

    def _search_far(self, folder: str, parts: Parts) -> Source | None:
        """The answer of the closest of the roots that are not above the file, unless equally close ones disagree."""
        near = self._near(folder)
        answers: dict[int, set[Source]] = {}
        for root in self._far_roots.get(parts[0], ()):
            if (
                root not in near
                and (found := self._look_under(root, parts)) is not None
                and self._is_borne_out(root, parts[0], _EVERYWHERE)
            ):
                answers.setdefault(_closeness(folder, root.folder), set()).add(found)
        if not answers:
            return None
        closest = answers[max(answers)]
        return next(iter(closest)) if len(closest) == 1 else None

    def _look_under(self, root: ImportRoot, parts: Parts) -> Source | None:
        """The file of a name under one root, where that root may hold it."""
        inner = _inside(root, parts)
        return None if inner is None or not self._may_hold(root, parts[0]) else self._lookup(root.folder, inner)

    def _is_borne_out(self, root: ImportRoot, first: str, scope: str) -> bool:
        """Whether the imports of the files below `scope` agree that `first` is found under a root.

        Strong roots need no such proof, nor does the parent of a package, for that package, to the files below it.
        """
        if self._is_strong(root, first) and (root.evidence != Evidence.CHAIN or scope != _EVERYWHERE):
            return True
        key = (root.folder, scope)
        if key not in self._tallies:
            bare = (name for place, name in self._usage.below(scope) if self._is_unanswered(place, name))
            self._tallies[key] = tally(bare, lambda parts: self._holds(root.folder, parts))
        scores = self._tallies[key]
        is_above = self._layout.root.startswith(root.folder.rstrip("/") + "/")
        if scores.get(first, 0) < is_above:
            return False  # above the project is whatever folder it happens to be kept in: that takes an import that leads back inside
        neighbours = sum(1 for score in scores.values() if score >= 0)
        return root.folder not in self._reached_by_name or neighbours > 1

    def _is_unanswered(self, folder: str, parts: Parts) -> bool:
        """Whether a name imported in a folder is neither known to be outside nor to be under a strong root above."""
        if parts[0] in sys.stdlib_module_names or parts[0].lower() in self._external:
            return False
        return not any(
            self._is_strong(root, parts[0]) and self._holds(root.folder, inner)
            for root in self._near(folder)
            if (inner := _inside(root, parts[:1])) is not None
        )

    @cached_property
    def _reached_by_name(self) -> frozenset[str]:
        """Folders that an import passes through on its way from a strong root."""
        found: set[str] = set()
        for place, name in self._usage.below(_EVERYWHERE):
            for root in self._near(place):
                inner = _inside(root, name)
                if inner and self._is_strong(root, name[0]) and self._holds(root.folder, inner):
                    is_file = self._lookup(root.folder, inner) is not None
                    passed = inner[:-1] if is_file else inner
                    found.update("/".join((root.folder, *passed[: end + 1])) for end in range(len(passed)))
                    break
        return frozenset(found)

    def _is_strong(self, root: ImportRoot, first: str) -> bool:
        """Whether the root needs no proof from imports: it is one by itself, or is the parent of a package called `first`."""
        is_parent = root.evidence == Evidence.CHAIN and f"{root.folder}/{first}" in self._layout.packages
        return root.evidence in _DECLARING or is_parent

    def _holds(self, folder: str, parts: Parts) -> bool:
        """Whether a folder has a module, a package or a plain folder of that name."""
        return self._lookup(folder, parts) is not None or self._is_folder(folder, parts)

    def _near(self, folder: str) -> tuple[ImportRoot, ...]:
        """Where a file in `folder` looks names up, in order."""
        if folder not in self._candidates:
            above = (folder, *parents(folder))
            owned = [root for place in above for root in self._layout.roots.get(place, ())]
            user = [root for own in self._layout.roots.values() for root in own if root.evidence == Evidence.USER]
            plain = [ImportRoot(place, Evidence.ANCESTOR) for place in above if place not in self._layout.packages]
            around = [ImportRoot(place, Evidence.ENCLOSING_PACKAGE) for place in above if place in self._layout.packages]
            unique = {(root.folder, root.package): root for root in reversed((*user, *owned, *plain, *around))}
            self._candidates[folder] = tuple(reversed(unique.values()))
        return self._candidates[folder]

    def _may_hold(self, root: ImportRoot, first: str) -> bool:
        """Whether a root's evidence is strong enough for a name that may mean something outside the project."""
        if root.evidence == Evidence.USER:
            return True
        if first in sys.stdlib_module_names:
            return False
        if first.lower() not in self._external:
            return True
        return root.evidence in _DECLARING and (bool(root.package) or f"{root.folder}/{first}" in self._layout.packages)

    def _lookup(self, folder: str, parts: Parts) -> Source | None:
        """The package or module at the end of `parts` below a folder; links lead where they point."""
        links = self._layout.links
        file = ""
        for part in parts:
            folder = f"{folder}/{part}"
            file = f"{folder}.py"
            folder = links.get(folder, folder)
        return self._sources.get(f"{folder}/__init__.py") or self._sources.get(links.get(file, file))

    def _is_folder(self, folder: str, parts: Parts) -> bool:
        for part in parts:
            folder = f"{folder}/{part}"
            folder = self._layout.links.get(folder, folder)
        return folder in self._layout.children

    def _relative_folder(self, importer: Source, level: int) -> str | None:
        above = importer.path.as_posix().rsplit("/", level)
        return above[0] if len(above) > level else None


def _inside(root: ImportRoot, parts: Parts) -> tuple[str, ...] | None:
    """What is left of a name below the package that a root is mounted at; None if the name is not below it."""
    if not root.package:
        return parts
    mounted = tuple(root.package.split("."))
    return parts[len(mounted) :] if parts[: len(mounted)] == mounted else None


def _is_itself(found: Source, own: str, evidence: Evidence) -> bool:
    """Whether a file is offered as the answer to its own import: then the name means something else. A package may import itself
    where it can be imported from: `from app import views` in app/__init__.py.
    """
    return found.path.as_posix() == own and not (found.is_package and evidence <= Evidence.CHAIN)


def _closeness(folder: str, root: str) -> int:
    """How many leading folders two paths share."""
    shared = 0
    for one, other in zip(folder.split("/"), root.split("/"), strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _index_by_first_name(layout: Layout) -> Mapping[str, tuple[ImportRoot, ...]]:
    """All roots by the first names that they hold."""
    found: dict[str, set[ImportRoot]] = {}
    for root, name in _first_names(layout):
        found.setdefault(name, set()).add(root)
    return {name: tuple(sorted(roots)) for name, roots in found.items()}


def _first_names(layout: Layout) -> Iterator[tuple[ImportRoot, str]]:
    for own in layout.roots.values():
        for root in own:
            if root.package:
                yield root, root.package.partition(".")[0]
            else:
                yield from ((root, name) for name in layout.children.get(root.folder, ()))
