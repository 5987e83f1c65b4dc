"""Files, folders, and libraries that read and write them.

A named pipe makes reading slow: it waits until somebody writes. Where that is not possible, the call into the kernel is what is heard.
"""

import configparser
import io
import logging
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on, while_waiting
from tests.runtime.claims.world import World
from tools.installed import module


def _pipe(w: World) -> Path:
    path = w.folder / "pipe"
    os.mkfifo(path)
    return path


def _waiting(w: World, call: Call, content: bytes = b"[1]\n") -> Call:
    """A call that reads `folder/pipe`, into which another thread writes."""
    return while_waiting(partial((w.folder / "pipe").write_bytes, content), call)


def _reading(w: World, mode: str = "r") -> Any:
    """An open file whose content comes later, and the call that makes it come."""
    path = _pipe(w)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    os.set_blocking(reader, True)
    file = w.enter(os.fdopen(reader, mode))
    return file, partial(_write_and_close, writer)


def _write_and_close(descriptor: int) -> None:
    os.write(descriptor, b'{"one": 1}\n')
    os.close(descriptor)


def _slow_read(w: World, mode: str = "r") -> Call:
    file, write = _reading(w, mode)
    return while_waiting(write, on(file))


def _slow_load(w: World) -> Call:
    file, write = _reading(w)
    return while_waiting(write, args(file))


def _opened(w: World, mode: str = "r") -> Any:
    return w.enter(w.file().open(mode))


def _written(w: World) -> Call:
    return on(_opened(w, "w"), "text\n" * 10_000)


def _tree(w: World) -> Path:
    folder = w.folder / "tree"
    (folder / "below").mkdir(parents=True)
    (folder / "file").write_text("x")
    return folder


