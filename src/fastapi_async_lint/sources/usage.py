"""The project's files -> what their imports say about folders that might be import roots.

A file `stripe.py` beside a file that says `import stripe` is weak evidence: the library may be meant. How the code imports itself
decides. If other files reach that folder by a longer name (`app.integrations.payments`), Python does not start from it, unless its
files import several neighbours by bare names, as an application does that is run from inside its package. And if most of what is
imported below a name (`stripe.errors`) is not there, the name means something else.

Imports are found by a pattern in the text, not by parsing: this runs before any file is read for facts, only where a weak answer is
asked for, and a few words of a docstring taken for an import do no harm.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][^\n#;]*))", re.MULTILINE)

Parts = tuple[str, ...]


class Usage:
    """Absolute imports by the folder of the importing file, read when first asked for."""

    def __init__(self, files: Iterable[str]) -> None:
        """The absolute imports of `files`."""
        self._files = files

    @cached_property
    def imports(self) -> dict[str, frozenset[Parts]]:
        """The dotted names that the files of each folder import."""
        found: dict[str, set[Parts]] = {}
        for file in self._files:
            found.setdefault(file.rpartition("/")[0], set()).update(_imports(file))
        return {folder: frozenset(names) for folder, names in found.items()}

    def below(self, folder: str) -> frozenset[tuple[str, Parts]]:
        """(importing folder, name) for every import of files at or below a folder; of all files for an empty one."""
        prefix = folder.rstrip("/") + "/"
        within = (place for place in self.imports if not folder or place == folder or place.startswith(prefix))
        return frozenset((place, name) for place in within for name in self.imports[place])


def _imports(file: str) -> set[Parts]:
    try:
        text = Path(file).read_bytes()
    except OSError:
        return set()
    found: set[Parts] = set()
    for module, several in _IMPORT.findall(text):
        names = [module] if module else [name.split()[0] for name in several.split(b",") if name.split()]
        found.update(tuple(name.decode("utf-8", "replace").split(".")) for name in names)
    return found


def tally(bare: Iterable[Parts], holds: Callable[[Parts], bool]) -> dict[str, int]:
    """First names that a folder holds -> how many more of the distinct names imported below them it holds than it lacks."""
    found: dict[str, int] = {}
    for name in frozenset(bare):
        if holds(name[:1]):
            score = 0 if len(name) == 1 else 1 if holds(name[:2]) else -1
            found[name[0]] = found.get(name[0], 0) + score
    return found
