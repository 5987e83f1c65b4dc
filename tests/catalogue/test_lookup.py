"""Looking up names in a merged catalogue: aliases, inheritance, wildcards."""

from fastapi_async_lint.catalogue import Catalogue, load

TABLES = {
    "category": "service",
    "aliases": {"lib.api": "lib.core", "short": "lib.core.Client", "loop.a": "loop.b", "loop.b": "loop.a"},
    "objects": {"lib.core.default": "lib.core.Client"},
    "functions": [{"names": ["lib.core.load", "lib.load"], "blocks": "certain", "returns": "lib.core.Client"}],
    "classes": [
        {
            "name": "lib.core.Parent",
            "certain": ["*"],
            "pure": ["quiet"],
            "coroutines": ["later"],
            "attributes": {"url": "str"},
            "members": {"LIMIT": "int"},
            "returns": {"child": "lib.core.Client"},
            "properties": {"status": {"blocks": "likely"}},
            "enter": {"blocks": "certain"},
            "exit": {"blocks": "likely"},
            "iterate": {"returns": "str"},
            "operators": {"/": "lib.core.Client"},
        },
        {
            "name": "lib.core.Client",
            "aliases": ["lib.Client"],
            "bases": ["lib.core.Parent"],
            "category": "http",
            "likely": ["send"],
            "methods": {"ask": {"blocks": "certain", "category": "wait"}},
            "open": True,
            "offload": False,
            "hooks": [{"names": ["on_start"], "where": "loop"}],
        },
        {"name": "lib.core.Looped", "bases": ["lib.core.Looped"]},
    ],
}


def catalogue() -> Catalogue:
    """The tables above, with the builtins."""
    return load([], TABLES)


def test_names_follow_aliases() -> None:
    """Of modules, classes and functions; aliases in a circle end."""
    found = catalogue()
    assert found.canonical("lib.api.load") == "lib.core.load"
    assert found.canonical("short.send") == "lib.core.Client.send"
    assert found.canonical("lib.Client") == "lib.core.Client"
    assert found.canonical("unknown.name") == "unknown.name"
    assert found.canonical("loop.a").startswith("loop.")
    assert found.is_class("short")
    assert not found.is_class("lib.core.load")
    assert str(found.object_type("lib.api.default").head) == "lib.core.Client"  # type: ignore[union-attr]
    assert found.object_type("lib.api.missing") is None


def test_members_are_inherited() -> None:
    """The class's own record decides, then its bases', then a wildcard; private names are nobody's."""
    found = catalogue()

    def level(name: str) -> str:
        member = found.member("lib.Client", name)
        assert member is not None
        assert member.method is not None
        return member.method.level

    assert level("send") == "likely"
    assert level("ask") == "certain"
    assert level("anything") == "certain"
    assert level("quiet") == "pure"
    assert level("child") == "certain"  # only its type is said: "*" stands for it too
    assert found.member("lib.Client", "_secret") is None
    assert found.member("lib.Unknown", "send") is None
    later = found.member("lib.Client", "later")
    assert later is not None
    assert later.method is not None
    assert later.method.coroutine
    url, status, limit = (found.member("lib.Client", name) for name in ("url", "status", "LIMIT"))
    assert url is not None
    assert url.type is not None
    assert url.type.head == "str"
    assert status is not None
    assert status.prop is not None
    assert status.prop.level == "likely"
    assert limit is not None
    assert limit.type is not None
    assert found.class_member("lib.Client", "LIMIT").head == "int"  # type: ignore[union-attr]
    assert found.class_member("lib.Client", "url") is None


def test_categories_come_from_the_nearest_record() -> None:
    """The entry's own, else its class's, else the file's."""
    found = catalogue()
    member = found.member("lib.Client", "send")
    assert member is not None
    assert member.method is not None
    assert member.method.category == "http"
    assert not member.method.offload
    ask = found.member("lib.Client", "ask")
    assert ask is not None
    assert ask.method is not None
    assert ask.method.category == "wait"
    loaded = found.function("lib.load")
    assert loaded is not None
    assert loaded.category == "service"
    assert loaded.blocks


def test_protocols_are_inherited() -> None:
    """Entering, leaving, iterating, operators, constructing, hooks."""
    found = catalogue()
    assert found.entering("lib.Client", is_async=False).level == "certain"  # type: ignore[union-attr]
    assert found.entering("lib.Client", is_async=True) is None
    assert found.leaving("lib.Client").level == "likely"  # type: ignore[union-attr]
    assert found.iterating("lib.Client", is_async=False).returns.head == "str"  # type: ignore[union-attr]
    assert found.iterating("lib.Client", is_async=True) is None
    assert found.operator("lib.Client", "/").head == "lib.core.Client"  # type: ignore[union-attr]
    assert found.operator("lib.Client", "+") is None
    assert found.constructor("lib.Client").level == "pure"  # type: ignore[union-attr]
    assert found.constructor("lib.load") is None
    assert found.calling("lib.Client") is None
    assert [hook.names for hook in found.hooks("lib.Client")] == [("on_start",)]
    assert found.is_open("lib.Client")
    assert not found.is_open("lib.core.Parent")
    assert found.inherits("short", "lib.core.Parent")
    assert not found.inherits("lib.core.Parent", "short")
    assert found.ancestors("lib.core.Looped") == ("lib.core.Looped",)
    assert "status" in found.property_names()
    assert "on_start" in found.hook_names()
