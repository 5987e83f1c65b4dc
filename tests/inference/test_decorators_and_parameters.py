"""What decorated names are, what parameters get, and what calls give."""

from pathlib import Path

from tests.support import assert_project


def test_what_one_caller_passes_is_not_what_another_passes(tmp_path: Path) -> None:
    """Callables given to a helper count at the call that gives them, the project's and libraries' alike."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import requests

            def apply(func):
                func()

            def calm():
                pass

            def load():
                requests.get("/")

            async def one():
                apply(input)  # expect: FAL210
                apply(load)  # expect: FAL202

            async def two():
                apply(calm)
            """
        },
    )


def test_decorators_of_the_project(tmp_path: Path) -> None:
    """Plain ones, ones with arguments, classes, methods, offloading ones, ones that give back something else."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import asyncio
            import functools
            import time

            def plain(f):
                return f

            def wrapping(f):
                @functools.wraps(f)
                def wrapper(*args, **kwargs):
                    return f(*args, **kwargs)
                return wrapper

            def with_arguments(name):
                def decorator(f):
                    def wrapper(*args):
                        time.sleep(1)
                        return f(*args)
                    return wrapper
                return decorator

            class Counting:
                def __init__(self, f):
                    self.f = f

                def __call__(self):
                    time.sleep(1)

            class Registry:
                def add(self, f):
                    return f

            registry = Registry()

            def threaded(f):
                async def wrapper(*args):
                    return await asyncio.to_thread(f, *args)
                return wrapper

            @plain
            def a():
                time.sleep(1)

            @wrapping
            def b():
                time.sleep(1)

            @with_arguments("x")
            def c():
                pass

            @Counting
            def d():
                pass

            @registry.add
            def e():
                time.sleep(1)

            @threaded
            def f():
                time.sleep(1)

            @unknown
            def g():
                time.sleep(1)

            async def show():
                a()  # expect: FAL201
                b()  # expect: FAL201
                c()  # expect: FAL201
                d()  # expect: FAL201
                e()  # expect: FAL201
                await f()
                g()  # expect: FAL201
            """
        },
    )


def test_properties_with_setters_and_cached_ones(tmp_path: Path) -> None:
    """A setter under the property's name leaves the getter what it was."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import functools
            import time

            class Service:
                @property
                def value(self):
                    time.sleep(1)

                @value.setter
                def value(self, value):
                    pass

                @functools.cached_property
                def once(self):
                    time.sleep(1)

            async def show(service: Service):
                service.value  # expect: FAL201
                service.once  # expect: FAL201
            """
        },
    )


def test_arguments_by_position_name_and_star(tmp_path: Path) -> None:
    """A parameter without an annotation is what the project's calls pass, however they pass it."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import requests

            def by_position(client):
                client.get("/")

            def by_name(*, client):
                client.get("/")

            def by_default(client=requests.Session()):
                client.get("/")

            def by_stars(*clients, **named):
                for client in clients:
                    client.get("/")

            class Holder:
                def __init__(self, client):
                    self.client = client

                @staticmethod
                def use(client):
                    client.get("/")

            async def show():
                by_position(requests.Session())  # expect: FAL202
                by_name(client=requests.Session())  # expect: FAL202
                by_default()  # expect: FAL202
                by_stars(requests.Session())
                Holder(requests.Session()).client.get("/")  # expect: FAL102
                Holder.use(requests.Session())  # expect: FAL202
            """
        },
    )


def test_constructors_that_make_something_else(tmp_path: Path) -> None:
    """`__new__` that returns an instance of another class; `getattr` with a constant name; `super()` in each kind of method."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class Real:
                def run(self):
                    time.sleep(1)

                @classmethod
                def make(cls):
                    time.sleep(1)

            class Front:
                def __new__(cls):
                    return Real()

            class Child(Real):
                def run(self):
                    return super().run()

                @classmethod
                def make(cls):
                    return super().make()

            def outside():
                return super().run()

            async def show(name: str):
                Front().run()  # expect: FAL201
                getattr(Real(), "run")()  # expect: FAL201
                getattr(Real(), name)()
                getattr(unknown, "run")()
                Child().run()  # expect: FAL201
                Child.make()  # expect: FAL201
                outside()
            """
        },
    )


def test_iteration_and_contexts_of_the_projects_classes(tmp_path: Path) -> None:
    """Iterators, asynchronous iterators and context managers give what their methods return."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import requests
            from contextlib import asynccontextmanager, contextmanager

            class Pool:
                def __iter__(self):
                    return iter([requests.Session()])

                def __aiter__(self):
                    return self

                async def __anext__(self):
                    return requests.Session()

                def __enter__(self):
                    return requests.Session()

                def __exit__(self, *details):
                    pass

                async def __aenter__(self):
                    return requests.Session()

                async def __aexit__(self, *details):
                    pass

                def __getitem__(self, key):
                    return requests.Session()

            class Counter:
                def __iter__(self):
                    return self

                def __next__(self):
                    return requests.Session()

            @contextmanager
            def opened():
                yield requests.Session()

            @asynccontextmanager
            async def opened_asynchronously():
                yield requests.Session()

            async def make():
                return Pool()

            async def show(pool: Pool):
                for client in pool:
                    client.get("/")  # expect: FAL102
                async for client in pool:
                    client.get("/")  # expect: FAL102
                for client in Counter():
                    client.get("/")  # expect: FAL102
                with pool as client:
                    client.get("/")  # expect: FAL102
                async with pool as client:
                    client.get("/")  # expect: FAL102
                pool[0].get("/")  # expect: FAL102
                with opened() as client:
                    client.get("/")  # expect: FAL102
                async with opened_asynchronously() as client:
                    client.get("/")  # expect: FAL102
                first, *rest = [requests.Session()]
                first.get("/")  # expect: FAL102
                (await make())[0].get("/")  # expect: FAL102
            """
        },
    )
