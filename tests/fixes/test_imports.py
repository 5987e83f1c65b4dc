import pytest

from tests.fixes.marking import fixed

RUN = "fastapi.concurrency:run_in_threadpool|starlette.concurrency:run_in_threadpool"
CODE = "async def f():\n    «g()»\n"


def with_import(head: str, call: str = RUN, code: str = CODE) -> str:
    """A module that begins with `head`, after a rewrite to `call`."""
    return fixed(head + code, "rewrite", call=call)


@pytest.mark.parametrize(
    ("head", "call", "written"),
    [
        ("import asyncio\n", "asyncio.sleep", "asyncio.sleep"),
        ("import asyncio as aio\n", "asyncio.sleep", "aio.sleep"),
        ("from asyncio import sleep as nap\n", "asyncio.sleep", "nap"),
        ("from asyncio import (\n    run,\n    sleep,\n)\n", "asyncio.sleep", "sleep"),
        ("import os, asyncio; import sys\n", "asyncio.sleep", "asyncio.sleep"),
        ("import asyncio.subprocess\n", "asyncio.sleep", "asyncio.sleep"),
        ("import asyncio\nimport asyncio.subprocess\n", "asyncio.sleep", "asyncio.sleep"),
        ("import a.b\n", "a.b.c", "a.b.c"),
        ("import a.b as ab\n", "a.b.c", "ab.c"),
        ("from a import b\n", "a.b:c", "b.c"),
        ("import a.b.d\n", "a.b:c", "a.b.c"),
        ("from fastapi.concurrency import run_in_threadpool\n", RUN, "run_in_threadpool"),
        ("from starlette.concurrency import run_in_threadpool as rit\n", RUN, "rit"),
        ("from starlette import concurrency\n", RUN, "concurrency.run_in_threadpool"),
        ("import anyio\n", "anyio:to_thread.run_sync", "anyio.to_thread.run_sync"),
        ("from anyio import to_thread as threads\n", "anyio:to_thread.run_sync", "threads.run_sync"),
        ("from .concurrency import offload\n", "app.concurrency:offload", "offload"),
        ("from ..app.concurrency import offload as off\n", "app.concurrency:offload", "off"),
    ],
)
def test_what_is_imported_already_is_used(head: str, call: str, written: str) -> None:
    """By whatever name, as long as it is the very same thing."""
    assert with_import(head, call) == head + f"async def f():\n    await {written}()\n"


def test_an_import_below_serves_functions() -> None:
    """A function runs after the module; what is bound twice to the same thing is the same thing."""
    assert (
        fixed(CODE + "import asyncio\n", "rewrite", call="asyncio.sleep") == "async def f():\n    await asyncio.sleep()\nimport asyncio\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        "if TYPE_CHECKING:\n    import asyncio\n",
        "try:\n    import asyncio\nexcept ImportError:\n    pass\n",
        "def h():\n    import asyncio\n",
        "import fastapi\n",
        "from fastapi import *\n",
    ],
)
def test_what_may_not_be_bound_is_imported(head: str) -> None:
    """A conditional import, and one of another function, are not relied on; the name is still free for the same thing."""
    assert "import asyncio\n" in with_import(head, "asyncio.sleep").replace("    import asyncio\n", "")
    assert "    await asyncio.sleep()\n" in with_import(head, "asyncio.sleep")


@pytest.mark.parametrize(
    "head",
    [
        "import asyncio\nasyncio = 1\n",
        "import asyncio\nfor asyncio in x: pass\n",
        "import asyncio\ndef h():\n    global asyncio\n    asyncio = 1\n",
        "from trio import lowlevel as asyncio\n",
        "try:\n    import asyncio\nexcept ImportError:\n    asyncio = None\n",
        "class asyncio: pass\n",
        "import asyncio\nwith x as (y, [asyncio]): pass\n",
        "import asyncio\nmatch x:\n    case {**asyncio}: pass\n",
        "import asyncio\nx = (asyncio := 1)\n",
        "import asyncio\ntry: pass\nexcept E as asyncio: pass\n",
    ],
)
def test_a_name_that_means_something_else_is_left_alone(head: str) -> None:
    """The import gets another name."""
    after = with_import(head, "asyncio.sleep")
    assert "import asyncio as asyncio_\n" in after
    assert "    await asyncio_.sleep()\n" in after


