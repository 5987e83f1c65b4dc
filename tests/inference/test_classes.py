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
