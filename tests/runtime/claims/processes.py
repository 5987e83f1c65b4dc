"""Other processes, and people at a terminal."""

import asyncio
import code
import os
import subprocess
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on, while_waiting
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY

SLEEP = ["sleep", str(DELAY)]
SHELL = f"sleep {DELAY}; echo done"


def _process(w: World, *command: str, **keywords: Any) -> subprocess.Popen[str]:
    return w.enter(subprocess.Popen(command or SLEEP, text=True, **keywords))


def _output(w: World) -> Any:
    return _process(w, "sh", "-c", SHELL, stdout=subprocess.PIPE).stdout


def _spawned(w: World) -> Call:
    return args(os.posix_spawn("/bin/sh", ["sh", "-c", SHELL], os.environ), 0)


SUBPROCESS = [
    Claim("subprocess.run", lambda _: args(SLEEP)),
    Claim("subprocess.run", lambda _: args(SLEEP, capture_output=True), note="and reading what it says"),
    Claim("subprocess.call", lambda _: args(SLEEP)),
    Claim("subprocess.check_call", lambda _: args(SLEEP)),
    Claim("subprocess.check_output", lambda _: args(SLEEP)),
    Claim("subprocess.getoutput", lambda _: args(SHELL)),
    Claim("subprocess.getstatusoutput", lambda _: args(SHELL)),
    Claim("subprocess.Popen", lambda _: args(["true"]), how="construct", heard="subprocess.Popen"),
    Claim("subprocess.Popen.wait", lambda w: on(_process(w))),
    Claim("subprocess.Popen.communicate", lambda w: on(_process(w, stdout=subprocess.PIPE))),
    Claim("subprocess.Popen", lambda w: on(_process(w)), how="exit"),
    Claim("subprocess.OutputPipe.read", lambda w: on(_output(w))),
    Claim("subprocess.OutputPipe.readline", lambda w: on(_output(w))),
    Claim("subprocess.OutputPipe", lambda w: on(_output(w)), how="iterate"),
    Claim("os.system", lambda _: args(SHELL + " >&2")),
    Claim("os.popen", lambda _: args("true"), heard="subprocess.Popen"),
    Claim("os.posix_spawn", lambda _: args("/bin/true", ["true"], os.environ), heard="os.posix_spawn"),
    Claim("os.waitpid", _spawned),
]


def _typed(w: World, call: Call) -> Call:
    """A call that waits for a line at the terminal, which somebody types after a while."""
    reading, writing = os.pipe()
    w.patch.setattr("sys.stdin", w.enter(os.fdopen(reading)))
    keyboard = w.enter(os.fdopen(writing, "w"))

    def type_line() -> None:
        keyboard.write("yes\n")
        keyboard.flush()

    return while_waiting(type_line, call)


CONSOLE = [
    Claim("builtins.input", lambda w: _typed(w, args())),
    Claim("builtins.input", lambda w: _typed(w, args()), heard="builtins.input", note="by BlockBuster too"),
    Claim("click.prompt", lambda w: _typed(w, args("Name"))),
    Claim("click.confirm", lambda w: _typed(w, args("Sure?"))),
    Claim("code.InteractiveConsole.raw_input", lambda w: _typed(w, on(code.InteractiveConsole()))),
]


async def _async_process(*command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(*(command or SLEEP), stdout=subprocess.PIPE)


async def _waiting() -> Call:
    return on(await _async_process())


async def _async_lines() -> Call:
    process = await _async_process("sh", "-c", SHELL)
    return on(process.stdout)


async def _finished(w: World) -> Call:
    process = _process(w, "true")
    process.wait()
    return on(process)


FREE = [
    Claim("asyncio.create_subprocess_exec", lambda _: args(*SLEEP)),
    Claim("asyncio.create_subprocess_shell", lambda _: args(SHELL + " >&2")),
    Claim("asyncio.subprocess.Process.wait", lambda _: _waiting()),
    Claim("asyncio.subprocess.Process.communicate", lambda _: _waiting()),
    Claim("asyncio.StreamReader.readline", lambda _: _async_lines(), note="of a process"),
    Claim("anyio.run_process", lambda _: args(SLEEP)),
    Claim("subprocess.Popen.poll", _finished),
    Claim("subprocess.Popen.terminate", lambda w: on(_process(w))),
    Claim("shlex.split", lambda _: args("a b")),
]
