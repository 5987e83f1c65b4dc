"""What a catalogue file may say: the tables of `<import name>.toml`, and of users' own tables, as typed records.

One file describes one importable library; its name is the import name (`requests.toml`, `google.cloud.storage.toml`), so that
only the files of libraries that a project imports are read. Every name is a full dotted path as users write it.
docs/catalogue-format.md explains the format with examples; unknown keys are errors.

Types are written like annotations, in strings:
    "requests.Response"              an instance of that class
    "list[requests.Response]"        a container; also dict[K, V], tuple[A, B], set[T], iterator[T], generator of T: "iterator[T]"
    "class[a.B]"                     the class object itself
    "awaitable[T]"                   T once awaited
    "A | B"                          one of them
    "self"                           the receiver
    "T0", "T1"                       the receiver's type argument number 0, 1 (of "list[X]": X is T0)
    "arg[0]", "arg[name]"            the value of an argument (0: first positional; a name: keyword); "arg[0, name]": either way
    "instance[0]"                    an instance of the class passed as argument; "instance[class_, a.B]": of a.B when it is absent
    "result[0]"                      what calling the argument gives (a coroutine function: an awaitable)
    "provided[0]"                    what FastAPI injects for the dependency passed: awaited, or the yielded value
    "element[0]"                     one element of the iterable passed
"""

from typing import Literal

import msgspec

CategoryName = Literal["sleep", "http", "database", "file", "subprocess", "network", "wait", "service", "model", "console", "cpu", "path"]

Level = Literal["certain", "likely", "brief", "cheap", "pure"]
"""certain: it blocks by its contract. likely: it usually blocks. brief: it waits for a moment as a rule (entering an uncontended lock):
told only where it stands in code on the loop itself, not through helpers. cheap: microseconds as a rule (FAL140). pure: it does not block."""

Where = Literal["loop", "thread", "kind", "process", "own-loop", "now", "construct", "serialise", "later", "never"]
"""Where a callable that is handed over will run.

loop: on the event loop, later. thread: in a worker thread. kind: a coroutine function on the loop, any other callable in a thread
(path operations, dependencies, background tasks). process: in another process. own-loop: on an event loop of its own, not the server's.
now: at once, by the caller. construct: by whoever constructs the class in whose body it stands; on the loop where that class is the
type of a path operation's or dependency's parameter. serialise: on the loop where that class is a response model. later: some time,
unknown where (registered). never: it is not run.
"""

How = Literal["call", "iterate", "await", "enter", "instance"]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A TOML table; unknown keys are errors."""


class Condition(Table, kw_only=True):
    """Holds when the argument (by `position`, from 0 without the receiver, or by `name`) is as said; exactly one of the tests is given."""

    name: str = ""
    position: int | None = None
    held: int | None = None
    """Instead of an argument: what the object holds, as its type argument of this number; with `type` only."""
    equals: bool | int | str | None = None
    """It is this literal."""
    given: bool | None = None
    """true: it is passed and is not the literal None. false: it is absent or None."""
    type: tuple[str, ...] = ()
    """Its value is known to be an instance of one of these classes."""
    contains: str = ""
    """It is a string literal that contains this text."""
    names: tuple[str, ...] = ()
    """One of these named constants, alone or among flags that `|` joins; full dotted paths."""


class Run(Table, kw_only=True):
    """The callable (or iterable, coroutine, context manager) passed as an argument is run."""

    argument: int | None = None
    """Position from 0, without the receiver. -1: every positional argument."""
    name: str = ""
    """Keyword, instead of or beside the position."""
    held: int | None = None
    """What is run is not an argument but what the object holds, as its type argument of this number: `map` holds its function."""
    where: Where
    how: How = "call"
    methods: tuple[str, ...] = ()
    """With how = "instance": what is passed is a class; these methods of its instances run there, beside its constructor."""
    passes: Literal["", "rest", "args"] = ""
    """rest: the arguments behind it are passed on to it, as `run_in_threadpool(f, *args, **kwargs)` does; args: `args=`/`kwargs=` are, as Thread does."""
    unwraps: bool = False
    """With `kind`: the decision looks through `functools.wraps`, as FastAPI's does and Starlette's does not."""
    injects: bool = False
    """Its parameters are filled by dependency injection: its parameters' classes are constructed on the loop."""
    context: str = ""
    """Words for where it then runs: `dependency`, `background task {function}`, `route GET {0}`; `{0}` is the call's first positional string
    literal, `{receiver.prefix}` the one that the call's receiver was made with under that keyword, `{function}` the name of what runs."""
    starting: bool = False
    """It runs only while the application starts or stops, when no request waits."""


