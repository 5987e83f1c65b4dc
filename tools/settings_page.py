"""The fields of Settings, with their docstrings -> the list of keys in docs/settings.md. tools/docs.py writes it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path

import click

from fastapi_async_lint.cli.program import PROGRAM, program
from fastapi_async_lint.settings import model
from fastapi_async_lint.settings.describe import in_toml
from fastapi_async_lint.settings.load import CACHE_FOLDER
from fastapi_async_lint.settings.model import NOT_KEYS, Settings
from fastapi_async_lint.settings.values import KEYS, OPTIONS_ALONE

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
_LIST = re.compile(r"(?<=<!-- keys: written by tools/docs\.py -->\n).*?(?=<!-- end of keys -->)", re.DOTALL)
_DEFAULTS = {"baseline": "none", "cache-dir": f"`{CACHE_FOLDER}` in the project's root", "catalogue": "none"}
"""What no value of the field's says."""


def page() -> str:
    """The document with the list of keys as it should be."""
    return _LIST.sub(lambda _: "".join(f"\n{section}\n" for section in _sections()) + "\n", PAGE.read_text(encoding="utf-8"))


def _sections() -> Iterator[str]:
    texts, options = _docstrings(), _options()
    for field in fields(Settings):
        if field.name in NOT_KEYS:
            continue
        key = field.name.replace("_", "-")
        facts = [f"{KEYS[key].kind[0].upper()}{KEYS[key].kind[1:]}.", f"Default: {_DEFAULTS.get(key) or _default(field)}."]
        facts.append(f"Option: `{options[key]}`." if key in options else "No option.")
        yield f"### {key}\n\n{' '.join(facts)}\n\n{texts[field.name]}"


def _default(field: "Field[object]") -> str:
    assert field.default is not MISSING
    return f"`{in_toml(dict(field.default) if field.name == 'per_file_ignores' else field.default)}`"  # type: ignore[call-overload]  # pairs


def _docstrings() -> dict[str, str]:
    """The text behind each field; AssertionError for a key without one."""
    tree = ast.parse(Path(model.__file__).read_text(encoding="utf-8"))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Settings.__name__)
    texts = {}
    for statement, behind in pairwise(body):
        match statement, behind:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = cleandoc(text)
            case _:
                pass
    missing = {field.name for field in fields(Settings)} - texts.keys()
    assert not missing, f"without a docstring: {', '.join(sorted(missing))}"
    return texts


def _options() -> dict[str, str]:
    """The options that set a key: those of its name, and those that are another word for one of its values."""
    around = click.Context(program, info_name=PROGRAM)
    command = program.get_command(around, "check")
    assert command is not None
    names = [name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)]
    others = {instead.partition(" ")[0]: f"--{option}" for option, instead in OPTIONS_ALONE.items() if instead}
    named = {key: f"--{key}" for key in KEYS if f"--{key}" in names}
    return {key: ", ".join(filter(None, (named.get(key), others.get(key)))).replace(", ", "`, `") for key in {*named, *others}}
