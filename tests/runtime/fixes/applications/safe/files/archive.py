"""Functions that open, use and close files themselves."""

import json
import shutil
import tempfile
from pathlib import Path


def load(name: str) -> object:
    with open(name, encoding="utf-8") as file:
        return json.load(file)


def stored(value: object) -> tuple[int, object]:
    with tempfile.TemporaryDirectory() as folder:
        name = f"{folder}/stored.json"
        with open(name, "w", encoding="utf-8") as file:
            json.dump(value, file)
        return Path(name).stat().st_size, load(name)


def lines(name: str) -> list[str]:
    with open(name) as file:
        return [line.rstrip() for line in file]


def packed(name: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        made = shutil.make_archive(f"{folder}/packed", "tar", name)
        shutil.unpack_archive(made, f"{folder}/unpacked")
        return sorted(path.name for path in Path(folder, "unpacked").iterdir())


def scratch(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scratch")
        path.write_text(text)
        return path.read_text() + path.name
