"""Fixtures -> their `after/` folders, written anew from what fixing gives now.

    python tools/accept_fixes.py [FOLDER/CASE ...]

Writes `after/` for every fixture that a safe fix changes, removes it where none does, and renews `after-unsafe/` where there is one
(`--unsafe` makes it for the named fixtures). What it writes becomes what the tests expect: read it.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.test_fixes import FOLDERS, PROJECTS, accepted, fixed, name_of


def accept(project: Path, *, unsafe: bool) -> bool:
    """Write what fixing the project gives; whether that is new."""
    _, texts = fixed(project, unsafe=unsafe)
    if texts == accepted(project, unsafe=unsafe):
        return False
    folder = project.parent / FOLDERS[unsafe]
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return True


def main() -> None:
    """Accept the named fixtures, or all."""
    names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    for project in PROJECTS:
        if not names or name_of(project) in names:
            if accept(project, unsafe=False):
                print(f"{name_of(project)}/after")
            has_unsafe = (project.parent / FOLDERS[True]).is_dir() or ("--unsafe" in sys.argv and names)
            if has_unsafe and accept(project, unsafe=True):
                print(f"{name_of(project)}/after-unsafe")


if __name__ == "__main__":
    main()
