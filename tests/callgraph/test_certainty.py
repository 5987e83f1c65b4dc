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
