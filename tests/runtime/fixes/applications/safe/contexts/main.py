"""Everything of FastAPI's that runs on the event loop."""

import asyncio
import time
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from fastapi_utils.cbv import cbv
from notebook import noted, read
from starlette.middleware.base import BaseHTTPMiddleware

Path("greeting").write_text("hello\nworld\n")


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.greeting = read("greeting")
    yield {}
    noted("log", "the end")


app = FastAPI(lifespan=lifespan)
router = APIRouter(prefix="/router")


class Unhappy(Exception):
    pass


@app.exception_handler(Unhappy)
async def unhappy(request: Request, error: Unhappy):
    return JSONResponse({"error": str(error), "greeting": read("greeting")}, 409)


@app.middleware("http")
async def stamp(request: Request, call_next):
    if request.url.path == "/stamped":
        read("greeting")
    response = await call_next(request)
    if request.url.path == "/stamped":
        response.headers["x-greeting"] = read("greeting").split()[0]
    return response


class Counting(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        if request.url.path != "/counted":
            return await call_next(request)
        length = len(read("greeting"))
        response = await call_next(request)
        response.headers["x-length"] = str(length)
        return response


class Plain:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/plain":
            scope["state"]["plain"] = read("greeting")
        await self.app(scope, receive, send)


app.add_middleware(Counting)
app.add_middleware(Plain)


async def dependency(word: str = "x") -> str:
    return word + read("greeting")


async def opened():
    text = read("greeting")
    yield text
    noted("log", "closed")


class Paging:
    async def __call__(self, page: int = 0) -> str:
        time.sleep(0.01)
        return f"page {page}"


async def authorised():
    time.sleep(0.01)


Opened = Annotated[str, Depends(opened)]


def traced(function):
    @wraps(function)
    async def wrapper(*args, **kwargs):
        length = len(read("greeting"))
        return {"length": length, "result": await function(*args, **kwargs)}

    return wrapper


@app.get("/state")
async def state(request: Request):
    time.sleep(0.01)
    return request.app.state.greeting


@app.get("/stamped")
@app.get("/counted")
async def plainly():
    return PlainTextResponse("ok")


@app.get("/plain")
async def plain(request: Request):
    return request.state.plain


@app.get("/dependency")
async def dependent(word: Annotated[str, Depends(dependency)]):
    return word


@app.get("/opened")
async def with_opened(text: Opened, again: Annotated[str, Depends(opened, use_cache=False)]):
    return [text, again]


@app.get("/paging", dependencies=[Depends(authorised)])
async def paging(page: Annotated[str, Depends(Paging())]):
    return page


@app.get("/unhappy")
async def unhappily():
    raise Unhappy("not today")


@app.get("/traced")
@traced
async def with_trace(name: str = "x"):
    return name


@router.get("/text/{name}", response_class=PlainTextResponse)
async def routed(name: str):
    return name + read("greeting")


async def remember(word: str):
    noted("log", word)


@app.post("/background")
async def background(tasks: BackgroundTasks, word: str = "remembered"):
    tasks.add_task(remember, word)
    return {"will": word}


async def lines(count: int):
    for number in range(count):
        text = read("greeting")
        yield f"{number} {text}"
        await asyncio.sleep(0)
    time.sleep(0.01)
    yield "end"


@app.get("/stream")
async def stream(count: int = 3):
    return StreamingResponse(lines(count), media_type="text/plain")


@app.websocket("/chat")
async def chat(websocket: WebSocket, word: Annotated[str, Depends(dependency)]):
    await websocket.accept()
    async for text in websocket.iter_text():
        if text == "bye":
            await websocket.close(4001)
            return
        await websocket.send_text(f"{word} {text} {read('greeting')}")


@cbv(router)
class Views:
    prefix: str = "view"

    async def name(self) -> str:
        return self.prefix + read("greeting")

    @router.get("/view")
    async def view(self):
        return await self.name(), read("greeting")


async def gathered(number: int) -> str:
    return f"{number}{read('greeting')}"


@app.get("/gathered")
async def gather():
    task = asyncio.create_task(gathered(3))
    return [*await asyncio.gather(gathered(1), gathered(2)), await task]


app.include_router(router)
