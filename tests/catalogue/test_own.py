"""A project's own tables over the shipped ones: known functions, single methods, whole modules, and what they leave as it is."""

from pathlib import Path

from fastapi_async_lint.catalogue import Catalogue, Type, load
from tests.support import assert_project


def with_tables(imported: str, *functions: dict[str, object]) -> Catalogue:
    """The catalogue of a project that imports this library and has these entries."""
    return load([imported], {"category": "database", "functions": list(functions)})


def test_a_method_is_named_by_its_path() -> None:
    """Its class stays as it is, and so does what the method gives."""
    known = with_tables("redis", {"names": ["redis.Redis.ping"]}, {"names": ["redis.Redis.pipeline"], "blocks": "likely"})
    ping, pipeline, get = (known.callable(f"redis.Redis.{name}") for name in ("ping", "pipeline", "get"))
    assert ping
    assert pipeline
    assert get
    assert (ping.level, pipeline.level, get.level) == ("pure", "likely", "certain")
    assert pipeline.returns == load(["redis"]).callable("redis.Redis.pipeline").returns  # type: ignore[union-attr]
    assert known.is_class("redis.Redis")


def test_a_method_is_named_by_any_path_of_its_class() -> None:
    """An alias, or a class that inherits it."""
    known = with_tables("sqlmodel", {"names": ["sqlalchemy.orm.session.Session.commit"]})
    assert known.callable("sqlalchemy.orm.Session.commit").level == "pure"  # type: ignore[union-attr]
    assert known.callable("sqlmodel.Session.commit").level == "pure"  # type: ignore[union-attr]
    assert known.callable("sqlmodel.Session.flush").level == "certain"  # type: ignore[union-attr]


def test_construction_entering_and_reading_can_be_named() -> None:
    """By the class's own path, and by those of special methods and properties; the class is still a class."""
    names = ["sqlite3.connect", "threading.Lock.__enter__", "subprocess.Popen"]
    known = load(["sqlite3", "threading", "subprocess"], {"functions": [{"names": names}]})
    assert known.constructor("subprocess.Popen").level == "pure"  # type: ignore[union-attr]
    assert known.constructor("subprocess.Popen").returns == load(["subprocess"]).constructor("subprocess.Popen").returns  # type: ignore[union-attr]
    assert known.entering("threading.Lock", is_async=False).level == "pure"  # type: ignore[union-attr]
    assert known.function("subprocess.Popen") is None
    connect = known.function("sqlite3.connect")
    assert connect
    assert (connect.level, connect.returns) == ("pure", load(["sqlite3"]).function("sqlite3.connect").returns)  # type: ignore[union-attr]


def test_a_method_may_be_said_to_run_what_it_is_given(tmp_path: Path) -> None:
    """A method of a described class, by a name that no library's file has."""
    tables = """
        [[tool.fastapi-async-lint.catalogue.classes]]
        name = "acme.Pool"

        [[tool.fastapi-async-lint.catalogue.functions]]
        names = ["acme.Pool.schedule_soon"]
        runs = [{ argument = 0, where = "loop" }]
    """
    program = """
        import time

        import acme

        pool = acme.Pool()


        def tick():
            time.sleep(1)  # expect: FAL101 time.sleep


        pool.schedule_soon(tick)
    """
    assert_project(tmp_path, {"pyproject.toml": tables, "main.py": program})


def test_a_property_stays_a_property() -> None:
    """Reading it is what blocks, or does not."""
    tables = {
        "classes": [{"name": "a.B", "category": "http", "properties": {"size": {"blocks": "certain", "returns": "int"}}}],
        "functions": [{"names": ["a.B.size"]}],
    }
    size = load([], tables).member("a.B", "size")
    assert size
    assert size.prop
    assert (size.prop.level, size.prop.returns, size.method) == ("pure", Type("int"), None)


def test_a_pattern_stands_for_functions() -> None:
    """At any depth; the longest pattern wins, a name wins over both; classes are not meant."""
    known = with_tables(
        "acme",
        {"names": ["acme.*"], "blocks": "likely"},
        {"names": ["acme.db.*"], "blocks": "certain"},
        {"names": ["acme.db.quote"]},
    )
    levels = {
        path: entry.level if (entry := known.function(path)) else None for path in ("acme.a", "acme.db.b", "acme.db.c.d", "acme.db.quote")
    }
    assert levels == {"acme.a": "likely", "acme.db.b": "certain", "acme.db.c.d": "certain", "acme.db.quote": "pure"}
    assert known.function("acme.db.Client") is None
    assert known.function("acme.db.Client.make") is None
    assert known.function("acmeology.x") is None


