import os
import time
from pathlib import Path

import pytest

from fastapi_async_lint.facts import Comment, Literal, ModuleFacts, Name
from fastapi_async_lint.stores import factstore
from fastapi_async_lint.stores.factstore import FactStore, decode, digest, encode

FACTS = ModuleFacts(expressions=(Name("x"), Literal("int", 1)), comments=(Comment(1, 0, "# noqa", True),), line_count=3)


def entries(folder: Path) -> list[Path]:
    """The files of the entries."""
    return sorted(folder.glob("facts/*/*/*"))


def stored(folder: Path, text: str = "x = 1") -> Path:
    """The file of one entry, just saved."""
    FactStore(folder).save(digest(text), encode(FACTS))
    (only,) = [path for path in entries(folder) if path.parent.name + path.name == digest(text)]
    return only


def test_facts_come_back_as_they_were(tmp_path: Path) -> None:
    """Also in the next process, which has a store of its own."""
    store = FactStore(tmp_path / "cache")
    assert store.load(digest("x = 1")) is None
    store.save(digest("x = 1"), encode(FACTS))
    assert store.load(digest("x = 1")) == FACTS
    assert FactStore(tmp_path / "cache").load(digest("x = 1")) == FACTS
    assert decode(encode(FACTS)) == FACTS


def test_a_digest_is_of_the_text_alone() -> None:
    """Lone surrogates too, which an overlay may hold."""
    assert digest("a") == digest("a") != digest("b")
    assert len(digest("\ud800")) == 40


def test_the_folder_says_that_it_may_be_left_out(tmp_path: Path) -> None:
    """Version control and backups do not see it."""
    stored(tmp_path / "cache")
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / "cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100, b"foreign" * 50])
def test_damaged_entries_are_ignored_and_replaced(tmp_path: Path, damage: bytes) -> None:
    """A crash while writing, a disk fault, a foreign file."""
    place = stored(tmp_path)
    place.write_bytes(damage)
    assert FactStore(tmp_path).load(digest("x = 1")) is None
    stored(tmp_path)
    assert FactStore(tmp_path).load(digest("x = 1")) == FACTS


def test_truncated_entries_and_other_shapes_are_ignored(tmp_path: Path) -> None:
    """Whole MessagePack that is no facts of ours is no entry either."""
    place = stored(tmp_path)
    raw = place.read_bytes()
    for length in range(len(raw)):
        place.write_bytes(raw[:length])
        assert FactStore(tmp_path).load(digest("x = 1")) is None
    FactStore(tmp_path).save(digest("x = 1"), b"\x93\x01\x02\x03")
    assert FactStore(tmp_path).load(digest("x = 1")) is None


def test_a_folder_in_place_of_an_entry_is_no_error(tmp_path: Path) -> None:
    """It is neither read nor replaced."""
    place = stored(tmp_path)
    place.unlink()
    place.mkdir()
    store = FactStore(tmp_path)
    assert store.load(digest("x = 1")) is None
    store.save(digest("x = 1"), encode(FACTS))
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_where_nothing_can_be_written_the_store_keeps_nothing(tmp_path: Path) -> None:
    """A file in the folder's place stands for a read-only disk, which does not stop root."""
    (tmp_path / "cache").write_text("in the way")
    store = FactStore(tmp_path / "cache")
    store.save(digest("a"), encode(FACTS))
    store.save(digest("b"), encode(FACTS))
    store.tidy()
    assert store.load(digest("a")) is None
    assert (tmp_path / "cache").read_text() == "in the way"


def test_no_folder_is_a_store_too() -> None:
    """--no-cache."""
    store = FactStore(None)
    store.save(digest("a"), encode(FACTS))
    store.tidy()
    assert store.load(digest("a")) is None


def test_another_version_has_entries_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of another version of ours, or of the parser, are never read."""
    stored(tmp_path)
    monkeypatch.setattr(factstore, "_fingerprint", lambda: "another")
    assert FactStore(tmp_path).load(digest("x = 1")) is None
    FactStore(tmp_path).save(digest("x = 1"), encode(FACTS))
    assert len(entries(tmp_path)) == 2


def test_what_is_unused_for_a_month_is_removed(tmp_path: Path) -> None:
    """Using an entry keeps it; empty folders of old versions go; at most once a day."""
    old, used, fresh = stored(tmp_path, "old"), stored(tmp_path, "used"), stored(tmp_path, "fresh")
    left = old.with_name("x.new")
    left.touch()
    foreign = tmp_path / "facts" / "oldversion" / "ab" / "cd"
    foreign.parent.mkdir(parents=True)
    foreign.touch()
    month = time.time() - 31 * 24 * 60 * 60
    for path in (old, used, foreign, left):
        os.utime(path, (month, month))
    store = FactStore(tmp_path)
    assert store.load(digest("used")) == FACTS
    store.tidy()
    assert old.exists(), "a store that saved nothing does not tidy"
    store.save(digest("fresh"), encode(FACTS))
    store.tidy()
    assert entries(tmp_path) == sorted([used, fresh])
    assert not (tmp_path / "facts" / "oldversion").exists()
    os.utime(fresh, (month, month))
    store.tidy()
    assert fresh.exists(), "it was tidied today"


def test_a_store_that_is_too_large_loses_the_longest_unused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down to its bound."""
    places = [stored(tmp_path, str(number)) for number in range(4)]
    for age, place in enumerate(places):
        os.utime(place, (time.time() - age * 60,) * 2)
    monkeypatch.setattr(factstore, "_MOST_BYTES", 2 * places[0].stat().st_size)
    store = FactStore(tmp_path)
    store.save(digest("0"), encode(FACTS))
    store.tidy()
    assert entries(tmp_path) == sorted(places[:2])
