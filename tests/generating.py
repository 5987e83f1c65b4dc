"""Numbers drawn at random -> a small program, and an oracle: the findings that it must have, known from how it was put together.

A program is a package of one to three modules with up to eight functions of several kinds. Each function's body is a list of statements:
a library call that blocks, or a use of another function in one of many forms. Every form says what it does with the function that it
names: runs it here and now, puts it on the event loop for later, or neither (it is handed to a thread, only created, or never reached).
From that the oracle follows by walking over the program, without looking at a line of code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

from hypothesis import strategies as st

HERE = "  #!"
"""Marks the row of a form where its finding sits."""


@dataclass(frozen=True)
class Leaf:
    """A library call that blocks: as a statement, what it resolves to, its code without the hundreds, and the callable, if it takes no arguments."""

    code: str
    path: str
    number: str
    imports: str
    callable: str = ""


LEAVES = (
    Leaf("time.sleep(1)", "time.sleep", "01", "import time"),
    Leaf("pause(1)", "time.sleep", "01", "from time import sleep as pause"),
    Leaf("clock.sleep(1)", "time.sleep", "01", "import time as clock"),
    Leaf('subprocess.run(["true"])', "subprocess.run", "05", "import subprocess"),
    Leaf('socket.gethostbyname("localhost")', "socket.gethostbyname", "06", "import socket"),
    Leaf("input()", "input", "10", "", "input"),
)


@dataclass(frozen=True)
class Form:
    """A way to use a function: `text` with `{f}` (and `{g}`) for an expression that is the function, `{n}` for a fresh number.

    `on` is what the function must be, `by` what the user must be (any, async, sync or generator), `effect` is runs, silent or loop.
    `direct`: a library call in place of the function would be reported as direct.
    """

    name: str
    on: str
    text: str
    by: str = "any"
    effect: str = "runs"
    direct: bool = True
    imports: str = ""
    always: bool = True
    """A program of this form can be run to see what blocks and where. The others leave it to chance or to somebody else, or run elsewhere in the
    same function than the finding sits (a lambda with a name is reported where it is written)."""


FORMS = (
    # a plain function
    Form("call", "def", "{f}()  #!"),
    Form("alias", "def", "alias{n} = {f}\nalias{n}()  #!"),
    Form("alias of alias", "def", "first{n} = {f}\nsecond{n} = first{n}\nsecond{n}()  #!"),
    Form("partial", "def", "functools.partial({f})()  #!", imports="import functools"),
    Form("partial alias", "def", "bound{n} = functools.partial({f})\nbound{n}()  #!", imports="import functools"),
    Form("lambda now", "def", "(lambda: {f}())()  #!"),
    Form("lambda later", "def", "later{n} = lambda: {f}()", effect="silent"),
    Form("lambda by name", "def", "named{n} = lambda: {f}()  #!\nnamed{n}()", always=False),
    Form("helper", "def", "apply({f})  #!", direct=False, imports="from pkg.tools import apply"),
    Form("helper of helper", "def", "apply_twice({f})  #!", direct=False, imports="from pkg.tools import apply_twice"),
    Form("helper by keyword", "def", "apply(func={f})  #!", direct=False, imports="from pkg.tools import apply"),
    Form("lambda to helper", "def", "apply(lambda: {f}())  #!", direct=False, imports="from pkg.tools import apply"),
    Form("sort key", "def", "sorted([1, 2], key=lambda _: bool({f}()))  #!"),
    Form("map drained", "def", "list(map(lambda _: {f}(), [1]))  #!"),
    Form("map kept", "def", "mapped{n} = map(lambda _: {f}(), [1])", effect="silent"),
    Form("list comprehension", "def", "[{f}() for _ in range(2)]  #!"),
    Form("dict comprehension", "def", "{{number: {f}() for number in range(2)}}  #!"),
    Form("generator expression", "def", "all({f}() is None for _ in range(2))  #!"),
    Form("generator expression kept", "def", "kept{n} = ({f}() for _ in range(2))", effect="silent"),
    Form("nested function", "def", "def inner{n}():\n    {f}()\ninner{n}()  #!", direct=False),
    Form("nested function kept", "def", "def inner{n}():\n    {f}()", effect="silent"),
    Form("dead", "def", "if False:\n    {f}()", effect="silent"),
    Form("type checking", "def", "if TYPE_CHECKING:\n    {f}()", effect="silent", imports="from typing import TYPE_CHECKING"),
    Form("try", "def", "try:\n    {f}()  #!\nfinally:\n    pass"),
    Form("finally", "def", "try:\n    pass\nfinally:\n    {f}()  #!"),
    Form("handler", "def", "try:\n    raise ValueError\nexcept ValueError:\n    {f}()  #!"),
    Form("loop", "def", "while True:\n    {f}()  #!\n    break"),
    Form("condition", "def", "if flag():\n    {f}()  #!", imports="from pkg.tools import flag"),
    Form("walrus", "def", "if (got{n} := {f}()) is None:  #!\n    pass"),
    Form("f-string", "def", 'f"{{{f}()}}"  #!'),
    Form("argument", "def", "print_nothing({f}())  #!", imports="from pkg.tools import print_nothing"),
    Form("list of functions", "def", "for job{n} in [{f}]:\n    job{n}()  #!"),
    Form("dict of functions", "def", '{{"a": {f}}}["a"]()  #!'),
    Form("match", "def", "match 1:\n    case 1:\n        {f}()  #!"),
    Form(
        "own decorator", "def", "@traced\ndef shown{n}():\n    {f}()\nshown{n}()  #!", direct=False, imports="from pkg.tools import traced"
    ),
    Form("object in place", "def", "class Local{n}:\n    def run(self):\n        {f}()\nLocal{n}().run()  #!", direct=False),
    Form("constructor", "def", "class Made{n}:\n    def __init__(self):\n        {f}()\nMade{n}()  #!", direct=False),
    Form(
        "context manager class",
        "def",
        "class Entered{n}:\n    def __enter__(self):\n        {f}()\n    def __exit__(self, *details):\n        pass\n"
        "with Entered{n}():  #!\n    pass",
        direct=False,
    ),
    Form("callable object", "def", "class Callable{n}:\n    def __call__(self):\n        {f}()\nCallable{n}()()  #!", direct=False),
    Form("attribute", "def", "box{n} = Box()\nbox{n}.job = {f}\nbox{n}.job()  #!", imports="from pkg.tools import Box"),
    Form("one of two", "def", "({f} if flag() else {g})()  #!", imports="from pkg.tools import flag", always=False),
    Form("rebound", "def", "chosen{n} = {g}\nchosen{n} = {f}\nchosen{n}()  #!"),
    Form("submit", "def", "POOL.submit({f})", effect="silent", imports="from pkg.tools import POOL"),
    Form("thread", "def", "threading.Thread(target={f}).start()", effect="silent", imports="import threading"),
    Form(
        "run_in_threadpool",
        "def",
        "await run_in_threadpool({f})",
        "async",
        "silent",
        imports="from starlette.concurrency import run_in_threadpool",
    ),
    Form("to_thread", "def", "await asyncio.to_thread({f})", "async", "silent", imports="import asyncio"),
    Form("anyio", "def", "await anyio.to_thread.run_sync({f})", "async", "silent", imports="import anyio.to_thread"),
    Form("executor", "def", "await asyncio.get_running_loop().run_in_executor(None, {f})", "async", "silent", imports="import asyncio"),
    Form(
        "threaded lambda",
        "def",
        "await run_in_threadpool(lambda: {f}())",
        "async",
        "silent",
        imports="from starlette.concurrency import run_in_threadpool",
    ),
    Form(
        "threaded partial",
        "def",
        "await asyncio.to_thread(functools.partial({f}))",
        "async",
        "silent",
        imports="import asyncio\nimport functools",
    ),
    Form("own offloader", "def", "await in_thread({f})", "async", "silent", imports="from pkg.tools import in_thread"),
    Form(
        "own offloading decorator",
        "def",
        "@threaded\ndef moved{n}():\n    {f}()\nawait moved{n}()",
        "async",
        "silent",
        imports="from pkg.tools import threaded",
    ),
    Form("callback", "def", "asyncio.get_running_loop().call_soon({f})", "async", "loop", imports="import asyncio", always=False),
    Form("closure", "def", "def make{n}():\n    def run():\n        {f}()\n    return run\nmake{n}()()  #!", direct=False),
    Form(
        "inherited",
        "def",
        "class Base{n}:\n    def run(self):\n        {f}()\nclass Child{n}(Base{n}):\n    pass\nChild{n}().run()  #!",
        direct=False,
    ),
    Form(
        "super",
        "def",
        "class Base{n}:\n    def run(self):\n        {f}()\nclass Child{n}(Base{n}):\n    def run(self):\n        super().run()\n"
        "Child{n}().run()  #!",
        direct=False,
    ),
    Form(
        "overridden",
        "def",
        "class Base{n}:\n    def run(self):\n        {f}()\nclass Child{n}(Base{n}):\n    def run(self):\n        pass\nChild{n}().run()",
        effect="silent",
    ),
    Form(
        "abstract",
        "def",
        "class Port{n}:\n    def run(self):\n        raise NotImplementedError\nclass Adapter{n}(Port{n}):\n"
        "    def run(self):\n        {f}()\ndef use{n}(port: Port{n}):\n    port.run()\nuse{n}(Adapter{n}())  #!",
        direct=False,
    ),
    Form(
        "template method",
        "def",
        "class Frame{n}:\n    def start(self):\n        self.run()\nclass Picture{n}(Frame{n}):\n    def run(self):\n"
        "        {f}()\nPicture{n}().start()  #!",
        direct=False,
    ),
    Form(
        "own method",
        "def",
        "class Own{n}:\n    def start(self):\n        self.run()\n    def run(self):\n        {f}()\nOwn{n}().start()  #!",
        direct=False,
    ),
    Form(
        "parameter",
        "def",
        "class Passed{n}:\n    def run(self):\n        {f}()\ndef use{n}(passed):\n    passed.run()\nuse{n}(Passed{n}())  #!",
        direct=False,
    ),
    Form("default", "def", "def later{n}(job={f}):\n    job()\nlater{n}()  #!", direct=False),
    Form(
        "memoised",
        "def",
        "@functools.lru_cache\ndef memo{n}():\n    {f}()\nmemo{n}()",
        effect="silent",
        always=False,
        imports="import functools",
    ),
    Form("global", "def", "global shared{n}\nshared{n} = {f}\nshared{n}()  #!"),
    Form("unpacked functions", "def", "first{n}, second{n} = {f}, {g}\nfirst{n}()  #!"),
    Form("dict get", "def", '{{"a": {f}}}.get("a")()  #!'),
    Form("static in class", "def", "class Named{n}:\n    job = staticmethod({f})\nNamed{n}.job()  #!"),
    Form(
        "own context manager",
        "def",
        "@contextlib.contextmanager\ndef opened{n}():\n    {f}()\n    yield\nwith opened{n}():  #!\n    pass",
        direct=False,
        imports="import contextlib",
    ),
    Form("own generator", "def", "def counted{n}():\n    yield {f}()\nfor _ in counted{n}():  #!\n    pass", direct=False),
    Form(
        "own iterator",
        "def",
        "class Rows{n}:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        {f}()\n"
        "        raise StopIteration\nfor _ in Rows{n}():  #!\n    pass",
        direct=False,
    ),
    Form("own item", "def", "class Table{n}:\n    def __getitem__(self, key):\n        {f}()\nTable{n}()[0]  #!", direct=False),
    Form("own property", "def", "class Shown{n}:\n    @property\n    def value(self):\n        {f}()\nShown{n}().value  #!", direct=False),
    Form(
        "returned object",
        "def",
        "class Built{n}:\n    def run(self):\n        {f}()\ndef build{n}():\n    return Built{n}()\nbuild{n}().run()  #!",
        direct=False,
    ),
    Form("switched off", "def", "def switch{n}(on=False):\n    if on:\n        {f}()\nswitch{n}()", effect="silent"),
    Form("switched on", "def", "def switch{n}(on=False):\n    if on:\n        {f}()\nswitch{n}(True)  #!", direct=False),
    Form("switched on by name", "def", "def switch{n}(*, on=False):\n    if on:\n        {f}()\nswitch{n}(on=1)  #!", direct=False),
    Form(
        "switched elsewhere",
        "def",
        "def switch{n}(on=False):\n    if on:\n        {f}()\nswitch{n}(flag())  #!",
        direct=False,
        imports="from pkg.tools import flag",
    ),
    Form(
        "switched off after all",
        "def",
        "def switch{n}(on):\n    if not on:\n        pass\n    else:\n        {f}()\nswitch{n}(0)",
        effect="silent",
    ),
    Form(
        "switch passed on",
        "def",
        "def inner{n}(quick):\n    if quick is None:\n        {f}()\ndef outer{n}(quick=None):\n    inner{n}(quick)\nouter{n}()  #!",
        direct=False,
    ),
    Form("switch rebound", "def", "def switch{n}(on):\n    on = not on\n    if on:\n        {f}()\nswitch{n}(False)  #!", direct=False),
    Form(
        "switch of a method",
        "def",
        "class Switch{n}:\n    def run(self, count, on):\n        if on:\n            {f}()\nSwitch{n}().run(0, True)  #!",
        direct=False,
    ),
    Form(
        "switch of an unbound method",
        "def",
        "class Switch{n}:\n    def run(self, count, on):\n        if on:\n            {f}()\nSwitch{n}.run(Switch{n}(), 0, True)  #!",
        direct=False,
    ),
    Form(
        "switch of a constructor",
        "def",
        "class Switch{n}:\n    def __init__(self, on=True):\n        if on:\n            {f}()\nSwitch{n}(False)",
        effect="silent",
    ),
    Form("and", "def", "True and {f}()  #!"),
    Form("stars", "def", "def switch{n}(count, on):\n    if on:\n        {f}()\nswitch{n}(*(0, True))  #!", direct=False),
    Form("named stars", "def", "def switch{n}(on=False):\n    if on:\n        {f}()\nswitch{n}(**dict(on=True))  #!", direct=False),
    Form("nested calls", "def", "print_nothing(print_nothing({f}()))  #!", imports="from pkg.tools import print_nothing"),
    Form("keyword", "def", "print_nothing(value={f}())  #!", imports="from pkg.tools import print_nothing"),
    Form("trailed", "def", "str({f}()).upper()[0]  #!"),
    Form("compared", "def", "print_nothing(not {f}() is None or 2)  #!", imports="from pkg.tools import print_nothing"),
    Form("chosen", "def", "{f}() if flag() else None  #!", imports="from pkg.tools import flag"),
    Form("displayed", "def", '{{"a": [{f}()], "b": 2}}["b"]  #!'),
    Form("nested comprehension", "def", "[[{f}() for _ in range(1)] for _ in range(1)]  #!"),
    Form("condition of comprehension", "def", "{{number for number in range(2) if not {f}()}}  #!"),
    Form("wide f-string", "def", 'f"{{{f}()!r:>{{9}}}}"  #!'),
    Form("assertion", "def", "assert {f}() is None  #!"),
    Form("added to a local", "def", "total{n} = 0\ntotal{n} += len(str({f}()))  #!"),
    Form("added to an attribute", "def", "SHARED.total += len(str({f}()))  #!", imports="from pkg.tools import SHARED"),
    Form("added to an item", "def", 'STATE["total"] += len(str({f}()))  #!', imports="from pkg.tools import STATE"),
    Form("looked up first", "def", 'if "never" not in STATE:\n    STATE["{n}"] = {f}()  #!', imports="from pkg.tools import STATE"),
    Form("stored", "def", 'STATE["stored"] = {f}()  #!', imports="from pkg.tools import STATE"),
    Form("class body", "def", "class Body{n}:\n    value = {f}()  #!", always=False),
    Form("default of a lambda", "def", "(lambda value={f}(): value)()  #!"),
    Form("known manager", "def", "with contextlib.nullcontext():\n    {f}()  #!", imports="import contextlib"),
    Form("unknown manager", "def", "with Held():\n    {f}()  #!", imports="from pkg.tools import Held"),
    Form(
        "counting loop",
        "def",
        'for number{n} in range(2):\n    STATE["total"] += number{n}\n    {f}()  #!',
        imports="from pkg.tools import STATE",
    ),
    Form("filter", "def", "list(filter(lambda _: {f}(), [1]))  #!"),
    Form("over two lines", "def", "{f}(  #!\n)"),
    Form("second on the line", "def", "pass; {f}()  #!"),
    Form("finished return", "def", "def early{n}():\n    return\n    {f}()\nearly{n}()", effect="silent"),
    Form("coroutine inside", "def", "async def inner{n}():\n    {f}()  #!", effect="coroutine", always=False),
    Form(
        "asynchronous context manager",
        "def",
        "@contextlib.asynccontextmanager\nasync def opened{n}():\n    {f}()  #!\n    yield",
        effect="coroutine",
        always=False,
        imports="import contextlib",
    ),
    Form(
        "path operation",
        "def",
        '@app.get("/{n}")\nasync def route{n}():\n    {f}()  #!',
        effect="coroutine",
        always=False,
        imports="from pkg.tools import app",
    ),
    Form(
        "path operation in thread",
        "def",
        '@app.get("/{n}")\ndef route{n}():\n    {f}()',
        effect="silent",
        imports="from pkg.tools import app",
    ),
    Form(
        "dependency in thread",
        "def",
        '@app.get("/{n}")\nasync def route{n}(value=Depends({f})):\n    pass',
        effect="silent",
        imports="from fastapi import Depends\nfrom pkg.tools import app",
    ),
    Form("background task", "def", "BackgroundTasks().add_task({f})", effect="silent", imports="from fastapi import BackgroundTasks"),
    # a coroutine function
    Form("await", "async", "await {f}()", "async", "silent"),
    Form("gather", "async", "await asyncio.gather({f}(), {f}())", "async", "silent", imports="import asyncio"),
    Form("task", "async", "await asyncio.create_task({f}())", "async", "silent", imports="import asyncio"),
    Form("wait for", "async", "await asyncio.wait_for({f}(), 5)", "async", "silent", imports="import asyncio"),
    Form("awaited later", "async", "coroutine{n} = {f}()\nawait coroutine{n}", "async", "silent"),
    Form("awaited in comprehension", "async", "[await {f}() for _ in range(2)]", "async", "silent"),
    Form(
        "task group",
        "async",
        "async with asyncio.TaskGroup() as group{n}:\n    group{n}.create_task({f}())",
        "async",
        "silent",
        imports="import asyncio",
    ),
    # a generator function
    Form("for", "generator", "for _ in {f}():  #!\n    pass"),
    Form("list of generator", "generator", "list({f}())  #!"),
    Form("next", "generator", "next({f}())  #!"),
    Form("comprehension over generator", "generator", "[item for item in {f}()]  #!"),
    Form("unpacked", "generator", "only{n}, *rest{n} = {f}()  #!"),
    Form("starred", "generator", "[*{f}()]  #!"),
    Form("drained by name", "generator", "items{n} = {f}()\nfor _ in items{n}:  #!\n    pass"),
    Form("drained by helper", "generator", "drain({f}())  #!", direct=False, imports="from pkg.tools import drain"),
    Form("generator created", "generator", "created{n} = {f}()", effect="silent"),
    Form("yield from", "generator", "yield from {f}()  #!", "generator"),
    Form("pipeline", "generator", "def piped{n}():\n    for item in {f}():\n        yield item\nlist(piped{n}())  #!", direct=False),
    Form("zipped", "generator", "list(zip({f}(), [1]))  #!"),
    Form("enumerated", "generator", "for _ in enumerate({f}()):  #!\n    pass"),
    Form(
        "iterated in thread",
        "generator",
        "async for _ in iterate_in_threadpool({f}()):\n    pass",
        "async",
        "silent",
        imports="from starlette.concurrency import iterate_in_threadpool",
    ),
    Form("streamed", "generator", "StreamingResponse({f}())", effect="silent", imports="from fastapi.responses import StreamingResponse"),
    # a context manager made of a generator
    Form("with", "manager", "with {f}():  #!\n    pass"),
    Form("with by name", "manager", "entered{n} = {f}()\nwith entered{n} as value{n}:  #!\n    pass"),
    Form(
        "exit stack",
        "manager",
        "with contextlib.ExitStack() as stack{n}:\n    stack{n}.enter_context({f}())  #!",
        imports="import contextlib",
    ),
    Form("manager created", "manager", "created{n} = {f}()", effect="silent"),
    # an asynchronous generator
    Form("async for", "async generator", "async for _ in {f}():\n    pass", "async", "silent"),
    Form("async comprehension", "async generator", "[item async for item in {f}()]", "async", "silent"),
    Form(
        "streamed asynchronously",
        "async generator",
        "StreamingResponse({f}())",
        effect="silent",
        imports="from fastapi.responses import StreamingResponse",
    ),
    # a property
    Form("property", "property", "{f}  #!"),
    Form("property in argument", "property", "print_nothing({f})  #!", imports="from pkg.tools import print_nothing"),
)

SILENT_STATEMENTS = (
    ("await asyncio.sleep(0)", "async", "import asyncio"),
    ("clock_of_mine.sleep(1)", "any", "from pkg.tools import clock_of_mine"),
    ("def shadowing(time):\n    time.sleep(1)\nshadowing(clock_of_mine)", "any", "from pkg.tools import clock_of_mine"),
    ('"time.sleep(1)"', "any", ""),
    ("time.sleep(0)", "any", "import time"),
    ("unknown_thing = print_nothing(1)\nprint_nothing(unknown_thing)", "any", "from pkg.tools import print_nothing"),
)

TOOLS = """
import concurrent.futures
import functools

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

