"""What the standard library's files mean for programs: which calls are told, under which names, and which look-alikes are silent."""

from pathlib import Path

import pytest

from tests.support import assert_project, check, write_project

LOAD = """
import asyncio
import concurrent.futures
import contextlib
import itertools
import time

import requests


async def load() -> requests.Session:
    return requests.Session()


def slow():
    time.sleep(1)
    yield 1
"""

PROGRAMS = {
    "a task gives what its coroutine gives": """
        async def main():
            task = asyncio.create_task(load())
            (await task).get("u")  # expect: FAL102 requests.Session.get
            task.result().get("u")  # expect: FAL102 requests.Session.get
            async with asyncio.TaskGroup() as group:
                member = group.create_task(load())
            member.result().get("u")  # expect: FAL102 requests.Session.get
            task.cancel()
            task.get_name()
    """,
    "what is wrapped gives what is inside": """
        async def main():
            (await asyncio.wait_for(load(), 1)).get("u")  # expect: FAL102 requests.Session.get
            (await asyncio.shield(asyncio.ensure_future(load()))).get("u")  # expect: FAL102 requests.Session.get
            first, second = await asyncio.gather(load(), load())
            first.get("u")  # expect: FAL102 requests.Session.get
            second.get("u")  # expect: FAL102 requests.Session.get
    """,
    "awaitables in a container": """
        async def main():
            done, pending = await asyncio.wait([asyncio.create_task(load())])
            for task in done:
                task.result().get("u")  # expect: FAL102 requests.Session.get
            for each in asyncio.as_completed([load()]):
                (await each).get("u")  # expect: FAL102 requests.Session.get
    """,
    "another thread's loop": """
        async def main(loop):
            future = asyncio.run_coroutine_threadsafe(load(), loop)
            future.result().get("u")  # expect: FAL107 concurrent.futures.Future.result; FAL102 requests.Session.get
    """,
    "an exit stack gives what entering gives": """
        @contextlib.asynccontextmanager
        async def session():
            yield requests.Session()

        async def main():
            with contextlib.ExitStack() as stack:
                stack.enter_context(requests.Session()).get("u")  # expect: FAL102 requests.Session.get
            async with contextlib.AsyncExitStack() as stack:
                inner = await stack.enter_async_context(session())
                inner.get("u")  # expect: FAL102 requests.Session.get
    """,
    "lazy iterators run when they are drained": """
        async def main():
            unused = itertools.chain(slow(), slow())
            for item in itertools.chain([1], slow()):  # expect: FAL201 time.sleep
                pass
            for item in itertools.islice(slow(), 2):  # expect: FAL201 time.sleep
                pass
            list(itertools.chain.from_iterable(slow() for _ in range(2)))  # expect: FAL201 time.sleep
            head, tail = itertools.tee(slow())
            sum(head)  # expect: FAL201 time.sleep
            rest = itertools.dropwhile(lambda item: time.sleep(1), [1])  # expect: FAL101 time.sleep
            list(rest)
    """,
    "lazy iterators that are drained at once": """
        async def main():
            pairs = itertools.product(slow(), [1])  # expect: FAL201 time.sleep
            found = itertools.permutations(slow())  # expect: FAL201 time.sleep
    """,
    "lazy iterators give what they were given": """
        async def main():
            sessions = [requests.Session()]
            for session in itertools.islice(sessions, 2):
                session.get("u")  # expect: FAL102 requests.Session.get
            for session in itertools.chain(sessions, sessions):
                session.get("u")  # expect: FAL102 requests.Session.get
            for number, session in enumerate(itertools.filterfalse(None, sessions)):
                session.get("u")  # expect: FAL102 requests.Session.get
    """,
}

SHOWN = {
    "for path in pathlib.Path().rglob('*'): pass": "pathlib.Path.rglob blocks the event loop",
    "for path in pathlib.Path().glob('*'): pass": "pathlib.Path.glob blocks the event loop",
    "list(pathlib.Path().iterdir())": "pathlib.Path.iterdir blocks the event loop",
    "for root, folders, files in os.walk('.'): pass": "os.walk blocks the event loop",
    "list(os.scandir('.'))": "os.scandir blocks the event loop",
    "list(glob.iglob('*'))": "glob.iglob blocks the event loop",
    "list(executor.map(print, []))": "concurrent.futures.Executor.map blocks the event loop",
    "list(concurrent.futures.as_completed([]))": "concurrent.futures.as_completed blocks the event loop",
    "process.stdout.readline()": "subprocess.Popen.stdout.readline blocks the event loop",
    "process.stderr.read()": "subprocess.Popen.stderr.read blocks the event loop",
    "process.stdin.write(b'')": "subprocess.Popen.stdin.write may block the event loop",
    "for line in process.stdout: pass": "subprocess.Popen.stdout blocks the event loop",
    "select.poll().poll()": "select.poll blocks the event loop",
    "for part in requests.Response().iter_content(): pass": "requests.Response.iter_content may block the event loop",
}

