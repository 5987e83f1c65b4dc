"""Which chain a finding shows, of all that there are."""

from pathlib import Path

from tests.support import assert_project

PLAIN = """
import subprocess
import time
import requests

def near():
    time.sleep(1)

def middle():
    near()

def far():
    middle()
"""


def functions(folder: Path, text: str) -> list[list[str]]:
    """The functions in each finding's chain."""
    report = assert_project(folder, {"main.py": PLAIN + text})
    return [[step.function.removeprefix("main.") for step in finding.chain] for finding in report.findings]


def test_the_shortest_chain_is_shown(tmp_path: Path) -> None:
    """Whatever stands first in the source."""
    text = """
def both():
    far()
    near()

async def top():
    both()  # expect: FAL201
"""
    assert functions(tmp_path, text) == [["top", "both", "near"]]


def test_of_equally_short_chains_the_name_decides(tmp_path: Path) -> None:
    """So that every run shows the same."""
    text = """
def b():
    subprocess.run(["x"])

def a():
    requests.get("/")

def both():
    b()
    a()

async def top():
    both()  # expect: FAL202 requests.get
"""
    assert functions(tmp_path, text) == [["top", "both", "a"]]


def test_a_certain_chain_goes_before_a_shorter_likely_one(tmp_path: Path) -> None:
    """Better a longer story that is sure."""
    text = """
def calm():
    pass

def both(flag):
    (time.sleep if flag else calm)(1)
    far()

async def top(flag):
    both(flag)  # expect: FAL201

async def only_likely(flag):
    (near if flag else calm)()  # expect: FAL201
"""
    report = assert_project(tmp_path, {"main.py": PLAIN + text})
    assert [(len(finding.chain), str(finding.confidence)) for finding in report.findings] == [(5, "certain"), (2, "likely")]


def test_recursion_is_harmless(tmp_path: Path) -> None:
    """Every function of a circle has the shortest way out of it."""
    text = """
def one():
    two()

def two():
    three()

def three():
    one()
    near()

async def top():
    one()  # expect: FAL201
    three()  # expect: FAL201
"""
    assert functions(tmp_path, text) == [["top", "one", "two", "three", "near"], ["top", "three", "near"]]


def test_cheap_calls_hide_no_others(tmp_path: Path) -> None:
    """A path query nearer than a read does not take its place; alone it is reported only where selected."""
    text = """
from pathlib import Path

def mixed(path: Path):
    path.exists()
    far()

def cheap(path: Path):
    path.exists()

async def top(path: Path):
    mixed(path)  # expect: FAL201
    cheap(path)
"""
    assert functions(tmp_path, text) == [["top", "mixed", "far", "middle", "near"]]
