"""needs.toml -> what a distribution needs, beyond itself, for its catalogue file to be checked."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec


class Needs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"companions": "with"}):
    """Of one distribution. Whatever is given has its reason beside it in `why`."""

    why: str
    companions: tuple[str, ...] = ()
    """Further requirements to install: extras, or packages that parts of it import."""
    also: tuple[str, ...] = ()
    """Requirements for other releases, newest first: names that the newest lacks, and the catalogue still knows, are looked for there."""
    python: str = ""
    """The minor version of Python that it needs, where the running one does not do."""
    variables: dict[str, str] = {}
    """Of the process that checks it."""
    calls: tuple[str, ...] = ()
    """Functions without arguments that must be called first."""
    unchecked: str = ""
    """Why it cannot be checked everywhere; recorded when installing or importing it fails."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    distributions: dict[str, Needs]
    twins: dict[str, str]
    """Import names of async twins that have no catalogue file -> the distribution."""


@cache
def needs_table() -> Table:
    """The table. Raises msgspec.ValidationError where it is malformed."""
    return msgspec.convert(tomllib.loads((Path(__file__).parent / "needs.toml").read_text(encoding="utf-8")), Table)


def needs(distribution: str) -> Needs:
    """What that distribution needs; nothing for most."""
    return needs_table().distributions.get(distribution, Needs(why=""))
