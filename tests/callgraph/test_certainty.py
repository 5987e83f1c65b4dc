from pathlib import Path

from fastapi_async_lint.findings import Confidence
from tests.support import check, write_project


def test_one_implementation_of_several_is_likely(tmp_path: Path) -> None:
    """A call, and a property, of an abstract class may run any of its implementations; the only one there is runs for certain."""
    folder = write_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Protocol


            class Embedding(Protocol):
                def __call__(self, text): ...

                @property
                def size(self): ...


            class Slow(Embedding):
                def __call__(self, text):
                    time.sleep(1)

                @property
                def size(self):
                    time.sleep(1)


            class Quick(Embedding):
                def __call__(self, text):
                    return text

                @property
                def size(self):
                    return 1


            class Alone(Protocol):
                def __call__(self): ...


            class Only(Alone):
                def __call__(self):
                    time.sleep(1)


            async def show(some: Embedding, only: Alone):
                some("x")
                some.size
                only()
            """
        },
    )
    found = [finding.confidence for finding in check(folder).findings]
    assert found == [Confidence.LIKELY, Confidence.LIKELY, Confidence.CERTAIN]


def test_what_runs_while_something_is_empty_is_likely(tmp_path: Path) -> None:
    """Behind `or` after a global or an attribute; behind a local name, a parameter or a call it runs as often as they say."""
    folder = write_project(
        tmp_path,
        {
            "main.py": """
            import os
            import time

            default = None


            def slow():
                time.sleep(1)


            def by_global():
                return default or slow()


            def by_attribute(state):
                return state.found or state.word and slow()


            def by_parameter(word):
                return word or slow()


            def by_call():
                return os.getenv("WORD") or slow()


            def by_local():
                default = os.getenv("WORD")
                return default or slow()


            def in_and(state):
                return state.found and slow()


            async def show(state):
                by_global()
                by_attribute(state)
                by_parameter(state.word)
                by_call()
                by_local()
                in_and(state)
                state.found or time.sleep(1)
            """
        },
    )
    found = [finding.confidence is Confidence.CERTAIN for finding in check(folder).findings]
    assert found == [False, False, True, True, True, True, False]


def test_flags_that_are_not_known_make_a_call_likely(tmp_path: Path) -> None:
    """One of the constants that a condition names decides; what else is joined to it does not, and what is not known may be one."""
    tables = """
        [[tool.fastapi-async-lint.catalogue.functions]]
        names = ["acme.wait"]
        blocks = "certain"
        category = "wait"
        unless = [{ position = 0, name = "flags", names = ["acme.NO_WAIT", "acme.GIVE_BACK"] }]
        """
    program = """
        import acme
        from acme import NO_WAIT as QUICK


        async def show(wish, is_quick):
            acme.wait()
            acme.wait(acme.WAIT | 0)
            acme.wait(acme.WAIT | 4)
            acme.wait(wish)
            acme.wait(wish | acme.WAIT)
            acme.wait(acme.NO_WAIT if is_quick else acme.WAIT)
            acme.wait(QUICK)
            acme.wait(flags=acme.WAIT | wish | acme.GIVE_BACK)
            flags = acme.WAIT
            flags |= acme.NO_WAIT
            acme.wait(flags)
        """
    folder = write_project(tmp_path, {"pyproject.toml": tables, "main.py": program})
    found = [(finding.span.row, finding.confidence is Confidence.CERTAIN) for finding in check(folder).findings]
    assert found == [(6, True), (7, True), (8, False), (9, False), (10, False), (11, False)]
