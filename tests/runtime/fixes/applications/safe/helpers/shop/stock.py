"""What is there."""

from pathlib import Path

for _name, _text in {"tea": "3", "cake": "12"}.items():
    Path(_name).write_text(_text)


class SoldOut(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is sold out")
        self.name = name


class File:
    def __init__(self, name: str) -> None:
        self.name = name

    def text(self) -> str:
        return Path(self.name).read_text()


class Doubled(File):
    def text(self) -> str:
        return super().text() * 2


def describe(name: str, *more: str, sep: str = ", ", **rest: str) -> str:
    amount = Path(name).read_text()
    return sep.join([name, amount, *more, *rest.values()])


def applied(func: str, times: int = 1) -> str:
    text = Path("tea").read_text()
    return f"{func}{text}" * times


def take(name: str, count: int) -> int:
    found = int(Path(name).read_text())
    try:
        left = 1 // max(0, found - count)
    except ZeroDivisionError as error:
        problem = SoldOut(name)
        problem.add_note("ask again")
        raise problem from error
    return left


def sorted_copy(names: list[str]) -> list[str]:
    amounts = {name: int(Path(name).read_text()) for name in names}
    return sorted(names, key=lambda name: -amounts[name])


def sell(name: str) -> None:
    with Path("sold").open("a") as file:
        file.write(f"{name}\n")
