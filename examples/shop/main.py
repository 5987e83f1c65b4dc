"""The application: `uvicorn shop.main:app` in the folder above."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from shop.database import Base, engine
from shop.routers import customers, orders, products
from shop.settings import DATA


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    Base.metadata.create_all(engine)
    yield
    engine.dispose()


app = FastAPI(title="Shop", lifespan=lifespan)
app.include_router(customers.router)
app.include_router(orders.router)
app.include_router(products.router)


@app.middleware("http")
async def audit(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    DATA.mkdir(exist_ok=True)
    with (DATA / "audit.log").open("a", encoding="utf-8") as log:
        log.write(f"{request.method} {request.url.path} {response.status_code}\n")
    return response


@app.get("/health")
async def health() -> str:
    return "ok"
