"""Files and folders."""

import os
import shutil
from pathlib import Path

import archive
from fastapi import FastAPI, UploadFile

app = FastAPI()
Path("data").mkdir()
for _name in ("c", "a", "b"):
    Path("data", _name).write_text(f"{_name}\n" * 3)
Path("table.json").write_text('{"x": [1, 2]}')
Path("broken.json").write_text("{")


@app.get("/read")
async def read(name: str = "a"):
    path = Path("data") / name
    return path.read_text(), path.read_bytes()[:1], Path("data", "b").read_text(encoding="ascii")


@app.put("/write/{name}")
async def write(name: str, text: str = "new"):
    return Path(f"{name}.txt").write_text(text)


@app.get("/listed")
async def listed():
    return sorted(os.listdir("data")), sorted(os.listdir(path=Path("data")))


@app.post("/copied")
async def copied(name: str = "copy"):
    shutil.copytree("data", name, dirs_exist_ok=True)
    shutil.copy("table.json", Path(name, "table.json"))
    shutil.rmtree("missing", ignore_errors=True)
    return sorted(os.listdir(name))


@app.post("/removed")
async def removed():
    shutil.rmtree("nowhere")


@app.post("/tree")
async def tree():
    return archive.packed("data")


@app.get("/loaded")
async def loaded(name: str = "table.json"):
    return archive.load(name)


@app.post("/stored")
async def stored():
    return archive.stored({"a": [1, {"b": None}]})


@app.get("/lines")
async def lines():
    return archive.lines("data/a")


@app.get("/temporary")
async def temporary():
    return archive.scratch("scratch")


@app.post("/upload")
async def upload(file: UploadFile):
    text = file.file.read()
    return len(text), text[-3:], file.filename


@app.post("/begun")
async def begun(file: UploadFile):
    return file.file.read(3), file.size


@app.get("/glob")
async def glob():
    return sorted([path.name for path in Path("data").glob("*")])


@app.get("/found")
async def found(name: str = "*"):
    names = []
    for path in Path("data").glob(name):
        names.append(path.name)
    return sorted(names)


@app.get("/iterated")
async def iterated():
    first = sorted(Path("data").iterdir())
    second = sorted([path.name for path in Path("data").rglob("*") if path.suffix == ""])
    third = {path.name: len(path.name) for path in Path("data").iterdir()}
    return [path.name for path in first], second, sorted(third.items()), len(list(Path("data").glob("a*")))


@app.get("/walked")
async def walked():
    found = []
    for folder, folders, names in os.walk("data"):
        found.append([folder, folders, sorted(names)])
    return found


@app.get("/tree")
async def names_in_tree():
    return [names for _, _, names in os.walk("data", onerror=print)]


@app.get("/sum")
async def summed():
    return sum([len(path.name) for path in Path("data").iterdir()])