Hazard = Literal["loop", "context", "thread", "exception", "main-thread", "stack", "stop", "process", "lock", "connection"]
"""Why a call means something else in a worker thread, or next to other tasks.

loop: it needs the running event loop, or wakes tasks on it, which only the loop's own thread may do. context: it sets a context variable,
which the caller would not see. thread: it depends on the thread that it runs in (thread-local values, a scoped session, objects that check
their thread). exception: it looks at the exception that its caller is handling. main-thread: it is only allowed there. stack: it looks at its
callers. stop: it may raise StopIteration, which no coroutine lets through. process: it changes what the whole process sees (the working
folder, the standard streams, warnings' filters) for as long as its user does not suspend. lock: its user holds it until it is given back.
connection: it uses a connection that belongs to its thread, so that another thread would be outside of the caller's transaction; that holds
for objects that the moved code makes itself, too.
"""


class Rewrite(Table, kw_only=True):
    """A call that does the same without blocking: same value, same exceptions, same effects."""

    call: str
    """What is awaited instead: `asyncio.sleep`; `module:name` for what is imported by name; `.read` for the method of that name on the object
    that the receiver is an attribute of: `upload.file.read()` is `await upload.read()`."""
    passes: Literal["arguments", "receiver"] = "arguments"
    """What it is called with: the same arguments; or the receiver alone, where the call has no arguments."""
    most: int | None = None
    """It takes at most so many arguments, by position."""
    negative: bool = True
    """false: it does something else where the first argument is negative."""
    differs: str = ""
    """What is different after all, as a sentence without a full stop: then it is for those who ask for unsafe fixes."""


class Offloader(Table, kw_only=True):
    """How a function that runs another one in a worker thread is written."""

    written: str
    """What to import, as `module:name`, or a dotted path below an imported module (`asyncio.to_thread`)."""
    style: Literal["call", "positional", "factory"] = "call"
    """call: `await o(f, *args, **kwargs)`. positional: `await o(f, *args)`. factory: `await o(f)(*args, **kwargs)`."""
    clashes: tuple[str, ...] = ()
    """Keywords that it takes for itself."""


Role = Literal[
    "",
    "property",
    "cached-property",
    "classmethod",
    "staticmethod",
    "context-manager",
    "async-context-manager",
    "partial",
    "super",
    "wraps",
    "type-checking",
    "optional",
    "union",
    "annotated",
    "callable-type",
    "class-of",
    "literal-type",
    "self-type",
    "any-type",
    "type-variable",
    "alias-type",
    "generator-type",
    "abstract",
    "overload",
    "dataclass",
    "cast",
    "import-module",
    "getattr",
    "isinstance",
    "memoised",
    "serves",
]
"""Constructs of the language and its typing vocabulary that the engine knows by meaning, not by name."""


class Behaviour(Table, kw_only=True):
    """What a callable does. Of `blocks`: absent means pure."""

    blocks: Level = "pure"
    category: CategoryName | None = None
    """Default: the class's, else the file's."""
    when: tuple[Condition, ...] = ()
    """It blocks only if one of these holds."""
    unless: tuple[Condition, ...] = ()
    """It does not block if one of these holds."""
    returns: str = ""
    coroutine: bool = False
    """A coroutine function (or returns an awaitable): `returns` is what awaiting gives; never blocks."""
    runs: tuple[Run, ...] = ()
    decorator: Literal["", "plain", "factory", "both"] = ""
    """Used as a decorator: `plain` as `@f`, `factory` as `@f(...)`, `both`. What it decorates is argument 0 of `runs` and of `returns`;
    without `returns` the decorated name stays what it was."""
    shown: str = ""
    """How messages name it; default: its path."""
    instead: str = ""
    """The async twin, a full dotted name (`asyncio.sleep`) or words (`an async client such as httpx2.AsyncClient`)."""
    role: Role = ""
    offload: bool | None = None
    """false: never advise to run this one call in a thread (thread-bound object, session, lazy iterator). Default: true."""
    hazard: Hazard | None = None
    changes: tuple[int, ...] = ()
    """The positions of the arguments that it changes; of a class's `construct`: that what is done to its object changes."""
    shared: bool = False
    """What it returns was there before the call, and others may be using it."""
    reads: bool = False
    """Of what works on files: it changes none, or only makes a folder that may be there already."""
    writes_when: tuple[Condition, ...] = ()
    """It does change them if one of these holds."""
    caution: str = ""
    """What is different in a worker thread after all, as a sentence without a full stop: then moving it is for those who ask for unsafe fixes."""
    begins: bool = False
    """It begins with the work of the iterator that it returns when it is called, not when that is iterated."""
    lazy: tuple[Condition, ...] = ()
    """If one of these holds, what it returns goes on with the work when it is used, so that the call alone must not be moved."""
    rewrite: tuple[Rewrite, ...] = ()
    """Calls that may take its place in a coroutine function; of several the one from the offloader's own library, else the first."""
    offloader: Offloader | None = None
    """It can be chosen to run calls in a worker thread."""
    source: str = ""
    """Where the claim comes from, if not from running it: a documentation page, a source file."""


