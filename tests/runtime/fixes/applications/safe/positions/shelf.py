"""Small files, read by functions that keep nothing to themselves."""

from pathlib import Path

for _name, _text in {"a": "alpha\n", "b": "beta\n", "key": "b\n"}.items():
    Path(_name).write_text(_text)


def read(name: str) -> str:
    return Path(name).read_text()


def key(name: str) -> str:
    return name if Path(name).read_text() else "a"


def table(name: str) -> dict[str, str]:
    return {name: Path(name).read_text()}


def parse(name: str) -> int:
    return int(Path(name).read_text())


def joined(*names: str, by: str) -> str:
    return by.join(Path(name).read_text() for name in names)
