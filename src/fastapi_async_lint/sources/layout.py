"""Files and metadata -> the folders that imports start from, and the module name of each file.

An import root is known by how strong its evidence is. The user's `src` and what metadata declares are certain; a folder with metadata
of its own, or a `src` folder beside it, is where such projects are run from; the parent of a topmost package is where that package
can be imported from. Weaker evidence depends on the importing file: see roots.py.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi_async_lint.sources.metadata import Project


class Evidence(enum.IntEnum):
    """Why a folder is an import root, strongest first."""

    USER = 0
    DECLARED = 1
    SOURCE_FOLDER = 2  # `src` without Python files of its own: the src layout
    PROJECT = 3
    LOOSE_SOURCE_FOLDER = 4  # `src` with Python files: it may as well be a package called src
    CHAIN = 5  # the parent of a topmost package
    ANCESTOR = 6  # a folder above the importing file that is in no package
    ENCLOSING_PACKAGE = 7  # a package around the importing file, run as if it were a folder of scripts


@dataclass(frozen=True, slots=True, order=True)
class ImportRoot:
    """What lies in `folder` is imported below `package`, at the top where that is empty."""

    folder: str
    evidence: Evidence
    package: str = ""


def parents(path: str) -> Iterable[str]:
    """The folders above, nearest first."""
    while (cut := path.rfind("/")) > 0:
        path = path[:cut]
        yield path
    if path != "/":
        yield "/"


class Layout:
    """The folders of a search and what they are to each other. Strings with slashes; answers depend on nothing but the arguments."""

    def __init__(
        self, files: Iterable[str], projects: Iterable[Project], user_roots: Iterable[str], root: str, links: Mapping[str, str]
    ) -> None:
        self.files = frozenset(files)
        self.links = dict(links)
        self._projects = tuple(sorted(projects, key=lambda project: project.folder))
        self._user_roots = tuple(user_roots)
        self.root = root
        self._named: dict[str, tuple[str, str]] = {}

    def identity(self) -> str:
        """Everything that this layout was made of and has looked up, in words."""
        projects = [
            (project.folder, project.is_root, project.name, project.mounts, sorted(project.dependencies)) for project in self._projects
        ]
        return repr((sorted(self.files), projects, self._user_roots, self.root, sorted(self.links.items()), sorted(self.packages)))

    @cached_property
    def packages(self) -> frozenset[str]:
        """Folders with an `__init__.py`, also above the searched ones as far as their chain goes."""
        found = {path.removesuffix("/__init__.py") for path in self.files if path.endswith("/__init__.py")}
        for folder in tuple(found):
            for parent in parents(folder):
                if parent in found:
                    break
                if parent in self.children and parent != self.root and parent.startswith(self.root):
                    break  # it was searched and has none
                if not Path(parent, "__init__.py").is_file():
                    break
                found.add(parent)
        return frozenset(found)

    @cached_property
    def children(self) -> Mapping[str, frozenset[str]]:
        """The names that can be imported from each folder: its modules, and its folders with Python files somewhere below."""
        found: dict[str, set[str]] = {}
        for path in (*self.files, *self.links):
            folder, _, name = path.rpartition("/")
            found.setdefault(folder, set()).add(name.removesuffix(".py"))
            while folder:
                above, _, name = folder.rpartition("/")
                siblings = found.setdefault(above, set())
                if name in siblings:
                    break
                siblings.add(name)
                folder = above
        return {folder: frozenset(names) for folder, names in found.items()}

    @cached_property
    def roots(self) -> Mapping[str, tuple[ImportRoot, ...]]:
        """The import roots that belong to each folder, strongest first: a project's folder owns its declared roots and its `src`."""
        found: dict[str, set[ImportRoot]] = {}
        for folder in self._user_roots:
            found.setdefault(folder, set()).add(ImportRoot(folder, Evidence.USER))
        owners = {project.folder: project.mounts for project in self._projects if project.is_root}
        owners.setdefault(self.root, ())
        for folder, mounts in owners.items():
            own = found.setdefault(folder, set())
            own.add(ImportRoot(folder, Evidence.PROJECT))
            own.update(ImportRoot(where, Evidence.DECLARED, package) for where, package in mounts if where != folder or package)
            source_folder = f"{folder}/src"
            if source_folder in self.children and source_folder not in self.packages:
                loose = any(f"{source_folder}/{name}.py" in self.files for name in self.children[source_folder])
                own.add(ImportRoot(source_folder, Evidence.LOOSE_SOURCE_FOLDER if loose else Evidence.SOURCE_FOLDER))
        for package in self.packages:
            parent = package.rpartition("/")[0]
            if parent not in self.packages:
                found.setdefault(parent, set()).add(ImportRoot(parent, Evidence.CHAIN))
        return {folder: tuple(sorted(own, key=lambda root: (root.evidence, root.folder, root.package))) for folder, own in found.items()}

    @cached_property
    def dependencies(self) -> frozenset[str]:
        """What the projects depend on, spelled as an import, without what they are themselves."""
        required = frozenset[str]().union(*(project.dependencies for project in self._projects))
        return required - {project.name for project in self._projects}

    @cached_property
    def _naming_roots(self) -> Mapping[str, ImportRoot]:
        """The strongest root at each folder that gives names by itself, without an `__init__.py` chain."""
        found: dict[str, ImportRoot] = {}
        for own in self.roots.values():
            for root in own:
                if root.evidence <= Evidence.PROJECT and (root.folder not in found or root.evidence < found[root.folder].evidence):
                    found[root.folder] = root
        return found

    def module_name(self, path: str) -> tuple[str, str]:
        """The dotted name of a file, and the folder that it starts from."""
        folder, _, name = path.rpartition("/")
        if folder not in self._named:
            self._named[folder] = self._name_folder(folder)
        package, root = self._named[folder]
        stem = name.removesuffix(".py")
        if stem != "__init__":
            return (f"{package}.{stem}" if package else stem), root
        return package or folder.rpartition("/")[2], root

    def _name_folder(self, folder: str) -> tuple[str, str]:
        above = (folder, *parents(folder))
        base = next((place for place in above if place not in self.packages), "/")
        candidates = [self._naming_roots[place] for place in above if place in self._naming_roots]
        declared = next((root for root in candidates if root.evidence <= Evidence.DECLARED), None)
        layout = next((root for root in candidates if root.evidence == Evidence.SOURCE_FOLDER), None)
        chosen = declared or layout
        if chosen is None or not _within(folder, chosen.folder):
            nearest = next((root for root in candidates if _within(base, root.folder)), None)
            chosen = ImportRoot(base, Evidence.CHAIN) if base != folder or nearest is None else nearest
        inner = folder[len(chosen.folder.rstrip("/")) + 1 :].replace("/", ".")
        return ".".join(filter(None, (chosen.package, inner))), chosen.folder


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