class _Entries:
    """The folder's entries, listed anew by each `for`: up to Python 3.12 iterating `iterdir()` reads the folder, later calling it does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __iter__(self) -> Iterator[Path]:
        return iter(self.folder.iterdir())


def _zip(w: World) -> Path:
    path = w.folder / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("member", "x" * 100)
    return path


def _tar(w: World) -> Path:
    path = w.folder / "archive.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(w.file(), "member")
    return path


def _handler(w: World) -> Call:
    w.later(logging.getLogger("claims").handlers.clear)
    return args(w.folder / "log")


def _config(w: World) -> Call:
    return on(configparser.ConfigParser(), w.file(b"[section]\nkey = 1\n"))


def _picture(w: World, name: str = "picture.png") -> Path:
    path = w.folder / name
    module("PIL.Image").new("RGB", (4, 4)).save(path)
    return path


def _workbook(w: World) -> Path:
    path = w.folder / "book.xlsx"
    module("openpyxl").Workbook().save(path)
    return path


def _pdf(w: World) -> Path:
    path = w.folder / "file.pdf"
    writer = module("pypdf").PdfWriter()
    writer.add_blank_page(10, 10)
    writer.write(path)
    return path


def _frame() -> Any:
    return module("pandas").DataFrame({"a": [1, 2]})


def _templates(w: World) -> Call:
    w.file(b"hello", "page.html")
    return on(module("jinja2").FileSystemLoader(w.folder), module("jinja2").Environment(), "page.html")


def _descriptor(w: World, flags: int = os.O_RDWR) -> int:
    descriptor = os.open(w.file(), flags)
    w.later(os.close, descriptor)
    return descriptor


FILE = [
    Claim("builtins.open", lambda w: _waiting(w, args(_pipe(w)))),
    Claim("builtins.open", lambda w: args(w.file()), heard="open", note="a file"),
    Claim("io.TextIOWrapper.read", _slow_read),
    Claim("io.TextIOWrapper.readline", _slow_read),
    Claim("io.TextIOWrapper.readlines", _slow_read),
    Claim("io.TextIOWrapper", _slow_read, how="iterate"),
    Claim("io.TextIOWrapper.write", _written, heard="io.TextIOWrapper.write"),
    Claim("io.BufferedReader.read", lambda w: _slow_read(w, "rb")),
    Claim("io.BufferedReader", lambda w: _slow_read(w, "rb"), how="iterate"),
    Claim("os.open", lambda w: _waiting(w, args(_pipe(w), os.O_RDONLY))),
    Claim("os.read", lambda w: args(_descriptor(w), 1), heard="os.read"),
    Claim("os.write", lambda w: args(_descriptor(w), b"x"), heard="os.write"),
    Claim("os.listdir", lambda w: args(_tree(w)), heard="os.listdir"),
    Claim("os.truncate", lambda w: args(w.file(), 0), heard="os.truncate"),
    Claim("os.DirectoryScan", lambda w: on(w.enter(os.scandir(_tree(w)))), how="iterate", heard="ScandirIterator.__next__"),
    Claim("os.TreeWalk", lambda w: on(os.walk(_tree(w))), how="iterate", heard="os.scandir"),
    Claim("pathlib.Path.open", lambda w: on(w.file()), heard="open"),
    Claim("pathlib.Path.read_text", lambda w: _waiting(w, on(_pipe(w)))),
    Claim("pathlib.Path.read_bytes", lambda w: _waiting(w, on(_pipe(w)))),
    Claim("pathlib.Path.write_text", lambda w: on(w.file(), "x"), heard="open"),
    Claim("pathlib.Path.write_bytes", lambda w: on(w.file(), b"x"), heard="io.BufferedWriter.write"),
    Claim("pathlib.DirectoryScan", lambda w: on(_Entries(_tree(w))), how="iterate", heard=("os.listdir", "os.scandir")),
    Claim("pathlib.GlobScan", lambda w: on(_tree(w).glob("*")), how="iterate", heard="os.scandir"),
    Claim("pathlib.RecursiveGlobScan", lambda w: on(_tree(w).rglob("*")), how="iterate", heard="os.scandir"),
    Claim("glob.glob", lambda w: args(f"{_tree(w)}/*"), heard="os.scandir"),
    Claim("shutil.copyfile", lambda w: args(w.file(), w.folder / "copy"), heard="open"),
    Claim("shutil.copy", lambda w: args(w.file(), w.folder / "copy"), heard="open"),
    Claim("shutil.copyfileobj", lambda w: args(_opened(w, "rb"), io.BytesIO()), heard="io.BufferedReader.read"),
    Claim("shutil.copytree", lambda w: args(_tree(w), w.folder / "copy"), heard="os.mkdir"),
    Claim("shutil.move", lambda w: args(w.file(), w.folder / "moved"), heard="os.rename"),
    Claim("shutil.rmtree", lambda w: args(_tree(w)), heard="os.rmdir"),
    Claim("tempfile.NamedTemporaryFile", heard="open"),
    Claim("tempfile.TemporaryFile", heard="open"),
    Claim("tempfile.mkstemp", lambda w: args(dir=w.folder), heard="tempfile.mkstemp"),
    Claim("tempfile.TemporaryDirectory", lambda w: on(tempfile.TemporaryDirectory(dir=w.folder)), how="exit", heard="os.rmdir"),
    Claim("json.load", _slow_load),
    Claim("json.dump", lambda w: args([1], _opened(w, "w")), heard="io.TextIOWrapper.write"),
    Claim("tomllib.load", lambda w: args(w.enter(w.file(b"a = 1").open("rb"))), heard="io.BufferedReader.read"),
    Claim("configparser.ConfigParser.read", _config, heard="open"),
    Claim("zipfile.ZipFile", lambda w: args(_zip(w)), how="construct", heard="open"),
    Claim("zipfile.ZipFile.read", lambda w: on(w.enter(zipfile.ZipFile(_zip(w))), "member"), heard="io.BufferedReader.read"),
    Claim("zipfile.ZipFile.extractall", lambda w: on(w.enter(zipfile.ZipFile(_zip(w))), w.folder), heard="open"),
    Claim("tarfile.open", lambda w: args(_tar(w)), heard="open"),
    Claim("gzip.open", lambda w: args(w.folder / "file.gz", "w"), heard="open"),
    Claim("logging.FileHandler", _handler, how="construct", heard="open"),
    Claim("PIL.Image.open", lambda w: args(_picture(w)), heard="open"),
    Claim("pandas.read_csv", lambda w: args(w.file(b"a,b\n1,2\n")), heard="open"),
    Claim("pandas.DataFrame.to_csv", lambda w: on(_frame(), w.folder / "out.csv"), heard="open"),
    Claim("pypdf.PdfReader", lambda w: args(_pdf(w)), how="construct", heard="open"),
    Claim("jinja2.FileSystemLoader.get_source", _templates, heard="open"),
]

PATH = [
    Claim("os.stat", lambda w: args(w.file()), heard="os.stat"),
    Claim("os.path.exists", lambda w: args(w.file()), heard="os.stat"),
    Claim("os.path.isfile", lambda w: args(w.file()), heard="os.stat"),
    Claim("os.path.getsize", lambda w: args(w.file()), heard="os.stat"),
    Claim("os.path.islink", lambda w: args(w.file()), heard="os.path.islink"),
    Claim("os.access", lambda w: args(w.file(), os.R_OK), heard="os.access"),
    Claim("os.getcwd", heard="os.getcwd"),
    Claim("os.makedirs", lambda w: args(w.folder / "a/b"), heard="os.mkdir"),
    Claim("os.remove", lambda w: args(w.file()), heard="os.remove"),
    Claim("os.rename", lambda w: args(w.file(), w.folder / "renamed"), heard="os.rename"),
    Claim("os.chmod", lambda w: args(w.file(), 0o600), heard="os.chmod"),
    Claim("os.utime", lambda w: args(w.file()), heard="os.utime"),
    Claim("pathlib.Path.exists", lambda w: on(w.file()), heard="os.stat"),
    Claim("pathlib.Path.stat", lambda w: on(w.file()), heard="os.stat"),
    Claim("pathlib.Path.mkdir", lambda w: on(w.folder / "a"), heard="os.mkdir"),
    Claim("pathlib.Path.unlink", lambda w: on(w.file()), heard="os.unlink"),
    Claim("pathlib.Path.rename", lambda w: on(w.file(), w.folder / "renamed"), heard="os.rename"),
    Claim("shutil.which", lambda _: args("sh"), heard="os.stat"),
]


async def _aiofiles(w: World) -> Call:
    return on(await w.enter_async(module("aiofiles").open(w.file())))


async def _anyio_file(w: World) -> Call:
    return on(await w.enter_async(await module("anyio").open_file(w.file())))


def _upload(w: World) -> Call:
    return on(module("starlette.datastructures").UploadFile(file=io.BytesIO(b"x")), 1)


def _zip_in_memory(w: World) -> Call:
    return args(io.BytesIO(_zip(w).read_bytes()))


FREE = [
    Claim("io.BytesIO.read", lambda _: on(io.BytesIO(b"x"))),
    Claim("io.BytesIO.write", lambda _: on(io.BytesIO(), b"x")),
    Claim("io.StringIO.write", lambda _: on(io.StringIO(), "x")),
    Claim("io.StringIO", lambda _: on(io.StringIO("a\nb\n")), how="iterate"),
    Claim("json.loads", lambda _: args("[1]")),
    Claim("json.dumps", lambda _: args([1])),
    Claim("json.load", lambda _: args(io.StringIO("[1]")), unless="fp", note="of memory"),
    Claim("pathlib.Path", lambda _: args("file"), how="construct"),
    Claim("pathlib.Path.joinpath", lambda w: on(w.folder, "file")),
    Claim("pathlib.Path.with_suffix", lambda w: on(w.folder, ".txt")),
    Claim("pathlib.Path.as_posix", lambda w: on(w.folder)),
    Claim("os.path.join", lambda _: args("a", "b")),
    Claim("os.path.basename", lambda _: args("a/b")),
    Claim("tempfile.SpooledTemporaryFile", how="construct"),
    Claim("zipfile.ZipFile", _zip_in_memory, how="construct", unless="file", note="of memory"),
    Claim("PIL.Image.new", lambda _: args("RGB", (4, 4))),
    Claim("aiofiles.open", lambda w: args(w.file())),
    Claim("aiofiles.threadpool.text.AsyncTextIOWrapper.read", _aiofiles),
    Claim("anyio.Path.read_text", lambda w: on(module("anyio").Path(w.file()))),
    Claim("anyio.open_file", lambda w: args(w.file())),
    Claim("anyio.AsyncFile.read", _anyio_file),
    Claim("starlette.datastructures.UploadFile.read", _upload),
]
