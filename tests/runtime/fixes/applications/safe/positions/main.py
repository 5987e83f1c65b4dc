"""Every position in which a call may stand and an await may take its place."""

import time
from enum import Enum

import shelf
from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

app = FastAPI()


class Kind(Enum):
    SMALL = "small"
    LARGE = "large"


def noted(order: list[str], word: str) -> str:
    order.append(word)
    return word


@app.get("/statement")
async def statement():
    order = ["before"]
    time.sleep(0.01)
    order.append("behind")
    return order


@app.get("/trailers")
async def trailers(name: str = "a"):
    return shelf.read(name).strip().upper()[0:3], shelf.read(name)[0], len(shelf.read(name))


@app.get("/conditional")
async def conditional(name: str = "a"):
    first = shelf.read(name) if name == "a" else "other"
    second = "other" if name == "a" else shelf.read(name)
    return first, second, name == "b" and shelf.read(name), name == "a" or shelf.read(name)


@app.get("/text")
async def text(name: str = "a"):
    return PlainTextResponse(f"<{shelf.read(name)!r:>12}|{len(shelf.read(name)):03}>")


@app.get("/walrus")
async def walrus(name: str = "a"):
    if (found := shelf.read(name)) and (again := shelf.read(found.strip() and "b")):
        return found + again
    return None


@app.get("/comprehension")
async def comprehension():
    lists = [shelf.read(name) for name in ("a", "b") if shelf.read(name)]
    sets = sorted({shelf.read(name) for name in ("a", "b", "a")})
    return lists, sets, {name: shelf.read(name) for name in ("a", "b")}


@app.get("/match")
async def match(name: str = "a"):
    match shelf.read(name):
        case "alpha\n" if shelf.read("b") == "nothing":
            return "wrong"
        case "alpha\n" if shelf.read("b") == "beta\n":
            return "guarded"
        case other:
            return other


@app.get("/handling")
async def handling(name: str = "a"):
    try:
        text = shelf.read(name)
    except FileNotFoundError as error:
        return {"missing": error.strerror, "instead": shelf.read("a")}
    else:
        return {"found": text, "and": shelf.read("b")}


@app.get("/unhandled")
async def unhandled():
    return shelf.read("nowhere")


@app.get("/chained")
async def chained():
    try:
        return shelf.parse("a")
    except ValueError as error:
        raise HTTPException(422, detail=str(error)) from error


@app.get("/loops")
async def loops():
    found = []
    for line in shelf.read("a").splitlines():
        while shelf.read("b") and len(found) < 2:
            found.append(line)
    for number, name in enumerate(["a", "b"]):
        found.append(f"{number} {shelf.read(name)}")
    return found


@app.get("/arguments")
async def arguments():
    order: list[str] = []
    return noted(order, shelf.read(noted(order, "a"))), order, max(shelf.read("a"), shelf.read("b"), key=len), [*shelf.read("a"), {**shelf.table("a")}]


@app.get("/operators")
async def operators():
    return not shelf.read("a"), shelf.read("a") + shelf.read("b"), shelf.read("a") < shelf.read("b") < "z", -len(shelf.read("a")) ** 2


@app.get("/nested")
async def nested(name: str = "a"):
    async def inner(word: str) -> str:
        return shelf.read(word)

    class Local:
        async def method(self) -> str:
            return shelf.read(name)

    return await inner(name), await Local().method()


@app.get("/statements")
async def statements(kind: Kind = Kind.SMALL):
    assert shelf.read("a"), shelf.read("b")
    table = {}
    table[shelf.read("a")] = shelf.read("b")
    first, *rest = shelf.read("a")
    del table[shelf.read("a")]
    return [kind, table, first, rest]


@app.get("/nesting")
async def nesting():
    return shelf.read(shelf.key(shelf.read("key").strip()))


@app.get("/multiline")
async def multiline(name: str = "a"):
    return shelf.joined(  # why
        name,  # the first
        *["b"],
        by="-",
    )  # behind
