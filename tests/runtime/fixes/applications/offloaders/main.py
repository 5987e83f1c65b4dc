"""Calls with all kinds of arguments."""

import os
import subprocess
from contextvars import ContextVar
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
Path("file").write_text("text\n")
name = ContextVar("name", default="nobody")


def plain(name: str) -> str:
    return Path(name).read_text()


def described(first: str, *more: str, sep: str = "-", **rest: object) -> str:
    return sep.join([Path("file").read_text(), first, *more, *(f"{key}={value}" for key, value in rest.items())])


def named() -> str:
    return Path("file").read_text() + name.get()


@app.get("/plain")
async def positional():
    return plain("file"), plain(name="file"), sorted(os.listdir())


@app.get("/described")
async def with_keywords():
    words = ["x", "y"]
    return described("a", *words, sep="/", **{"k": 1}), described(first="b", limiter=None, func=2, abandon_on_cancel=True)


@app.get("/context")
async def context():
    name.set("somebody")
    return named()


@app.get("/failing")
async def failing():
    return plain("missing")


@app.get("/system")
async def run():
    return subprocess.run(["echo", "x"], capture_output=True, text=True, check=True).stdout.strip().upper()


@app.get("/materialised")
async def materialised():
    return sorted([path.name for path in Path().glob("*")])
