"""Methods of an object block as what it was made of does: an archive in memory reads no file."""

from pathlib import Path

import pytest

from tests.support import check, write_project

KINDS = {
    "tarfile": ("tarfile.open(fileobj={})", ["archive.getmembers()", 'archive.extractfile("x").read()', "list(archive)"]),
    "soundfile": ("soundfile.SoundFile({})", ["archive.read()"]),
}


@pytest.mark.parametrize("module", KINDS)
def test_what_is_made_of_a_buffer_reads_no_file(tmp_path: Path, module: str) -> None:
    """Each call is silent on a buffer in memory, and reported on an opened file."""
    made, calls = KINDS[module]
    lines = [f"    {call}" for call in calls]
    source = [f"import io, {module}", ""]
    for name, given in (("memory", "io.BytesIO(data)"), ("disk", 'open("x", "rb")')):
        source += [f"async def {name}(data: bytes):", f"    archive = {made.format(given)}", *lines, ""]
    folder = write_project(tmp_path, {"main.py": "\n".join(source)})
    rows = [finding.span.row for finding in check(folder).findings]
    first = 3 + len(lines) + 2
    assert min(rows) > first
    assert set(rows) >= {first + 2 + number for number in range(len(calls))}
