"""What becomes of callables, generators, coroutines and context managers that are handed to somebody."""

from pathlib import Path

from tests.support import assert_project


def test_helpers_that_run_what_they_are_given(tmp_path: Path) -> None:
    """Called, iterated, entered, chosen, wrapped in a partial or in another function, passed on."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import contextlib
            import functools
            import time

            def slow():
                time.sleep(1)

            def rows():
                yield time.sleep(1)

            @contextlib.contextmanager
            def opened():
                time.sleep(1)
                yield

            def call(f):
                f.__call__()

            def call_one_of(f, g=None):
                (f or g)()

            def call_partial(f):
                functools.partial(f)()

            def call_inside(f):
                def inner():
                    f()
                inner()

            def keep(f):
                def inner():
                    f()
                return None

            def drain(items):
                return [item for item in items]

            def enter(manager):
                with manager:
                    pass

            def pass_on(f):
                call(f)

            class Runner:
                def __init__(self, f):
                    f()

                def run(self, f):
                    f()

            async def show():
                call(slow)  # expect: FAL201
                call_one_of(slow)  # expect: FAL201
                call_partial(slow)  # expect: FAL201
                call_inside(slow)  # expect: FAL201
                keep(slow)
                drain(rows())  # expect: FAL201
                enter(opened())  # expect: FAL201
                pass_on(slow)  # expect: FAL201
                pass_on(f=slow)  # expect: FAL201
                Runner(slow)  # expect: FAL201
                Runner(print).run(slow)  # expect: FAL201
            """
        },
    )


def test_helpers_that_run_it_elsewhere(tmp_path: Path) -> None:
    """The project's own offloaders: a function, a method, a decorator, one through another; and tasks of the project's own making."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import asyncio
            import time
            from concurrent.futures import ThreadPoolExecutor
            from functools import partial, wraps

            pool = ThreadPoolExecutor()

            def slow(x=1):
                time.sleep(1)

            async def offload(f, *args, **named):
                return await asyncio.get_running_loop().run_in_executor(pool, partial(f, *args, **named))

            async def through(f):
                return await offload(f)

            def start(f):
                return pool.submit(f)

            class Worker:
                async def run(self, f):
                    return await asyncio.to_thread(f)

            def threaded(f):
                @wraps(f)
                async def wrapper(*args):
                    return await offload(f, *args)
                return wrapper

            @threaded
            def moved():
                time.sleep(1)

            async def task():
                time.sleep(1)  # expect: FAL101

            def spawn(coroutine):
                return asyncio.create_task(coroutine)

            async def show():
                await offload(slow, 1)
                await through(slow)
                await Worker().run(slow)
                await moved()
                start(slow)
                await spawn(task())
                await offload(slow())  # expect: FAL201
            """
        },
    )


def test_coroutine_functions_that_call_what_they_are_given(tmp_path: Path) -> None:
    """They are on the loop themselves: the finding is at their call."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            def slow():
                time.sleep(1)

            async def run(f):
                f()  # expect: FAL201

            async def show():
                await run(slow)
            """
        },
    )