HARMLESS = """
import asyncio, base64, collections, copy, csv, dataclasses, datetime, decimal, enum, hashlib, hmac, io, json, logging, os, pickle, queue
import random, re, secrets, socket, struct, sys, threading, time, urllib.parse, uuid
from pathlib import Path

from fastapi import FastAPI, Request

app = FastAPI()
log = logging.getLogger(__name__)
cache: dict[str, dict] = {}
lock = asyncio.Lock()
events: asyncio.Queue = asyncio.Queue()
jobs: queue.Queue = queue.Queue()
stop = threading.Event()


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int


async def other() -> int:
    return 1


@app.post("/")
async def root(request: Request):
    data = await request.json()
    data.get("a"), data["b"].get("c"), data.pop("x", None), data.update({}), data.items()
    (await request.form()).get("x"), (await request.body()).decode(), request.headers.get("a"), request.query_params.get("a")
    cache.get("x", {}).get("y"), cache.setdefault("a", {}), cache.pop("x", None), cache.clear()
    log.info("x"), log.exception("x"), logging.getLogger("x").setLevel(10), print("x"), sys.stdout.write("x")
    json.loads("{}").get("a"), json.dumps({}), json.load(io.StringIO("{}")), pickle.loads(pickle.dumps({}))
    re.compile("x").sub("a", "b"), re.match("a", "b").group(1), re.findall("a", "b")
    datetime.datetime.now(datetime.timezone.utc).isoformat(), datetime.date.today(), (datetime.datetime.now() - datetime.timedelta(1)).date()
    uuid.uuid4().hex, str(uuid.uuid4()), uuid.UUID("x"), secrets.token_hex(8), random.choice([1]), random.Random(1).random(), os.urandom(8)
    "a".split(","), "a".join(["b"]), "x".format(1), "a".encode().decode(), "a".partition("b")[0].strip(), b"x".hex()
    collections.Counter("abc").most_common(2), collections.deque(maxlen=3).append(1), collections.defaultdict(list)["a"].append(1)
    hashlib.sha256(b"x").hexdigest(), hashlib.new("md5").update(b"x"), hmac.compare_digest("a", "b"), base64.b64encode(b"x").decode()
    copy.deepcopy({}), Colour(1).value, Colour["RED"], dataclasses.asdict(Point(1)), decimal.Decimal("1").quantize(decimal.Decimal("0.1"))
    buffer = io.BytesIO(b"x")
    buffer.read(), buffer.write(b"x"), buffer.seek(0), buffer.getvalue(), io.TextIOWrapper(buffer).read()
    text = io.StringIO()
    csv.writer(text).writerow([1]), csv.DictWriter(text, fieldnames=["a"]).writeheader()
    for row in csv.DictReader(io.StringIO("a")):
        row.get("a")
    path = Path("a") / "b"
    path.name, path.with_suffix(".x").parent.parts, path.joinpath("x").as_posix(), str(path), Path(__file__).parent
    os.environ["A"], os.environ.get("A"), os.getenv("A"), os.path.join("a", "b"), os.path.splitext("a"), os.getpid()
    stop.set(), stop.is_set(), threading.Thread(target=print).start(), threading.current_thread().name
    events.put_nowait(1), events.get_nowait(), await events.get(), events.task_done(), jobs.put_nowait(1), jobs.get_nowait(), jobs.get(False)
    async with lock, asyncio.timeout(1), asyncio.Semaphore(3):
        await asyncio.gather(other(), asyncio.sleep(1), asyncio.Event().wait())
    task = asyncio.create_task(other())
    task.add_done_callback(lambda done: done.result()), task.cancel(), task.done(), await asyncio.wait([task], timeout=1)
    process = await asyncio.create_subprocess_exec("x", stdout=asyncio.subprocess.PIPE)
    await process.wait(), await process.communicate(), await process.stdout.read(), process.stdin.write(b""), process.kill()
    time.time(), time.monotonic(), struct.pack("i", 1), urllib.parse.urlparse("x").netloc, urllib.parse.urlencode({}), socket.gethostname()
"""


@pytest.mark.parametrize("name", PROGRAMS)
def test_objects_are_followed(tmp_path: Path, name: str) -> None:
    """What awaiting, entering or draining something of the standard library gives is known; lazy iterators run when they are drained."""
    program = "\n".join(line.removeprefix("        ") for line in PROGRAMS[name].splitlines())
    assert_project(tmp_path, {"main.py": f"{LOAD}\n{program}\n"})


@pytest.mark.parametrize("statement", SHOWN)
def test_messages_name_what_was_written(tmp_path: Path, statement: str) -> None:
    """Where an object has no public class, the message names the call that it came from."""
    program = f"""
import concurrent.futures, glob, os, pathlib, requests, select, subprocess

executor = concurrent.futures.ThreadPoolExecutor()
process = subprocess.Popen("x")


async def main():
    {statement}
"""
    findings = check(write_project(tmp_path, {"main.py": program})).findings
    assert [finding.message.partition(" (")[0] for finding in findings] == [SHOWN[statement]]


def test_harmless_calls_are_silent(tmp_path: Path) -> None:
    """Everyday calls that compute a little, or touch memory alone, are no findings, whatever blocking call shares their name."""
    assert_project(tmp_path, {"main.py": HARMLESS})
