"""Which catalogue files are read, and what is wrong with tables."""

import pytest

from fastapi_async_lint.catalogue import CatalogueError, available, load
from fastapi_async_lint.catalogue.load import libraries, user_library


def test_only_imported_libraries_are_loaded() -> None:
    """With what they require, and the language's own names always."""
    assert list(libraries([])) == sorted(libraries([]))
    assert "builtins" in libraries([])
    assert "requests" not in libraries(["os.path"])
    assert "requests" in libraries(["requests.adapters"])
    assert "starlette" in libraries(["fastapi"])
    assert set(libraries(["fastapi", "not_a_library"])) <= available()


def test_a_library_may_mirror_another() -> None:
    """The same surface under another name, as the original has it."""
    name = next(name for name in sorted(available()) if libraries([name])[name].mirrors == "" and name == "httpx2")
    mirrored, original = libraries([name])[name], libraries(["httpx"])["httpx"]
    renamed = {entry.name.replace("httpx2.", "httpx.", 1) for entry in mirrored.classes}
    assert {entry.name for entry in original.classes} & renamed


def test_users_tables_win() -> None:
    """The same name in a user's table replaces the shipped entry."""
    assert load(["time"]).function("time.sleep").level == "certain"  # type: ignore[union-attr]
    tables = {"functions": [{"names": ["time.sleep"], "blocks": "pure"}]}
    assert load(["time"], tables).function("time.sleep").level == "pure"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"functions": [{"names": ["a.b"], "bloks": "certain"}]}, "bloks"),
        ({"functions": [{"names": ["a.b"], "blocks": "often"}]}, "often"),
        ({"functions": [{"blocks": "certain"}]}, "names"),
        ({"category": "weather"}, "weather"),
        ({"klasses": []}, "klasses"),
    ],
)
def test_malformed_tables_are_errors(tables: dict[str, object], message: str) -> None:
    """The message says where and what."""
    with pytest.raises(CatalogueError, match=f"settings.toml: .*{message}"):
        user_library(tables, "settings.toml")
