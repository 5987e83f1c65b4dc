"""What docs/ci.md tells CI services to run does what it says."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
INSTALLATION = "pip install fastapi-async-lint"
ROWS_OF_PRODUCTS = {16, 25}


def snippets(kind: str) -> list[str]:
    """The document's code blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example project."""
    return Path(shutil.copytree(ROOT / "examples", tmp_path / "shop", ignore=shutil.ignore_patterns(".*", "__pycache__")))


def run(command: str, folder: Path) -> str:
    """What a command of the linter prints; it finds something, and says nothing on stderr but the summary."""
    name, *arguments = command.split()
    assert name == "fastapi-async-lint"
    done = subprocess.run([sys.executable, "-m", "fastapi_async_lint", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_the_github_workflow(shop: Path) -> None:
    """It parses, annotates lines, and uploads the file that the command writes."""
    workflow = yaml.safe_load(snippets("yaml")[0])
    (job,) = workflow["jobs"].values()
    installation, command = [step["run"] for step in job["steps"] if "run" in step]
    assert installation == INSTALLATION
    output = run(command, shop)
    rows = {int(row) for row in re.findall(r"^::error .*?file=shop/routers/products\.py,line=(\d+)", output, re.MULTILINE)}
    assert rows == ROWS_OF_PRODUCTS
    upload = job["steps"][-1]
    results = json.loads((shop / upload["with"]["sarif_file"]).read_text())["runs"][0]["results"]
    assert len(results) == 14
    assert upload["if"] == "always()"


def test_the_gitlab_job(shop: Path) -> None:
    """It parses, prints lines, and keeps the report that the command writes."""
    (job,) = yaml.safe_load(snippets("yaml")[1]).values()
    assert job["before_script"] == [INSTALLATION]
    (command,) = job["script"]
    assert "shop/routers/products.py:25:12: FAL202" in run(command, shop)
    report = json.loads((shop / job["artifacts"]["reports"]["codequality"]).read_text())
    assert len(report) == 14
    assert job["artifacts"]["when"] == "always"


def test_the_cache_is_where_the_jobs_look_for_it(shop: Path) -> None:
    """In the folder that both keep from run to run."""
    workflow, gitlab = (yaml.safe_load(text) for text in snippets("yaml"))
    kept = [step["with"]["path"] for step in workflow["jobs"]["fastapi-async-lint"]["steps"] if "path" in step.get("with", {})]
    assert kept == gitlab["event loop"]["cache"]["paths"]
    run("fastapi-async-lint --output-format concise", shop)
    assert (shop / kept[0] / "facts").is_dir()


def test_the_command_for_any_service(shop: Path) -> None:
    """It writes JUnit's format."""
    (command,) = snippets("console")
    run(command.removeprefix("$ "), shop)
    assert len(ET.parse(shop / "event-loop.xml").findall(".//failure")) == 14
