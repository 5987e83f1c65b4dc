"""What computes for long."""

import hashlib
from pathlib import Path

import bcrypt
import pandas
import thumbnails
from fastapi import FastAPI, Response

app = FastAPI()
HASHED = bcrypt.hashpw(b"secret", bcrypt.gensalt(4))
SALT = b"$2b$11$abcdefghijklmnopqrstuu"
Path("rows.csv").write_text("a,b\n" + "1,2\n" * 10_000)


@app.post("/hashed")
async def hashed(password: str = "secret"):
    return bcrypt.hashpw(password.encode(), SALT)


@app.post("/checked")
async def checked(password: str = "secret"):
    return bcrypt.checkpw(password.encode(), bcrypt.hashpw(b"secret", SALT))


@app.post("/derived")
async def derived():
    return hashlib.pbkdf2_hmac("sha256", b"x", b"salt", 300_000).hex(), hashlib.scrypt(b"x", salt=b"s", n=2**14, r=8, p=1).hex()


@app.get("/table")
async def table():
    return int(pandas.read_csv("rows.csv")["b"].sum())


@app.get("/thumbnail")
async def thumbnail(size: int = 32):
    return Response(thumbnails.thumbnail(size), media_type="image/png")


@app.get("/wrong")
async def wrong():
    return thumbnails.opened(64)