@pytest.mark.parametrize(
    "code",
    [
        "async def f(asyncio):\n    «g()»\n",
        "async def f(*, a, **asyncio):\n    «g()»\n",
        "async def f():\n    «g()»\n    asyncio = 1\n",
        "async def f():\n    «g()»\n    def asyncio(): pass\n",
        "async def f():\n    return [«g()» for asyncio in x]\n",
        "def h(asyncio):\n    async def f():\n        «g()»\n",
        "async def f():\n    if x:\n        import asyncio\n    «g()»\n",
        "async def f():\n    «g()»\n    import asyncio\n",
    ],
)
def test_a_name_that_a_function_around_binds(code: str) -> None:
    """It hides the module's, so the import gets another name."""
    after = with_import("import asyncio\n", "asyncio.sleep", code)
    assert after.startswith("import asyncio\nimport asyncio as asyncio_\n")
    assert "await asyncio_.sleep()" in after


def test_names_of_a_class_do_not_hide() -> None:
    """A method does not see the names of its class."""
    code = "class A:\n    asyncio = 1\n    async def f(self):\n        «g()»\n"
    assert with_import("import asyncio\n", "asyncio.sleep", code) == "import asyncio\n" + code.replace("«g()»", "await asyncio.sleep()")


def test_an_import_of_the_function_is_used() -> None:
    """One that stands above in a suite around the use, and nothing else of that name in the function."""
    code = "async def f():\n    import asyncio as aio\n    if x:\n        «g()»\n"
    assert with_import("", "asyncio.sleep", code) == code.replace("«g()»", "await aio.sleep()")


def test_names_in_use_are_not_taken() -> None:
    """The other name is one that the file never says."""
    after = with_import("asyncio = asyncio_ = 1\n", "asyncio.sleep")
    assert after == "import asyncio as asyncio_2\n\nasyncio = asyncio_ = 1\nasync def f():\n    await asyncio_2.sleep()\n"


FASTAPI = "from fastapi.concurrency import run_in_threadpool\n"


