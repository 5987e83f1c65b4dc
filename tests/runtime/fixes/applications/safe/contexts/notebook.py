"""Notes in files."""

from pathlib import Path


def read(name: str) -> str:
    return Path(name).read_text()


def noted(name: str, word: str) -> None:
    with Path(name).open("a") as file:
        file.write(f"{word}\n")
