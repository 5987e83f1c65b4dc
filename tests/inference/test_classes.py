"""Classes of the project: bases, method resolution order, overrides."""

from pathlib import Path

from tests.support import assert_project


def test_generic_bases_hide_no_ancestors(tmp_path: Path) -> None:
    """Whichever class of a hierarchy over a generic one is asked about first, each knows all its ancestors."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Generic, TypeVar

            T = TypeVar("T")

            class Base(Generic[T]):
                def save(self):
                    time.sleep(1)

            class Users(Base[int]):
                pass

            class Admins(Users):
                pass

            class Chiefs(Admins):
                pass

            async def show():
                Chiefs().save()  # expect: FAL201
                Admins().save()  # expect: FAL201
                Users().save()  # expect: FAL201
            """
        },
    )


def test_the_first_class_in_the_resolution_order_decides(tmp_path: Path) -> None:
    """Diamonds are linearised as Python does; where Python would refuse, the bases are taken as they come."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class Root:
                def run(self):
                    pass

                def stop(self):
                    time.sleep(1)

            class Left(Root):
                pass

            class Right(Root):
                def run(self):
                    time.sleep(1)

                def stop(self):
                    pass

            class Both(Left, Right):
                pass

            class Impossible(Root, Left):
                pass

            async def show():
                Both().run()  # expect: FAL201
                Both().stop()
                Impossible().stop()  # expect: FAL201
                Left().run()
            """
        },
    )


def test_bases_that_are_aliases(tmp_path: Path) -> None:
    """A class under another name, one behind a conditional import, a library's class with type arguments."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            import requests
            from collections import UserDict

            class Own:
                def run(self):
                    time.sleep(1)

            Alias = Own
            Client = requests.Session

            class First(Alias):
                pass

            class Second(Client):
                pass

            class Third(UserDict[str, int], Own):
                pass

            class Fourth(unknown.Base, Own):
                pass

            async def show():
                First().run()  # expect: FAL201
                Second().get("/")  # expect: FAL102
                Third().run()  # expect: FAL201
                Fourth().run()  # expect: FAL201
            """
        },
    )


def test_type_parameters_in_brackets_are_type_variables(tmp_path: Path) -> None:
    """Of classes and of functions; a class with the name of a type parameter elsewhere keeps its own meaning."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class Api:
                def fetch(self):
                    time.sleep(1)

            class Executor[R, **P, S]:
                registry: R
                other: S

                def get(self) -> R: ...

            class Sub[T](Executor[int, [], T]):
                pass

            class SubOfSub(Sub[Api]):
                pass

            def same[T](value: T) -> T:
                return value

            def made[T](of: type[T]) -> T: ...

            async def show(executor: Executor[Api, [int], str], sub: SubOfSub):
                executor.registry.fetch()  # expect: FAL201
                executor.get().fetch()  # expect: FAL201
                executor.other.fetch()
                sub.other.fetch()  # expect: FAL201
                sub.registry.fetch()
                same(Api()).fetch()  # expect: FAL201
                made(Api).fetch()  # expect: FAL201
            """
        },
    )


def test_classes_that_inherit_from_each_others_type_arguments_end(tmp_path: Path) -> None:
    """The question what a type variable stands for is not asked in circles."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            from typing import Generic, TypeVar

            T = TypeVar("T")

            class A(B[T], Generic[T]):
                value: T

            class B(A[T], Generic[T]):
                item: T

            async def show(a: A, b: B[int]):
                a.value.fetch()
                a.item.fetch()
                b.value.fetch()
            """
        },
    )
