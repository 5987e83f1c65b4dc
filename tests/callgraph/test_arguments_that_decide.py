"""Blocks of a callee that its caller's arguments rule out, and library calls that their arguments decide."""

from pathlib import Path

from tests.support import assert_project


def test_constants_rule_out_blocks(tmp_path: Path) -> None:
    """Truth, `not`, `is None`, `and`, `or`, conditional expressions, defaults, local constants, constants passed on."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            def slow():
                time.sleep(1)

            def both(a=False, b=True):
                if a and b:
                    slow()

            def either(a=None, b=""):
                if a or b:
                    slow()

            def absent(a=None):
                if a is None:
                    slow()

            def present(a=None):
                if a is not None:
                    slow()

            def negated(a=True):
                if not a:
                    slow()

            def short(a=False):
                a and slow()

            def shorter(a=True):
                a or slow()

            def chosen(a=False):
                return slow() if a else None

            def passing(a):
                both(a)

            def computed(a):
                if a > 3:
                    slow()

            def mixed(a, x):
                if a and x.y:
                    slow()

            async def show(x):
                both()
                both(True)  # expect: FAL201
                both(True, b=False)
                both(x)  # expect: FAL201
                both(1.5)  # expect: FAL201
                either()
                either(b="x")  # expect: FAL201
                either(x)  # expect: FAL201
                absent()  # expect: FAL201
                absent(None)  # expect: FAL201
                absent(1)
                present()
                present(0)  # expect: FAL201
                negated()
                negated(False)  # expect: FAL201
                short()
                short(True)  # expect: FAL201
                shorter()
                shorter(False)  # expect: FAL201
                chosen(True)  # expect: FAL201
                on = True
                passing(on)  # expect: FAL201
                off = False
                passing(off)
                computed(1)  # expect: FAL201
                mixed(False, x)
                mixed(True, x)  # expect: FAL201
            """
        },
    )


def test_receivers_are_no_arguments(tmp_path: Path) -> None:
    """Methods, class methods, static methods, constructors, and a method called on its class."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class Switch:
                def __init__(self, count=0, on=False):
                    if on:
                        time.sleep(1)

                def run(self, count, on):
                    if on:
                        time.sleep(1)

                @classmethod
                def make(cls, on):
                    if on:
                        time.sleep(1)

                @staticmethod
                def use(on, count):
                    if on:
                        time.sleep(1)

            class Child(Switch):
                def run(self, count, on):
                    Switch.run(self, count, on)

            async def show():
                Switch()
                Switch(1, True)  # expect: FAL201
                Switch().run(1, False)
                Switch().run(0, True)  # expect: FAL201
                Switch.make(False)
                Switch.make(True)  # expect: FAL201
                Switch.use(False, 1)
                Switch.use(True, 0)  # expect: FAL201
                Switch.run(Switch(), 0, True)  # expect: FAL201
                Child().run(0, True)  # expect: FAL201
            """
        },
    )


def test_what_runs_until_it_has_run_once(tmp_path: Path) -> None:
    """A global that is filled at the first call runs once in the life of the process: silent. An attribute once for each object: likely."""
    report = assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            kept = None

            def load():
                time.sleep(1)
                return 1

            def lazily():
                global kept
                if kept is None:
                    kept = load()
                return kept

            def always():
                if kept is None:
                    return load()

            class Holder:
                def __init__(self):
                    self.kept = None

                def get(self):
                    if not self.kept:
                        self.kept = load()
                    return self.kept

            async def show():
                lazily()
                always()  # expect: FAL201
                Holder().get()  # expect: FAL201
            """
        },
    )
    assert [str(finding.confidence) for finding in report.findings] == ["certain", "likely"]


def test_arguments_decide_about_library_calls(tmp_path: Path) -> None:
    """A queue's `block=False`, a lock's timeout, by position and by name, through a partial."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import functools
            import queue
            import threading

            jobs: queue.Queue = queue.Queue()
            lock = threading.Lock()

            async def show(flag):
                jobs.get()  # expect: FAL107
                jobs.get(False)
                jobs.get(block=False)
                jobs.get(block=flag)  # expect: FAL107
                lock.acquire()  # expect: FAL107
                lock.acquire(blocking=False)
                functools.partial(jobs.get, block=False)()
                functools.partial(jobs.get, block=True)()  # expect: FAL107
            """
        },
    )
