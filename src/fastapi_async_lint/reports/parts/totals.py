"""Report -> its last line, and the table of `--statistics`."""

from collections import Counter
from collections.abc import Sequence

from fastapi_async_lint.findings import Applicability, Finding
from fastapi_async_lint.results import Report, Statistics
from fastapi_async_lint.wording import counted


def summary(report: Report, since: str | None = None) -> str:
    """How much was found in how many files, of how many that were checked; on a second line how much of that can be fixed, if any can.

    `since` is the revision that the report was limited to changes since.
    """
    if not report.statistics.files and not report.findings:
        return "Nothing was checked: no Python files found. What is excluded, ignored by git or a test does not count."
    known = report.statistics.known
    in_baseline = f", {counted(known, 'finding')} in the baseline" if known else ""
    changes = f", told is what concerns changes since {since}" if since is not None else ""
    checked = f"({counted(report.statistics.files, 'file')} checked{changes}{in_baseline})."
    if not report.findings:
        return f"No {'new ' if known else ''}blocking calls found {checked}"
    blocking = sum(bool(finding.category) for finding in report.findings)
    others = len(report.findings) - blocking
    kinds = [counted(blocking, "blocking call")] if blocking else []
    if others:
        kinds.append(counted(others, "other finding" if blocking else "finding"))
    files = len({finding.path for finding in report.findings})
    found = f"Found {' and '.join(kinds)} in {counted(files, 'file')} {checked}"
    return f"{found}\n{fixable}." if (fixable := _fixable(report.findings)) else found


def statistics(report: Report) -> str:
    """Findings by rule, most frequent first, and how much of the program was understood; ends with a line break."""
    numbers = report.statistics
    by_rule = _by_rule(report)
    coverage = [
        (str(numbers.files), f"files checked, {counted(numbers.lines, 'line')}"),
        (str(numbers.functions), f"functions, {numbers.loop_functions} of them on the event loop"),
        (str(numbers.calls), f"calls on the event loop{_resolved(numbers)}"),
        (str(numbers.unresolved_calls), "calls on the event loop of unknown callee: these are silent"),
        (str(numbers.first_party_imports), f"first-party imports, {len(numbers.unresolved_imports)} of them unresolved"),
        (str(numbers.suppressed), "findings suppressed"),
        *([(str(numbers.known), "findings in the baseline")] if numbers.known else []),
    ]
    width = max(len(number) for number, _ in by_rule + coverage)
    lines = [f"{number:>{width}}  {what}" for number, what in by_rule]
    lines += [""] if by_rule else []
    lines += [f"{number:>{width}}  {what}" for number, what in coverage]
    for heading, names in (("Unresolved first-party imports", numbers.unresolved_imports), ("Limits reached", numbers.bounds)):
        if names:
            lines += ["", f"{heading}:", *(f"  {name}" for name in names)]
    return "\n".join(lines) + "\n"


def _by_rule(report: Report) -> list[tuple[str, str]]:
    """The rules with their numbers of findings, the most frequent first."""
    rules = Counter((finding.code, finding.name) for finding in report.findings)
    rows = []
    for (code, name), count in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
        fixable = _fixable([finding for finding in report.findings if finding.code == code])
        rows.append((str(count), f"{code} {name} ({fixable})" if fixable else f"{code} {name}"))
    return rows


def _fixable(findings: Sequence[Finding]) -> str:
    """`3 fixable with --fix, 2 more with --unsafe-fixes`; empty if nothing is."""
    plans = Counter(finding.fix.applicability for finding in findings if finding.fix)
    safe, unsafe = plans[Applicability.SAFE], plans[Applicability.UNSAFE]
    words = [f"{safe} fixable with --fix"] if safe else []
    if unsafe:
        words.append(f"{unsafe} {'more' if safe else 'fixable'} with --unsafe-fixes")
    return ", ".join(words)


def _resolved(numbers: Statistics) -> str:
    return f", {1 - numbers.unresolved_calls / numbers.calls:.0%} resolved" if numbers.calls else ""
