"""What type expressions say, in code and in the catalogue."""

from pathlib import Path

from tests.support import assert_project


def test_special_forms(tmp_path: Path) -> None:
    """Optional, Union, Annotated, ClassVar, Literal, type[...], Callable and their spellings; Any says nothing."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import typing as t
            from collections.abc import Callable, Iterator
            from pathlib import Path
            from typing import Annotated, Any, ClassVar, Literal, Optional, TypeVar, Union
            from requests import Session

            T = TypeVar("T")
            Alias = Session | None
            Other: t.TypeAlias = Union[Session, int]

            async def show(
                a: Optional[Session],
                b: Union[None, Session],
                c: Annotated[Session, "remark"],
                d: type[Session],
                e: Callable[[], Session],
                f: Literal["x"],
                g: Any,
                h: T,
                i: Alias,
                j: Other,
                k: "t.Optional[Session]",
                l: list[Session],
                m: dict[str, Session],
                n: Callable,
                o: Any | Session,
            ):
                a.get("/")  # expect: FAL102
                b.get("/")  # expect: FAL102
                c.get("/")  # expect: FAL102
                d().get("/")  # expect: FAL102
                e().get("/")  # expect: FAL102
                f.get("/"), f.upper().get("/")
                g.get("/")
                h.get("/")
                i.get("/")  # expect: FAL102
                j.get("/")  # expect: FAL102
                k.get("/")  # expect: FAL102
                l[0].get("/")  # expect: FAL102
                m["a"].get("/")  # expect: FAL102
                n().get("/")
                o.get("/")  # expect: FAL102
            """
        },
    )


def test_bare_special_forms_say_nothing(tmp_path: Path) -> None:
    """An Optional or Annotated without brackets, a subscript of what is no class, an annotation that is a value."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            from typing import Annotated, Optional
            import requests

            number = 3

            async def show(a: Optional, b: Annotated, c: number[0], d: number, e: unknown[int], f: requests.get):
                a.get("/"), b.get("/"), c.get("/"), d.get("/"), e.get("/"), f.get("/")
            """
        },
    )


def test_none_and_unions_of_the_projects_own_classes(tmp_path: Path) -> None:
    """`X | None` as annotation and as alias, whichever side the class is on."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time

            class Service:
                def run(self):
                    time.sleep(1)

            Maybe = None | Service
            Both = Maybe | int

            async def show(a: Service | None, b: None, c: Maybe, d: Both, e: "Service | None" = None):
                a.run()  # expect: FAL201
                b.run()
                c.run()  # expect: FAL201
                d.run()  # expect: FAL201
                e.run()  # expect: FAL201
            """
        },
    )


def test_enumerations(tmp_path: Path) -> None:
    """Members by name, by call and by index are instances of the enumeration."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import enum
            import time

            class Pace(enum.Enum):
                SLOW = 1

                def wait(self):
                    time.sleep(self.value)

            async def show(name: str):
                Pace["SLOW"].wait()  # expect: FAL201
                Pace(1).wait()  # expect: FAL201
            """
        },
    )


def test_self_and_type_variables_as_results(tmp_path: Path) -> None:
    """`-> Self` is the receiver; `-> T` is what is passed for `T` or as `type[T]`."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Self, TypeVar
            from requests import Session

            T = TypeVar("T")

            class Builder:
                def with_name(self, name) -> Self:
                    return configured(self, name)

                @classmethod
                def make(cls) -> Self:
                    return configured(cls)

                def run(self):
                    time.sleep(1)

            class Special(Builder):
                def stop(self):
                    time.sleep(1)

            def same(value: T) -> T:
                return unknown(value)

            def made(kind: type[T], name: str = "") -> T:
                return unknown(kind)

            def bad() -> T:
                return unknown()

            async def show():
                Builder().with_name("a").with_name("b").run()  # expect: FAL201
                Special().with_name("a").stop()  # expect: FAL201
                Builder.make().run()  # expect: FAL201
                Special.make().stop()  # expect: FAL201
                same(Session()).get("/")  # expect: FAL102
                same(value=Session()).get("/")  # expect: FAL102
                made(Session).get("/")  # expect: FAL102
                made(Special).stop()  # expect: FAL201
                bad().get("/")
            """
        },
    )


def test_generic_classes(tmp_path: Path) -> None:
    """A type variable in a generic class is what the receiver's type, or its class's base, was given for it."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Generic, TypeVar

            M = TypeVar("M")
            K = TypeVar("K")

            class Model:
                def save(self):
                    time.sleep(1)

            class Repository(Generic[K, M]):
                def first(self) -> M:
                    return unknown(self)

            class Middle(Repository[int, M], Generic[M]):
                pass

            class Models(Middle[Model]):
                pass

            class Bare(Repository):
                pass

            async def show(direct: Repository[int, Model], open: Repository):
                direct.first().save()  # expect: FAL201
                Models().first().save()  # expect: FAL201
                Repository[int, Model]().first().save()  # expect: FAL201
                Bare().first().save()
                open.first().save()
            """
        },
    )


def test_abstract_annotations_give_way_to_what_is_returned(tmp_path: Path) -> None:
    """`object`, a protocol and `Callable` say little: the returned value says more."""
    assert_project(
        tmp_path,
        {
            "main.py": """
            import time
            from typing import Protocol
            from requests import Session

            class Closing(Protocol):
                def close(self) -> None: ...

            class Service:
                def close(self):
                    time.sleep(1)

            def anything() -> object:
                return Session()

            def closing() -> Closing:
                return Service()

            def nothing() -> None:
                return Session()

            async def show():
                anything().get("/")  # expect: FAL102
                closing().close()  # expect: FAL201
                nothing().get("/")
            """
        },
    )
