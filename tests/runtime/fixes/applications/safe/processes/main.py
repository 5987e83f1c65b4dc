"""Other programs."""

import os
import subprocess
import sys
from asyncio.subprocess import PIPE

from fastapi import FastAPI

app = FastAPI()


def count(text: str) -> int:
    with subprocess.Popen(["wc", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        return int(process.communicate(text)[0])


@app.get("/run")
async def run(word: str = "hello"):
    done = subprocess.run(["echo", word], capture_output=True, text=True)
    return done.returncode, done.stdout, done.args


@app.get("/outputs")
async def outputs():
    return subprocess.check_output(["echo", "x"]), subprocess.call(["false"]), subprocess.getoutput("echo y")


@app.get("/failing")
async def failing():
    subprocess.run(["sh", "-c", "echo oh >&2; exit 3"], check=True, stderr=PIPE)


@app.get("/missing")
async def missing():
    subprocess.run(["no-such-program"], check=False)


@app.get("/late")
async def late():
    try:
        subprocess.run(["sleep", "5"], timeout=0.05)
    except subprocess.TimeoutExpired as error:
        return str(error.cmd)


@app.post("/system")
async def system():
    return os.system("echo line >> lines")


@app.get("/counted")
async def counted(text: str = "four"):
    return count(text), sys.platform