def test_a_pattern_wins_over_a_librarys_file() -> None:
    """Its functions, and not its classes."""
    known = with_tables("requests", {"names": ["requests.*"]})
    assert known.function("requests.get").level == "pure"  # type: ignore[union-attr]
    assert known.callable("requests.Session.get").level == "certain"  # type: ignore[union-attr]
    assert known.constructor("requests.Session") is not None


TABLES = """
    [[tool.fastapi-async-lint.catalogue.functions]]
    names = ["app.native.*", "app.repo.Repo.load", "app.repo.make"]
    blocks = "certain"
    category = "database"
"""


def test_patterns_and_the_projects_own_code(tmp_path: Path) -> None:
    """Plain functions that the module itself defines, decorated ones too; through re-exports, in the module itself and in its neighbours."""
    files = {
        "pyproject.toml": TABLES,
        "app/__init__.py": "from app.native import query\n",
        "app/other.py": "def helper(): ...\n",
        "app/native.py": """
            from contextlib import contextmanager
            import functools
            import requests
            from app.other import helper


            def logged(f):
                @functools.wraps(f)
                def wrapper(*args):
                    return f(*args)
                return wrapper


            def query(x): ...


            @logged
            def decorated(x): ...


            def session() -> requests.Session:
                return requests.Session()


            async def later(x): ...


            def rows():
                yield 1


            @contextmanager
            def scope():
                yield requests.Session()


            class Table:
                def read(self): ...


            limit = int


            async def inside():
                query(1)  # expect: FAL103 app.native.query
        """,
        "main.py": """
            import app
            from app import native
            from app.native import helper


            async def run():
                app.query(1)  # expect: FAL103 app.native.query
                native.decorated(1)  # expect: FAL103 app.native.decorated
                native.session().get("x")  # expect: FAL103 app.native.session; FAL102 requests.Session.get
                await native.later(1)
                list(native.rows())
                with native.scope() as session:
                    session.get("x")  # expect: FAL102 requests.Session.get
                native.Table().read()
                native.limit("1")
                helper()
        """,
    }
    assert_project(tmp_path, files)


def test_a_method_of_the_projects_own(tmp_path: Path) -> None:
    """Named with its class; subclasses inherit it, and what it returns is still known. Other methods are read from their code."""
    files = {
        "pyproject.toml": TABLES,
        "app/__init__.py": "",
        "app/repo.py": """
            import requests


            class Repo:
                def load(self) -> requests.Session:
                    return requests.Session()

                def name(self):
                    return "x"


            class Users(Repo): ...


            def make():
                return Users()


            async def inside(repo: Repo):
                repo.load()  # expect: FAL103 app.repo.Repo.load
        """,
        "main.py": """
            from app.repo import make


            async def run():
                users = make()  # expect: FAL103 app.repo.make
                users.load().get("x")  # expect: FAL103 app.repo.Repo.load; FAL102 requests.Session.get
                users.name()
        """,
    }
    assert_project(tmp_path, files)


def test_what_a_pattern_names_runs_where_it_is_handed_to(tmp_path: Path) -> None:
    """As a dependency, a background task, in an executor: in a thread. Passed on as a value, or called now for a thread: on the loop."""
    files = {
        "pyproject.toml": TABLES,
        "app/__init__.py": "",
        "app/native.py": "def load():\n    return {}\n\n\ndef write(x): ...\n",
        "main.py": """
            import asyncio

            from app.native import load, write
            from fastapi import BackgroundTasks, Depends, FastAPI
            from fastapi.concurrency import run_in_threadpool

            app = FastAPI()


            class Reader:
                def read(self):
                    return load()


            @app.get("/thread")
            def in_thread(x=Depends(load)):
                write(x)


            @app.get("/loop")
            async def on_loop(tasks: BackgroundTasks, x=Depends(load)):
                tasks.add_task(write, x)
                await run_in_threadpool(write, x)
                await asyncio.to_thread(load)
                await run_in_threadpool(write(x))  # expect: FAL103 app.native.write
                Reader().read()  # expect: FAL203 app.native.load
                list(map(write, [1]))  # expect: FAL103 app.native.write
                same = load
                return same()  # expect: FAL103 app.native.load


            app.add_api_route("/load", load)
        """,
    }
    assert_project(tmp_path, files)
