"""In an environment that has the packages: one catalogue file, or async twins -> a file that says what is true of them.

    python -m tools.checking.inside OUTPUT library DISTRIBUTION LIBRARY
    python -m tools.checking.inside OUTPUT twins DISTRIBUTION PATH...

Run by environments.py, one process for each file: a package that crashes takes no other check with it.
"""

import importlib.metadata
import platform
import sys
import warnings
from pathlib import Path

import msgspec

from tools.checking.examination import look
from tools.checking.needs import needs
from tools.checking.record import Looked
from tools.checking.twins import foreign_problems
from tools.installed import NotInstalled, resolve


def main(output: str, what: str, distribution: str, *subjects: str) -> None:
    """Writes a Looked, or one for each path."""
    version = importlib.metadata.version(distribution) if distribution else platform.python_version()
    for path in needs(distribution).calls:
        resolve(path)()
    answer: Looked | dict[str, Looked]
    if what == "library":
        try:
            answer = look(subjects[0], version)
        except NotInstalled as error:
            answer = Looked(version, unchecked=f"cannot be imported ({error})")
    else:
        with warnings.catch_warnings(action="ignore"):
            answer = {path: Looked(version, problems=tuple(foreign_problems(path))) for path in subjects}
    Path(output).write_bytes(msgspec.json.encode(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
