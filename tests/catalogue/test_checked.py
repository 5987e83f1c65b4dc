"""docs/catalogue-checked.json: every catalogue file was held against the real package as it is now, and agrees with it."""

import re

import pytest

from fastapi_async_lint.catalogue.load import available, libraries
from tools.catalogue_data import callables, count, digest
from tools.checking.campaign import foreign_twins, names_elsewhere
from tools.checking.excuses import made_up
from tools.checking.needs import needs_table
from tools.checking.record import RECORD, read_record, write_record

RECORD_OF_CHECKS = read_record()
REMEDY = "run: python -m tools.check_catalogue --install"


@pytest.mark.parametrize("name", sorted(available()))
def test_file_is_checked_as_it_is(name: str) -> None:
    """The record is of the file's present content, says which release it was checked with, and has no problem; or why there was no check."""
    assert name in RECORD_OF_CHECKS.libraries, f"{name}.toml was never checked; {REMEDY} {name}"
    checked = RECORD_OF_CHECKS.libraries[name]
    assert checked.digest == digest(name), f"{name}.toml has changed since it was checked; {REMEDY} {name}"
    assert checked.distribution == libraries([name])[name].distribution
    assert checked.problems == (), f"the real package contradicts {name}.toml; mend it, then {REMEDY} {name}"
    if checked.unchecked:
        assert len(checked.unchecked.split()) > 3
    else:
        assert re.match(r"\d", checked.version)
        assert re.fullmatch(r"3\.\d+\.\d+", checked.python)
        assert checked.proven > 0


def test_nothing_is_recorded_of_what_is_not_there() -> None:
    """The record has no line for a file or a twin that the catalogue no longer has."""
    assert RECORD_OF_CHECKS.libraries.keys() == available()
    assert RECORD_OF_CHECKS.twins.keys() == set(foreign_twins(available())), REMEDY


def test_twins_of_other_packages_exist_and_are_asynchronous() -> None:
    """What a file says to use instead, in another package than its own, was looked for in that package."""
    assert {path: twin.problem for path, twin in RECORD_OF_CHECKS.twins.items() if twin.problem} == {}


def test_few_files_are_unchecked() -> None:
    """A file goes unchecked only where the needs of its distribution say why it cannot be checked everywhere."""
    unchecked = {checked.distribution: checked.unchecked for checked in RECORD_OF_CHECKS.libraries.values() if checked.unchecked}
    reasons = {name: need.unchecked for name, need in needs_table().distributions.items() if need.unchecked}
    assert unchecked.items() <= reasons.items()
    assert set(reasons) == {"aioredis", "mysqlclient"}


def test_record_is_written_as_it_stands() -> None:
    """Reading and writing the record changes no byte of it: entries are sorted, one on each line."""
    before = RECORD.read_bytes()
    beside = RECORD.with_suffix(".test")
    try:
        write_record(read_record(), beside)
        assert beside.read_bytes() == before
    finally:
        beside.unlink(missing_ok=True)


def test_the_catalogue_is_large() -> None:
    """Of what was checked: functions and methods that files name, and the import names that have something that blocks."""
    checked = [name for name, row in RECORD_OF_CHECKS.libraries.items() if not row.unchecked]
    named = {path for name in checked for path in callables(libraries([name])[name])}
    figures = [count(name) for name in checked]
    assert len(named) >= 2500
    assert sum(1 for figure in figures if figure.blocking) >= 150
    assert sum(sum(figure.blocking.values()) for figure in figures) >= 2500


def test_needs_and_excuses_are_of_the_catalogue() -> None:
    """No need is stated of a distribution that no file has, no excuse made for what no file says."""
    distributions = {libraries([name])[name].distribution for name in available()}
    assert needs_table().distributions.keys() - distributions == set()
    assert {name for name in needs_table().twins if name in available()} == set()
    described = {record.name for name in available() for record in libraries([name])[name].classes}
    assert made_up().keys() - described == set()
    assert all(reason for reason in (*made_up().values(), *(need.why for need in needs_table().distributions.values())))
    assert names_elsewhere()
