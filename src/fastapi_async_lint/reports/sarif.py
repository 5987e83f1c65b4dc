"""Report -> SARIF 2.1.0, which code scanning services and editors read: chains as code flows, fixes as replacements.

Columns are code points from 1, ends are exclusive. Paths are relative to `%SRCROOT%`, the folder that the command runs in. What comments
silence is left out unless the view asks for it: code scanning services list suppressed results as open ones.

Messages hold no links and no arguments; braces in them (of route paths) are meant literally, and stand as they are, as viewers show them.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from fastapi_async_lint import __version__
from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit, Finding, Step
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.fingerprints import fingerprints
from fastapi_async_lint.reports.parts.gravity import gravity
from fastapi_async_lint.reports.parts.places import SITE, page, relative_uri
from fastapi_async_lint.reports.parts.sentences import step as sentence
from fastapi_async_lint.results import Report, RuleText

FOR_PEOPLE = False
WANTS_EDITS = True
SHOWS_SUPPRESSED = True

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def render(report: Report, view: View) -> str:
    """One log with one run."""
    told = [(finding, False) for finding in report.findings]
    if view.suppressed:
        told += [(finding, True) for finding in report.suppressed]
    codes = sorted({(finding.code, finding.name) for finding, _ in told})
    texts = {text.code: text for text in report.rules}
    numbers = {code: number for number, (code, _) in enumerate(codes)}
    names = fingerprints(report)
    run = {
        "tool": {
            "driver": {
                "name": "fastapi-async-lint",
                "version": __version__,
                "informationUri": f"{SITE}/",
                "rules": [_rule(code, name, texts.get(code)) for code, name in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": f"{view.base.as_uri().removesuffix('/')}/"}},
        "results": [
            {
                "ruleId": finding.code,
                "ruleIndex": numbers[finding.code],
                **_result(finding, names[finding], report.edits.get(finding, ()), view.base),
                **({"suppressions": [{"kind": "inSource"}]} if silenced else {}),
            }
            for finding, silenced in told
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, name: str, text: RuleText | None) -> dict[str, object]:
    """What is to be said of a rule; without its text, its name and its page."""
    explained: dict[str, object] = {}
    if text is not None:
        documentation = text.documentation.strip()
        explained = {
            "shortDescription": {"text": text.summary},
            "fullDescription": {"text": " ".join(documentation.partition("\n\n")[0].split())},
            "help": {"text": documentation, "markdown": documentation},
        }
    return {
        "id": code,
        "name": name,
        **explained,
        "helpUri": page(code, name),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["asyncio", "performance"]},
    }


def _result(finding: Finding, fingerprint: str, edits: Sequence[Edit], base: Path) -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": _physical(finding.path, finding.span, base)}
    if finding.function:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.chain[0].function if finding.chain else finding.function}]
    return {
        "level": gravity(finding),
        "message": {"text": f"{finding.message}. Instead: {finding.advice}." if finding.advice else finding.message},
        "locations": [location],
        "partialFingerprints": {"findingHash/v1": fingerprint},
        **({"codeFlows": [_flow(finding.chain, base)]} if len(finding.chain) > 1 else {}),
        **({"fixes": [_fix(finding, edits, base)]} if edits else {}),
        "properties": {
            "confidence": finding.confidence,
            "context": finding.context,
            "call": finding.call,
            "resolvesTo": finding.resolves_to,
            "category": finding.category,
        },
    }


def _flow(chain: Sequence[Step], base: Path) -> dict[str, object]:
    """The chain, a location for each call on the way to what blocks."""
    return {
        "threadFlows": [
            {
                "locations": [
                    {
                        "location": {
                            "physicalLocation": _physical(step.path, step.span, base),
                            "logicalLocations": [{"fullyQualifiedName": step.function}],
                            "message": {"text": sentence(step)},
                        },
                        "nestingLevel": depth,
                        "importance": "essential",
                    }
                    for depth, step in enumerate(chain)
                ]
            }
        ]
    }


def _fix(finding: Finding, edits: Sequence[Edit], base: Path) -> dict[str, object]:
    """The edits file by file; what the fix does and how far it can be trusted beside them."""
    assert finding.fix is not None, "edits come from a plan"
    return {
        "description": {"text": finding.fix.message},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path, base),
                "replacements": [{"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}} for edit in changed],
            }
            for path, changed in groupby(edits, key=lambda edit: edit.path)
        ],
        "properties": {"applicability": finding.fix.applicability, "reasons": list(finding.fix.reasons)},
    }


def _physical(path: Path, span: Span, base: Path) -> dict[str, object]:
    return {"artifactLocation": _artifact(path, base), "region": _region(span)}


def _artifact(path: Path, base: Path) -> Mapping[str, str]:
    uri = relative_uri(path, base)
    return {"uri": uri, "uriBaseId": _ROOT} if path.is_relative_to(base) else {"uri": uri}


def _region(span: Span) -> dict[str, int]:
    return {"startLine": span.row, "startColumn": span.column + 1, "endLine": span.end_row, "endColumn": span.end_column + 1}
