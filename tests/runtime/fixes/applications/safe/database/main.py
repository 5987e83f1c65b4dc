"""Functions that open, use and close their connection themselves."""

import database
import sqlite3
import notes
from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
database.prepare()
notes.prepare()


@app.post("/orders")
async def order(name: str = "tea"):
    return database.order(name)


@app.get("/orders")
async def orders():
    return len(database.names()), set(database.names())


@app.get("/wrong")
async def wrong():
    return database.wrong()


@app.get("/one/{number}")
async def one(number: int):
    found = database.one(number)
    if found is None:
        raise HTTPException(404)
    return found


@app.post("/notes")
async def note(text: str = "note"):
    notes.add(text)
    return len(notes.texts()) > 0


async def latest() -> str | None:
    return notes.latest()


@app.get("/notes")
async def noted(text: str | None = Depends(latest)):
    return text


@app.get("/notes/wrong")
async def not_noted():
    try:
        notes.add(None)
    except sqlite3.IntegrityError as error:
        return str(error)
