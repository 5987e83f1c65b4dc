"""Requests to another server."""

import os
import urllib.request

import httpx
import requests
import urllib3
from fastapi import FastAPI, HTTPException

app = FastAPI()
PEER = os.environ["HTTP"]


def load(path: str, **query: str) -> dict[str, object]:
    answer = requests.get(f"{PEER}/{path}", params=query, timeout=5)
    answer.raise_for_status()
    return answer.json()


def opened(path: str) -> str:
    with urllib.request.urlopen(f"{PEER}/{path}") as response:
        return response.read().decode()


@app.get("/get")
async def get(name: str = "x"):
    answer = requests.get(f"{PEER}/get", params={"name": name, "none": None}, headers={"x-name": name}, timeout=5)
    return answer.status_code, answer.json(), answer.ok


@app.get("/chained")
async def chained():
    return requests.get(PEER, timeout=5).json()["method"]


@app.post("/post")
async def post():
    return requests.post(f"{PEER}/post", json={"a": [1, 2]}, timeout=5).json(), requests.delete(PEER, timeout=5).status_code


@app.get("/redirected")
async def redirected():
    answer = requests.get(f"{PEER}/from?to=/there", timeout=5)
    return [len(answer.history), answer.url.removeprefix(PEER)]


@app.get("/refused")
async def refused():
    requests.get(f"{PEER}/?status=503", timeout=5).raise_for_status()


@app.get("/helper")
async def helper(status: int = 200):
    try:
        return load("helper", status=str(status))
    except requests.HTTPError as error:
        raise HTTPException(502, detail=error.response.json()) from error


@app.get("/nobody")
async def nobody():
    try:
        requests.get("http://127.0.0.1:9", timeout=5)
    except requests.ConnectionError as error:
        return type(error).__name__
    return "somebody"


@app.get("/generic")
async def generic(method: str = "PUT"):
    return requests.request(method, PEER, data={"a": "b"}, timeout=5).json()


@app.get("/urllib")
async def standard():
    return opened("urllib")


@app.get("/urllib-refused")
async def standard_refused():
    return opened("x?status=404")


@app.get("/httpx")
async def with_httpx():
    return httpx.get(f"{PEER}/httpx", params={"a": "b"}).json()


@app.get("/urllib3")
async def with_urllib3():
    return urllib3.request("GET", f"{PEER}/urllib3").json()