app = FastAPI()
POOL = concurrent.futures.ThreadPoolExecutor(1)


class Box:
    def sleep(self, seconds):
        pass


class Held:
    def __enter__(self):
        pass

    def __exit__(self, *details):
        pass


clock_of_mine = Box()
SHARED = Box()
SHARED.total = 0
STATE = {"total": 0}


def flag():
    return True


def print_nothing(value):
    return None


def apply(func):
    func()


def apply_twice(func):
    apply(func)
    apply(func=func)


def drain(items):
    for item in items:
        pass


def traced(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper


def threaded(func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        return await run_in_threadpool(func, *args, **kwargs)

    return wrapper


async def in_thread(func):
    return await run_in_threadpool(func)
"""

KINDS = ("def", "async", "generator", "manager", "async generator", "property")
OWNERS = ("", "instance", "class", "static")
IMPORTS = ("name", "module of package", "dotted", "module alias", "renamed", "local", "re-export", "star", "relative", "relative module")
RECEIVERS = ("new", "global", "local", "subclass", "attribute", "annotated", "factory")


@dataclass(frozen=True)
class Statement:
    """A form applied to the functions number `target` and `other`; NO function: to a leaf; or a bare silent statement."""

    form: Form | None
    target: int = -1
    other: int = -1
    leaf: Leaf | None = None
    silent: tuple[str, str, str] | None = None
    imported: str = "name"
    receiver: str = "new"


@dataclass(frozen=True)
class Function:
    """A function: what it is, in which module and class it stands, and what it does."""

    number: int
    kind: str
    owner: str
    module: int
    decorated: bool
    body: tuple[Statement, ...]

    @property
    def is_async(self) -> bool:
        """It is declared `async def`."""
        return self.kind in ("async", "async generator")


@dataclass(frozen=True, order=True)
class Expected:
    """A finding that must be there: at this row, with one of these (code, library callable) pairs."""

    file: str
    row: int
    possible: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class GeneratedProgram:
    """The files, what must be found in them, and what runs on the loop when the program is run."""

    files: dict[str, str]
    expected: tuple[Expected, ...]
    coroutine_functions: tuple[tuple[str, str], ...]
    """(module, name) of those that stand at module level or in a class; a class's with the class in front."""

    def __str__(self) -> str:
        """All modules but the tools, and the expectations, to be read by people."""
        shown = [f"# {name}\n{text}" for name, text in self.files.items() if text and not name.endswith("tools.py")]
        return "\n".join([*shown, *(f"# expected: {item.file}:{item.row} {item.possible}" for item in self.expected)])


@st.composite
def programs(draw: st.DrawFn, runnable: bool = False) -> GeneratedProgram:
    """Programs; `runnable` ones neither recurse nor import in circles nor leave anything to chance, so that they can be run."""
    count = draw(st.integers(1, 7))
    modules = draw(st.integers(1, 3))
    signatures = []
    for number in range(count):
        kind = draw(st.sampled_from(KINDS)) if number < count - 1 else "async"
        owner = "instance" if kind == "property" else draw(st.sampled_from(OWNERS)) if draw(st.booleans()) else ""
        module = number * modules // count if runnable else draw(st.integers(0, modules - 1))
        signatures.append((number, kind, owner, module, draw(st.integers(0, 5)) == 0))
    kinds = [kind for _, kind, *_ in signatures]
    functions = []
    for number, kind, owner, module, decorated in signatures:
        callees = range(number) if runnable else range(count)
        body = draw(st.lists(_statements(kind, kinds, callees, runnable), min_size=0 if number < count - 1 else 1, max_size=3))
        functions.append(Function(number, kind, owner, module, decorated and kind in ("def", "async"), tuple(body)))
    return render(functions, modules)


def _statements(kind: str, kinds: list[str], callees: range, runnable: bool) -> st.SearchStrategy[Statement]:
    by = {"async": "async", "async generator": "async", "generator": "generator", "manager": "sync"}.get(kind, "sync")
    usable = [form for form in FORMS if form.by in ("any", by) and (form.always or not runnable)]
    of_leaf = [form for form in usable if form.on == "def" and form.name != "callback"]
    choices: list[st.SearchStrategy[Statement]] = [
        st.builds(lambda leaf: Statement(None, leaf=leaf), st.sampled_from(LEAVES)),
        st.builds(
            lambda silent: Statement(None, silent=silent), st.sampled_from([item for item in SILENT_STATEMENTS if item[1] in ("any", by)])
        ),
        st.builds(lambda form: Statement(form, leaf=LEAVES[-1]), st.sampled_from(of_leaf)),
    ]
    pairs = [(form, callee) for callee in callees for form in usable if form.on == kinds[callee]]
    plain = [callee for callee in callees if kinds[callee] == "def"]
    if pairs:
        choices += [
            st.builds(
                lambda pair, other, imported, receiver: Statement(pair[0], pair[1], other, imported=imported, receiver=receiver),
                st.sampled_from(pairs),
                st.sampled_from(plain or [-1]),
                st.sampled_from(IMPORTS),
                st.sampled_from(RECEIVERS),
            )
        ] * 3
    return st.one_of(choices)


# ------------------------------------------------------------------------------------------------------------- rendering


def render(functions: list[Function], modules: int) -> GeneratedProgram:
    """The program's text, and the oracle's word on it."""
    files = {"pkg/tools.py": TOOLS.lstrip()}
    rows: dict[tuple[int, int], tuple[str, int]] = {}
    exported = sorted({function.number for function in functions if not function.owner})
    files["pkg/__init__.py"] = "".join(f"from pkg.m{functions[number].module} import f{number}\n" for number in exported)
    for module in range(modules):
        text = _Module(module, functions).text()
        lines = text.split("\n")
        for row, line in enumerate(lines, start=1):
            code, mark, place = line.partition(HERE)
            if mark:
                number, _, index = place.partition(".")
                rows[int(number), int(index)] = (f"pkg/m{module}.py", row)
                lines[row - 1] = code
        files[f"pkg/m{module}.py"] = "\n".join(lines)
    starts = tuple((f"pkg.m{function.module}", _name(function)) for function in functions if function.is_async)
    return GeneratedProgram(files, tuple(sorted(_expected(functions, rows, _on_loop(functions)))), starts)


def _name(function: Function) -> str:
    return f"C{function.number}.f{function.number}" if function.owner else f"f{function.number}"


class _Module:
    """One module while it is written."""

    def __init__(self, number: int, functions: list[Function]) -> None:
        self.number = number
        self.functions = functions
        self.imports: dict[str, None] = {}
        self.fresh = 0

    def text(self) -> str:
        """Imports, then functions and classes in order."""
        blocks = [self._function(function) for function in self.functions if function.module == self.number]
        return "\n".join([f'"""Module {self.number}."""', "", *self.imports, *blocks])

    def _function(self, function: Function) -> str:
        name, owner = f"f{function.number}", function.owner
        body: list[str] = []
        for index, statement in enumerate(function.body):
            body += self._statement(function, statement, f"{HERE}{function.number}.{index}")
        if function.kind in ("generator", "manager", "async generator"):
            body.append("yield 1")
        lines = []
        if function.kind == "manager":
            self.imports["import contextlib"] = None
        marks = {"class": "@classmethod", "static": "@staticmethod"}
        lines += [marks[owner]] if owner in marks else []
        lines += ["@property"] if function.kind == "property" else ["@contextlib.contextmanager"] if function.kind == "manager" else []
        if function.decorated and function.kind == "def":
            self.imports["from pkg.tools import traced"] = None
            lines.append("@traced")
        first = {"instance": "self", "class": "cls"}.get(owner, "")
        lines += [f"{'async ' if function.is_async else ''}def {name}({first}):", indent("\n".join(body or ["pass"]), "    ")]
        text = "\n".join(lines)
        if not owner:
            return f"\n\n{text}\n"
        number = function.number
        return (
            f"\n\nclass C{number}:\n{indent(text, '    ')}\n\n\nclass D{number}(C{number}):\n    pass\n\n\n"
            f"class Holder{number}:\n    def __init__(self):\n        self.held = C{number}()\n\n\n"
            f"def make{number}():\n    return C{number}()\n\n\ninstance{number} = C{number}()\n"
        )

    def _statement(self, function: Function, statement: Statement, mark: str) -> Iterator[str]:
        if statement.silent is not None:
            self._import(statement.silent[2])
            yield statement.silent[0]
            return
        if statement.form is None:
            assert statement.leaf is not None
            self._import(statement.leaf.imports)
            yield statement.leaf.code + mark
            return
        form = statement.form
        self._import(form.imports)
        before: list[str] = []
        name = statement.leaf.callable if statement.leaf else self._reference(function, statement.target, statement, before)
        other = name if statement.other < 0 else self._reference(function, statement.other, statement, before)
        self.fresh += 1
        text = form.text.format(f=name, g=other, n=f"{function.number}_{self.fresh}").replace(HERE, mark)
        yield from before
        yield text

    def _import(self, text: str) -> None:
        self.imports.update(dict.fromkeys(text.split("\n") if text else ()))

    def _reference(self, user: Function, target: int, statement: Statement, before: list[str]) -> str:
        """An expression that is the function; what it needs is imported or put before it."""
        callee = self.functions[target]
        name = f"f{target}"
        if not callee.owner:
            return self._imported(callee, name, statement.imported, before)
        if callee.owner in ("class", "static") and statement.receiver in ("new", "annotated"):
            return f"{self._imported(callee, f'C{target}', statement.imported, before)}.{name}"
        self.fresh += 1
        variable = f"object{user.number}_{self.fresh}"
        match statement.receiver:
            case "global":
                receiver = self._imported(callee, f"instance{target}", statement.imported, before)
            case "local":
                before.append(f"{variable} = {self._imported(callee, f'C{target}', statement.imported, before)}()")
                receiver = variable
            case "subclass":
                receiver = f"{self._imported(callee, f'D{target}', statement.imported, before)}()"
            case "attribute":
                before.append(f"{variable} = {self._imported(callee, f'Holder{target}', statement.imported, before)}()")
                receiver = f"{variable}.held"
            case "annotated":
                made = self._imported(callee, f"C{target}", statement.imported, before)
                before.append(f"{variable}: {made} = {made}()")
                receiver = variable
            case "factory":
                receiver = f"{self._imported(callee, f'make{target}', statement.imported, before)}()"
            case _:
                receiver = f"{self._imported(callee, f'C{target}', statement.imported, before)}()"
        return f"{receiver}.{name}"

    def _imported(self, callee: Function, name: str, style: str, before: list[str]) -> str:
        module = f"m{callee.module}"
        if callee.module == self.number:
            return name
        match style:
            case "module of package":
                line, used = f"from pkg import {module}", f"{module}.{name}"
            case "dotted":
                line, used = f"import pkg.{module}", f"pkg.{module}.{name}"
            case "module alias":
                line, used = f"import pkg.{module} as other_{module}", f"other_{module}.{name}"
            case "renamed":
                line, used = f"from pkg.{module} import {name} as renamed_{name}", f"renamed_{name}"
            case "local":
                before.append(f"from pkg.{module} import {name} as local_{name}")
                return f"local_{name}"
            case "re-export" if name[0] == "f":
                line, used = f"from pkg import {name} as exported_{name}", f"exported_{name}"
            case "star":
                line, used = f"from pkg.{module} import *", name
            case "relative":
                line, used = f"from .{module} import {name} as relative_{name}", f"relative_{name}"
            case "relative module":
                line, used = f"from . import {module} as near_{module}", f"near_{module}.{name}"
            case _:
                line, used = f"from pkg.{module} import {name}", name
        self.imports[line] = None
        return used


# --------------------------------------------------------------------------------------------------------------- oracle


def _on_loop(functions: list[Function]) -> set[int]:
    found = {function.number for function in functions if function.is_async}
    for function in functions:
        found |= {statement.target for statement in function.body if statement.form is not None and statement.form.effect == "loop"}
    return found


def _targets(statement: Statement) -> tuple[int, ...]:
    if statement.form is None or statement.form.effect not in ("runs", "coroutine") or statement.target < 0:
        return ()
    return (statement.target, statement.other) if statement.form.name == "one of two" and statement.other >= 0 else (statement.target,)


def _leaf(statement: Statement) -> Leaf | None:
    return None if statement.form is not None and statement.form.effect != "runs" else statement.leaf


def _blocking(functions: list[Function]) -> dict[int, set[Leaf]]:
    """The leaves that running each function reaches."""
    found: dict[int, set[Leaf]] = {function.number: set() for function in functions}
    grown = True
    while grown:
        grown = False
        for function in functions:
            for statement in function.body:
                if statement.form is not None and statement.form.effect != "runs":
                    continue
                leaf = _leaf(statement)
                reached = {leaf} if leaf else set[Leaf]().union(*(found[target] for target in _targets(statement)))
                if not reached <= found[function.number]:
                    found[function.number] |= reached
                    grown = True
    return found


def _expected(functions: list[Function], rows: dict[tuple[int, int], tuple[str, int]], on_loop: set[int]) -> Iterator[Expected]:
    blocking = _blocking(functions)
    for number, index, statement in ((function.number, index, item) for function in functions for index, item in enumerate(function.body)):
        in_coroutine = statement.form is not None and statement.form.effect == "coroutine"
        if number in on_loop or in_coroutine:
            leaf = statement.leaf if in_coroutine else _leaf(statement)
            if leaf is not None:
                direct = statement.form is None or statement.form.direct
                possible = {(f"FAL{'1' if direct else '2'}{leaf.number}", leaf.path)}
            else:
                reached = set[Leaf]().union(*(blocking[target] for target in _reported(statement, on_loop)))
                possible = {(f"FAL2{leaf.number}", leaf.path) for leaf in reached}
            if possible:
                yield Expected(*rows[number, index], tuple(sorted(possible)))


def _reported(statement: Statement, on_loop: set[int]) -> list[int]:
    """What is on the loop itself is reported there, unless something of the form's own stands between."""
    between = statement.form is not None and not statement.form.direct
    return [target for target in _targets(statement) if between or target not in on_loop]
