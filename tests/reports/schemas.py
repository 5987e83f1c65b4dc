"""The schemas in tests/data, ready to be held against."""

import json
from pathlib import Path

import jsonschema

DATA = Path(__file__).parent.parent / "data"


def parsed(text: str, schema: str) -> object:
    """The JSON text as values, after it was found to be as the schema of that name says."""
    values = json.loads(text)
    known = json.loads((DATA / f"{schema}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(known)
    jsonschema.Draft202012Validator(known).validate(values)
    return values
