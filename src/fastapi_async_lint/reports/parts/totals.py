"""Report -> its last line, and the table of `--statistics`."""

from collections import Counter

from fastapi_async_lint.results import Report, Statistics


def summary(report: Report) -> str:
    """One sentence: how much was found in how many files, of how many that were checked."""
    checked = f"({_count(report.statistics.files, 'file')} checked)."
    if not report.findings:
        return f"No blocking calls found {checked}"
    blocking = sum(bool(finding.category) for finding in report.findings)
    others = len(report.findings) - blocking
    kinds = [_count(blocking, "blocking call")] if blocking else []
    if others:
        kinds.append(_count(others, "other finding" if blocking else "finding"))
    files = len({finding.path for finding in report.findings})
    return f"Found {' and '.join(kinds)} in {_count(files, 'file')} {checked}"


def statistics(report: Report) -> str:
    """Findings by rule, most frequent first, and how much of the program was understood; ends with a line break."""
    numbers = report.statistics
    rules = Counter((finding.code, finding.name) for finding in report.findings)
    by_rule = [(str(count), f"{code} {name}") for (code, name), count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))]
    coverage = [
        (str(numbers.files), f"files checked, {_count(numbers.lines, 'line')}"),
        (str(numbers.functions), f"functions, {numbers.loop_functions} of them on the event loop"),
        (str(numbers.calls), f"calls on the event loop{_resolved(numbers)}"),
        (str(numbers.unresolved_calls), "calls on the event loop of unknown callee: these are silent"),
        (str(numbers.first_party_imports), f"first-party imports, {len(numbers.unresolved_imports)} of them unresolved"),
        (str(numbers.suppressed), "findings suppressed"),
    ]
    width = max(len(number) for number, _ in by_rule + coverage)
    lines = [f"{number:>{width}}  {what}" for number, what in by_rule]
    lines += [""] if by_rule else []
    lines += [f"{number:>{width}}  {what}" for number, what in coverage]
    for heading, names in (("Unresolved first-party imports", numbers.unresolved_imports), ("Limits reached", numbers.bounds)):
        if names:
            lines += ["", f"{heading}:", *(f"  {name}" for name in names)]
    return "\n".join(lines) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _resolved(numbers: Statistics) -> str:
    return f", {1 - numbers.unresolved_calls / numbers.calls:.0%} resolved" if numbers.calls else ""