class FunctionEntry(Behaviour, kw_only=True):
    """One or more functions that behave alike; `names` are full dotted paths, re-exports included."""

    names: tuple[str, ...]


class Hook(Table, kw_only=True):
    """A method that the library calls on subclasses, and where it runs a `def` one."""

    names: tuple[str, ...]
    where: Where
    context: str = ""
    starting: bool = False
    """It runs only while the application starts or stops, when no request waits."""


class ClassEntry(Table, kw_only=True):
    """A class. Method verdicts in lists; whatever needs more stands in `methods`."""

    name: str
    aliases: tuple[str, ...] = ()
    """Other dotted paths of the same class."""
    shown: str = ""
    """How messages name its operations, where the class is made up: `pathlib.Path.rglob` for the iterator that it returns."""
    kind: Literal["", "enum", "protocol"] = ""
    """What its subclasses are: `enum`, whose class attributes are members; `protocol`, which says what something can do, not what it is."""
    bases: tuple[str, ...] = ()
    """Known classes that it inherits from, in MRO order; their entries apply."""
    category: CategoryName | None = None
    certain: tuple[str, ...] = ()
    """Methods that block for certain. `"*"`: every public method that is not listed otherwise and has no entry in a base."""
    likely: tuple[str, ...] = ()
    cheap: tuple[str, ...] = ()
    pure: tuple[str, ...] = ()
    coroutines: tuple[str, ...] = ()
    """Coroutine methods; `"*"` as above. An async class lists its methods here, so that the same names are known not to block."""
    construct: Behaviour | None = None
    """What calling the class does; its `returns` defaults to an instance of it."""
    enter: Behaviour | None = None
    """`with`: what entering does; `returns` is what `as` binds, by default `self`."""
    exit: Behaviour | None = None
    async_enter: Behaviour | None = None
    """`async with`: `returns` is what `as` binds, by default `self`."""
    iterate: Behaviour | None = None
    """`for`: `returns` is the element."""
    async_iterate: Behaviour | None = None
    call: Behaviour | None = None
    """What calling an instance does."""
    item: Behaviour | None = None
    """`x[i]`: `returns` is the item."""
    awaited: str = ""
    """The type that awaiting an instance gives."""
    operators: dict[str, str] = {}
    """Binary operators and the type they give: `{"/" = "pathlib.Path"}`."""
    returns: dict[str, str] = {}
    """Result types of methods."""
    attributes: dict[str, str] = {}
    """Types of attributes and properties that do no I/O."""
    properties: dict[str, Behaviour] = {}
    """Properties that do I/O when read."""
    methods: dict[str, Behaviour] = {}
    """Methods that need more than a list entry."""
    hooks: tuple[Hook, ...] = ()
    open: bool = False
    """Takes any attribute: its attributes are what the program assigns (`app.state.x = ...`)."""
    offload: bool | None = None
    """false: its objects are bound to a thread or keep state between calls; single calls must not be offloaded."""
    thread_safe: bool | None = None
    """true: its objects may be used by several threads at once: they never change, or the library's documentation says so."""
    temporary: bool = False
    """The files behind its objects are nobody else's."""
    readers: tuple[str, ...] = ()
    """Methods that work on files and change none, or only make a folder that may be there already."""
    mutators: tuple[str, ...] = ()
    """Methods that change the object, where the others only read it: those of containers."""
    hazard: Hazard | None = None
    """Why any use of an instance means something else in a worker thread, or next to other tasks."""
    instead: str = ""
    """The async twin of the class."""
    members: dict[str, str] = {}
    """Class-level attributes (`Path.home` is a method; this is for constants and nested classes)."""


class Library(Table, kw_only=True):
    """One catalogue file."""

    distribution: str = ""
    """The package that pip installs; empty for the standard library."""
    category: CategoryName | None = None
    requires: tuple[str, ...] = ()
    """Other catalogue files (import names) that this one refers to."""
    mirrors: str = ""
    """This library has the same surface as that catalogue file's, under its own name."""
    functions: tuple[FunctionEntry, ...] = ()
    classes: tuple[ClassEntry, ...] = ()
    objects: dict[str, str] = {}
    """Module-level objects and their types: `{"os.environ" = "dict[str, str]"}`."""
    harmless: tuple[str, ...] = ()
    """Modules that need no file of their own: their functions and classes compute with what they are given, and nothing else."""
    aliases: dict[str, str] = {}
    """Other paths of functions, modules or classes: `{"fastapi.concurrency" = "starlette.concurrency"}` maps everything below it."""
