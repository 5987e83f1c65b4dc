"""Calls whose result is handed over where the function was meant."""

import asyncio
from pathlib import Path

import anyio.to_thread
from fastapi import BackgroundTasks, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()
Path("greeting").write_text("hello\n")


def load(name: str, times: int = 1) -> str:
    return Path(name).read_text() * times


def note(word: str = "noted") -> None:
    Path(word).write_text(word)


@app.get("/to-thread")
async def to_thread():
    return await asyncio.to_thread(load("greeting", times=2))


@app.get("/threadpool")
async def threadpool():
    return await run_in_threadpool(load("greeting"))


@app.get("/anyio")
async def with_anyio():
    return await anyio.to_thread.run_sync(load("greeting", times=3))


@app.post("/background")
async def background(tasks: BackgroundTasks):
    tasks.add_task(note("later"))
    return "accepted"