@pytest.mark.parametrize(
    ("head", "call", "after"),
    [
        # no imports yet
        ("", RUN, f"{FASTAPI}\n\n"),
        ("#!/usr/bin/env python\n# coding: utf-8\n", RUN, f"#!/usr/bin/env python\n# coding: utf-8\n{FASTAPI}\n\n"),
        ("# Licence\n\n", RUN, f"# Licence\n\n{FASTAPI}\n\n"),
        ("#!/bin/python\n# about f\n", RUN, f"#!/bin/python\n{FASTAPI}\n\n# about f\n"),
        ('"""Doc."""\n', RUN, f'"""Doc."""\n\n{FASTAPI}\n\n'),
        ('"""Doc."""  # odd\n\n\n', RUN, f'"""Doc."""  # odd\n\n{FASTAPI}\n\n'),
        ('"""Doc\nof two rows."""\nX = 1\n', RUN, f'"""Doc\nof two rows."""\n\n{FASTAPI}\nX = 1\n'),
        ("from __future__ import annotations\n\n", RUN, f"from __future__ import annotations\n\n{FASTAPI}\n"),
        # in the group of its kind
        ("import os\nimport sys\n\n", "asyncio.sleep", "import asyncio\nimport os\nimport sys\n\n"),
        ("import abc\nimport sys\n\n", "asyncio.sleep", "import abc\nimport asyncio\nimport sys\n\n"),
        ("import abc\nfrom os import path\n\n", "asyncio.sleep", "import abc\nimport asyncio\nfrom os import path\n\n"),
        ("from abc import A\nimport zlib\n\n", "asyncio.sleep", "from abc import A\nimport asyncio\nimport zlib\n\n"),
        ("import time  # late\nimport fastapi\n", "asyncio.sleep", "import asyncio\nimport time  # late\nimport fastapi\n"),
        ("import os\n\nimport httpx\nfrom fastapi import A\nfrom jose import b\n\nfrom .x import y\n\n", RUN,
         f"import os\n\nimport httpx\nfrom fastapi import A\n{FASTAPI}from jose import b\n\nfrom .x import y\n\n"),
        ("import os\n\nfrom a import b\n\nfrom fastapi import A\n", RUN, f"import os\n\nfrom a import b\n\nfrom fastapi import A\n{FASTAPI}"),
        ("import os\n\nfrom app.b import c\n\n", "app.a:offload", "import os\n\nfrom app.a import offload\nfrom app.b import c\n\n"),
        # a group of its own
        ("import os\n\n", RUN, f"import os\n\n{FASTAPI}\n"),
        ("import fastapi\n", "asyncio.sleep", "import asyncio\n\nimport fastapi\n"),
        ("import os\n\nfrom .x import y\n\n", RUN, f"import os\n\n{FASTAPI}\nfrom .x import y\n\n"),
        ("import os\nfrom .x import y\n\n", RUN, f"import os\n{FASTAPI}from .x import y\n\n"),
        ("import os\n\nfrom app.b import c\n\n", RUN, f"import os\n\n{FASTAPI}\nfrom app.b import c\n\n"),
        ("from __future__ import annotations\n\nimport fastapi\n", "asyncio.sleep",
         "from __future__ import annotations\n\nimport asyncio\n\nimport fastapi\n"),
        # comments stay with what they are about
        ("import os\n# why\nimport sys\n\n", "queue.x", "import os\nimport queue\n# why\nimport sys\n\n"),
        ("# Licence\nimport os\n", "asyncio.sleep", "# Licence\nimport asyncio\nimport os\n"),
        ("# Licence\n\n# why\nimport os\n", "asyncio.sleep", "# Licence\n\nimport asyncio\n# why\nimport os\n"),
        ("import os\n\n# others\nimport fastapi\n", "time.x", "import os\nimport time\n\n# others\nimport fastapi\n"),
        # where imports stand elsewhere
        ("__all__ = []\n\nimport os\nx = 1\nimport sys\n", "asyncio.sleep", "__all__ = []\n\nimport asyncio\nimport os\nx = 1\nimport sys\n"),
        ("from os import (\n    a,\n    b,\n)\n\n", "os:c", "from os import (\n    a,\n    b,\n)\nfrom os import c\n\n"),
    ],
)  # fmt: skip
def test_where_an_import_goes(head: str, call: str, after: str) -> None:
    """Where a sorter of imports would have it, and nothing else moves."""
    written = call.partition("|")[0].rpartition(":")[2]
    assert with_import(head, call) == after + f"async def f():\n    await {written}()\n"


def test_a_docstring_that_ends_the_file_without_a_line_end() -> None:
    """The import gets a row of its own, wherever the file ends."""
    assert fixed("async def f(): «g()»", "rewrite", call="a:b") == "from a import b\n\n\nasync def f(): await b()"
    assert fixed("'''doc'''; f = 1\nx = «run(g(k=1))»", "uncall", argument="0", style="positional") == (
        "'''doc'''; f = 1\n\nimport functools\n\nx = run(functools.partial(g, k=1))"
    )
    assert fixed("async def f(): «g()»\nimport os", "rewrite", call="time.x") == "async def f(): await time.x()\nimport os\nimport time\n"


def test_two_imports_at_one_place_share_their_blank_lines() -> None:
    """The standard library comes first."""
    after = fixed('"""Doc."""\nasync def f():\n    «g(k=1)»\n', "offload", offloader="anyio:to_thread.run_sync", style="positional")
    assert after == (
        '"""Doc."""\n\nimport functools\nfrom anyio import to_thread\n\n\n'
        "async def f():\n    await to_thread.run_sync(functools.partial(g, k=1))\n"
    )


def test_an_import_is_added_once_for_all() -> None:
    """Several plans that need it share it."""
    after = fixed("import os\n\n\nasync def f():\n    «g()»\n    «h()»\n\n\nasync def i():\n    «j()»\n", "rewrite", call="asyncio.sleep")
    assert after.count("import asyncio\n") == 1
    assert after.count("await asyncio.sleep()") == 3
