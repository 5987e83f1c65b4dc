"""docs/catalogue-checked.json <-> what checking each catalogue file against the real package found.

One line for each file, sorted, without dates: the same findings give the same bytes.
"""

import json
from pathlib import Path

import msgspec

RECORD = Path(__file__).resolve().parent.parent.parent / "docs" / "catalogue-checked.json"


class Looked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one environment says of one file. `problems` are (subject, text, kind)."""

    version: str
    names: tuple[str, ...] = ()
    """The names of the file that are as it says."""
    behind_star: int = 0
    problems: tuple[tuple[str, str, str], ...] = ()
    unchecked: str = ""
    """Why it could not be looked at; then the rest is empty."""


class Checked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is recorded of one catalogue file."""

    distribution: str
    digest: str
    python: str = ""
    version: str = ""
    """Of the distribution; the standard library's is Python's."""
    also: tuple[str, ...] = ()
    """Other releases, or Pythons, that have names which this version lacks."""
    proven: int = 0
    """Names of the file that are as it says."""
    behind_star: int = 0
    """Methods that the package has and a `"*"` speaks of: those too are, or are not, coroutine functions as the file says."""
    unproven: int = 0
    """Claims that looking cannot decide."""
    problems: tuple[str, ...] = ()
    unchecked: str = ""
    """Why it was not checked."""


class CheckedTwin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is recorded of an async twin that belongs to another package than the files that name it."""

    distribution: str
    version: str = ""
    problem: str = ""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    libraries: dict[str, Checked] = {}
    twins: dict[str, CheckedTwin] = {}


def read_record(path: Path = RECORD) -> Record:
    """What is recorded; an empty record where there is no file. Raises msgspec.ValidationError for a malformed one."""
    return msgspec.json.decode(path.read_bytes(), type=Record) if path.is_file() else Record()


def write_record(record: Record, path: Path = RECORD) -> None:
    """Replaces the file, whole."""
    sections = [_section("libraries", record.libraries), _section("twins", record.twins)]
    text = "{\n" + ",\n".join(sections) + "\n}\n"
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _section(name: str, rows: dict[str, Checked] | dict[str, CheckedTwin]) -> str:
    lines = [f"  {json.dumps(key)}: {json.dumps(msgspec.to_builtins(row))}" for key, row in sorted(rows.items())]
    return f' "{name}": {{\n' + ",\n".join(lines) + "\n }" if lines else f' "{name}": {{}}'
