"""Every small project below fixtures/ has exactly the findings that its comments foretell."""

from pathlib import Path

import pytest

from tests.support import assert_as_expected

FIXTURES = Path(__file__).parent / "fixtures"
PROJECTS = sorted(folder for folder in FIXTURES.glob("*/*/before") if folder.is_dir())


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.parent.relative_to(FIXTURES).as_posix())
def test_findings_are_exactly_the_expected_ones(project: Path) -> None:
    """A line without an expectation is silent; every expectation is met."""
    assert_as_expected(project)


def test_there_are_fixtures() -> None:
    """An empty or misspelt fixtures folder cannot pass for a good one."""
    assert PROJECTS
