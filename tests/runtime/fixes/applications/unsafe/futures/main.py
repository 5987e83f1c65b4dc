"""Futures of an executor."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from fastapi import FastAPI

app = FastAPI()
executor = ThreadPoolExecutor(4)


def work(number: int) -> int:
    time.sleep(0.12)
    if number < 0:
        raise LookupError(f"no {number}")
    return number * 2


@app.get("/future")
async def future(number: int = 2):
    submitted = executor.submit(work, number)
    return submitted.result()


@app.get("/futures")
async def futures():
    first: Future[int] = executor.submit(work, 1)
    second: Future[int] = executor.submit(work, 2)
    return first.result() + second.result(), executor.submit(work, 4).result()


@app.get("/caught")
async def caught():
    try:
        return executor.submit(work, -1).result()
    except LookupError as error:
        return str(error)
