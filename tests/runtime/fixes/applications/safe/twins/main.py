"""Calls that have a coroutine function which does the very same."""

import time
from time import sleep as nap
from typing import Annotated

from fastapi import FastAPI, File, UploadFile

app = FastAPI()


@app.get("/sleep")
async def sleep():
    value = time.sleep(0.01)
    nap(0.01)
    return value, [time.sleep(0.001) for _ in range(3)], time.sleep(0.001) or "slept"


@app.post("/upload")
async def upload(file: UploadFile):
    return len(file.file.read())


@app.post("/begun")
async def begun(file: Annotated[UploadFile, File()]):
    start = file.file.read(5)
    return start
