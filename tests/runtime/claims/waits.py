"""Sleeping, and waiting for other threads and processes."""

import asyncio
import concurrent.futures
import multiprocessing
import multiprocessing.pool
import os
import queue
import sched
import select
import signal
import threading
import time
from functools import partial
from multiprocessing import connection
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on, while_waiting
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY
from tools.installed import module

SLEEP = [
    Claim("time.sleep", lambda _: args(DELAY)),
    Claim("time.sleep", lambda _: args(0.001), heard="time.sleep", note="for a moment"),
]


def _held(lock: Any) -> Any:
    """The lock, acquired by nobody in particular."""
    lock.acquire()
    return lock


def _released(lock: Any, *arguments: Any) -> Call:
    """A call that waits until another thread has released the lock."""
    return while_waiting(_held(lock).release, on(lock, *arguments))


def _condition(*arguments: Any) -> Call:
    condition = threading.Condition()
    condition.acquire()
    return on(condition, *arguments)


def _thread(w: World) -> Call:
    thread = threading.Thread(target=time.sleep, args=[DELAY])
    thread.start()
    return on(thread)


def _unfinished() -> queue.Queue[int]:
    waiting: queue.Queue[int] = queue.Queue()
    waiting.put(1)
    return waiting


def _executor(w: World) -> concurrent.futures.ThreadPoolExecutor:
    return w.enter(concurrent.futures.ThreadPoolExecutor(1))


def _busy(w: World) -> concurrent.futures.ThreadPoolExecutor:
    executor = _executor(w)
    executor.submit(time.sleep, DELAY)
    return executor


def _future(w: World) -> concurrent.futures.Future[None]:
    return _executor(w).submit(time.sleep, DELAY)


def _pool(w: World) -> multiprocessing.pool.ThreadPool:
    pool = multiprocessing.pool.ThreadPool(1)
    w.later(pool.join)
    w.later(pool.terminate)
    return pool


def _pipe(w: World) -> tuple[Any, Any]:
    ends = connection.Pipe()
    for end in ends:
        w.keep(end)
    return ends


def _poller() -> Any:
    return select.poll()


def _epoll(w: World) -> Any:
    return w.keep(select.epoll())


def _scheduler() -> sched.scheduler:
    scheduler = sched.scheduler()
    scheduler.enter(DELAY, 1, int)
    return scheduler


def _message(w: World) -> Call:
    """A connection that gets its message later."""
    here, there = _pipe(w)
    return while_waiting(partial(there.send, "x"), on(here))


WAIT = [
    Claim("threading.Lock.acquire", lambda _: _released(threading.Lock())),
    Claim("threading.Lock.acquire", lambda _: on(_held(threading.Lock()), timeout=DELAY), note="with a timeout"),
    Claim("threading.Lock", lambda _: _released(threading.Lock()), how="enter"),
    Claim("threading.Condition.wait", lambda _: _condition(DELAY)),
    Claim("threading.Condition.wait_for", lambda _: _condition(lambda: False, DELAY)),
    Claim("threading.Semaphore.acquire", lambda _: while_waiting((s := threading.Semaphore(0)).release, on(s))),
    Claim("threading.Semaphore", lambda _: while_waiting((s := threading.Semaphore(0)).release, on(s)), how="enter"),
    Claim("threading.Event.wait", lambda _: on(threading.Event(), DELAY)),
    Claim("threading.Event.wait", lambda _: while_waiting((e := threading.Event()).set, on(e)), note="until it is set"),
    Claim("threading.Barrier.wait", lambda _: on(threading.Barrier(2), DELAY), fails=threading.BrokenBarrierError),
    Claim("threading.Thread.join", _thread),
    Claim("queue.Queue.get", lambda _: on(queue.Queue(), timeout=DELAY), fails=queue.Empty),
    Claim("queue.Queue.join", lambda _: while_waiting((q := _unfinished()).task_done, on(q))),
    Claim("queue.SimpleQueue.get", lambda _: on(queue.SimpleQueue(), timeout=DELAY), fails=queue.Empty),
    Claim("concurrent.futures.Future.result", lambda w: on(_future(w))),
    Claim("concurrent.futures.Future.exception", lambda w: on(_future(w))),
    Claim("concurrent.futures.wait", lambda w: args([_future(w)])),
    Claim("concurrent.futures.CompletedFutures", lambda w: on(concurrent.futures.as_completed([_future(w)])), how="iterate"),
    Claim("concurrent.futures.ResultIterator", lambda w: on(_executor(w).map(time.sleep, [DELAY])), how="iterate"),
    Claim("concurrent.futures.Executor.shutdown", lambda w: on(_busy(w))),
    Claim("concurrent.futures.ThreadPoolExecutor", lambda w: on(_busy(w)), how="exit"),
    Claim("select.select", lambda _: args([], [], [], DELAY)),
    Claim("select.Poll.poll", lambda _: on(_poller(), 1000 * DELAY)),
    Claim("select.epoll.poll", lambda w: on(_epoll(w), DELAY)),
    Claim("signal.sigtimedwait", lambda _: args([signal.SIGUSR1], DELAY)),
    Claim("sched.scheduler.run", lambda _: on(_scheduler())),
    Claim("multiprocessing.connection.Connection.recv", _message),
    Claim("multiprocessing.connection.Connection.poll", lambda w: on(_pipe(w)[0], DELAY)),
    Claim("multiprocessing.connection.wait", lambda w: args([_pipe(w)[0]], DELAY)),
    Claim("multiprocessing.pool.AsyncResult.get", lambda w: on(_pool(w).apply_async(time.sleep, [DELAY]))),
    Claim("multiprocessing.pool.AsyncResult.wait", lambda w: on(_pool(w).apply_async(time.sleep, [DELAY]))),
    Claim("multiprocessing.pool.ThreadPool.map", lambda w: on(_pool(w), time.sleep, [DELAY])),
    Claim("psutil.cpu_percent", lambda _: args(interval=DELAY)),
    Claim(
        "psutil.Process.wait", lambda _: on(module("psutil").Process(os.getppid()), DELAY), fails=lambda: module("psutil").TimeoutExpired
    ),
]


