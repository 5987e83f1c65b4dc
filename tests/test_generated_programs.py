"""Random small programs have exactly the findings that follow from how they were put together."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, note, settings

from tests.generating import GeneratedProgram, programs
from tests.support import check, write_project

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def differences(program: GeneratedProgram) -> list[str]:
    """What is missing and what is too much."""
    with TemporaryDirectory() as name:
        folder = write_project(Path(name).resolve(), program.files)
        findings = [
            (finding.path.relative_to(folder).as_posix(), finding.span.row, (finding.code, finding.resolves_to))
            for finding in check(folder).findings
        ]
    found = [f"missed alarm {item}" for item in program.expected if not any(_fits(finding, item) for finding in findings)]
    found += [f"false alarm {finding}" for finding in findings if not any(_fits(finding, item) for item in program.expected)]
    if not found and len(findings) != len(program.expected):
        found.append(f"a finding is told twice: {findings}")
    return found


def _fits(finding, item):
    return finding[:2] == (item.file, item.row) and finding[2] in item.possible


@pytest.mark.slow
@CALM
@given(programs())
def test_findings_are_those_that_the_program_was_made_with(program: GeneratedProgram) -> None:
    """Whatever calls whatever, in whatever form: reported is what blocks the loop, where code on the loop leaves for it, and nothing else."""
    note(str(program))
    assert not differences(program)
