"""Blocks and runs of statements on one resource, lifted into one worker thread."""

import asyncio
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
Path("motd.txt").write_text("first\nsecond\nthird\n")


@app.get("/motd")
async def motd():
    await asyncio.sleep(0)
    with open("motd.txt", encoding="utf-8") as file:
        first = file.readline()
        rest = [line.strip() for line in file]
    return first, rest


@app.post("/logged")
async def logged(word: str = "x"):
    await asyncio.sleep(0)
    with Path("log").open("a") as log:
        log.write(f"{word}\n")
        log.write("end\n")
    return "logged"


@app.get("/missing")
async def missing():
    await asyncio.sleep(0)
    with open("missing.txt") as file:
        text = file.read()
    return text


@app.get("/opened")
async def opened():
    await asyncio.sleep(0)
    file = open("motd.txt")
    first = file.readline()
    second = file.readline()
    file.close()
    return first + second