def _soon(waited: Any, act: str, *arguments: Any) -> Any:
    """What is waited for; the running loop acts on it after a while."""
    asyncio.get_running_loop().call_later(DELAY, getattr(waited, act), *arguments)
    return waited


async def _asyncio_lock() -> Call:
    lock = asyncio.Lock()
    await lock.acquire()
    return on(_soon(lock, "release"))


def _result() -> concurrent.futures.Future[int]:
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    future.set_result(1)
    return future


def _filled() -> queue.Queue[int]:
    filled: queue.Queue[int] = queue.Queue()
    filled.put(1)
    return filled


FREE = [
    Claim("asyncio.sleep", lambda _: args(DELAY)),
    Claim("asyncio.wait_for", lambda _: args(asyncio.sleep(DELAY), 1)),
    Claim("asyncio.gather", lambda _: args(asyncio.sleep(DELAY), asyncio.sleep(DELAY))),
    Claim("asyncio.to_thread", lambda _: args(time.sleep, DELAY)),
    Claim("asyncio.wrap_future", lambda w: args(_future(w))),
    Claim("asyncio.Event.wait", lambda _: on(_soon(asyncio.Event(), "set"))),
    Claim("asyncio.Queue.get", lambda _: on(_soon(asyncio.Queue(), "put_nowait", 1))),
    Claim("asyncio.Queue.put_nowait", lambda _: on(asyncio.Queue(), 1)),
    Claim("asyncio.Lock.acquire", lambda _: _asyncio_lock()),
    Claim("anyio.sleep", lambda _: args(DELAY)),
    Claim("anyio.to_thread.run_sync", lambda _: args(time.sleep, DELAY)),
    Claim("starlette.concurrency.run_in_threadpool", lambda _: args(time.sleep, DELAY)),
    Claim("asyncer.asyncify", lambda _: args(time.sleep)),
    Claim("threading.Lock.acquire", lambda _: on(_held(threading.Lock()), blocking=False), unless="blocking", note="without blocking"),
    Claim("threading.Lock.release", lambda _: on(_held(threading.Lock()))),
    Claim("threading.Event.set", lambda _: on(threading.Event())),
    Claim("threading.Event.is_set", lambda _: on(threading.Event())),
    Claim("threading.Thread.start", lambda w: on(w.keep(threading.Thread(target=time.sleep, args=[DELAY]), "join"))),
    Claim("threading.Thread.is_alive", lambda _: on(threading.current_thread())),
    Claim("queue.Queue.put", lambda _: on(queue.Queue(), 1)),
    Claim("queue.Queue.put_nowait", lambda _: on(queue.Queue(), 1)),
    Claim("queue.Queue.get_nowait", lambda _: on(_filled())),
    Claim("queue.Queue.get", lambda _: on(_filled(), block=False), unless="block", note="without blocking"),
    Claim("queue.SimpleQueue.put", lambda _: on(queue.SimpleQueue(), 1)),
    Claim("concurrent.futures.Executor.submit", lambda w: on(_executor(w), time.sleep, DELAY)),
    Claim("concurrent.futures.Executor.shutdown", lambda w: on(_busy(w), wait=False), unless="wait", note="without waiting"),
    Claim("concurrent.futures.Future.done", lambda w: on(_future(w))),
    Claim("concurrent.futures.Future.result", lambda _: on(_result(), timeout=0), unless="timeout", note="without waiting"),
    Claim("select.select", lambda _: args([], [], [], 0), unless="3", note="without waiting"),
]
