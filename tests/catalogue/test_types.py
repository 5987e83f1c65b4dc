"""Types written in catalogue strings."""

import pytest

from fastapi_async_lint.catalogue.types import MalformedType, Type, parse


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.B", Type("a.B")),
        (" list[ a.B ] ", Type("list", (Type("a.B"),))),
        ("dict[str, list[a.B]]", Type("dict", (Type("str"), Type("list", (Type("a.B"),))))),
        ("a.B | None", Type("|", (Type("a.B"), Type("None")))),
        ("list[a|b]", Type("list", (Type("|", (Type("a"), Type("b"))),))),
        ("arg[0, name]", Type("arg", (Type("0"), Type("name")))),
        ("tuple[]", Type("tuple")),
    ],
)
def test_types_read_as_annotations_do(text: str, tree: Type) -> None:
    """Dotted names, brackets, bars, with spaces anywhere between."""
    assert parse(text) == tree


@pytest.mark.parametrize("text", ["", "a b", "list[a", "list[a b]", "a |", "[a]", "a]", "list[,]"])
def test_malformed_types_are_errors(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(MalformedType):
        parse(text)
