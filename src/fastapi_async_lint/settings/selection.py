"""Selectors -> which codes are reported, where.

A selector is a code (`FAL103`), the beginning of one (`FAL1`), `FAL`, `ALL`, or a rule's name (`blocking-sleep`). As elsewhere in
Python's linters the more exact selector wins between selecting and ignoring, and ignoring wins between equals; `extend-` lists add to
theirs. Rules that are off by default are selected by their code or name or by `ALL`, not by `FAL1`, which means the direct calls. What the
command line says of a rule counts before what a file says of it, however exactly.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from fastapi_async_lint.settings.files import origin
from fastapi_async_lint.settings.globs import compiled
from fastapi_async_lint.settings.model import Settings, SettingsError
from fastapi_async_lint.wording import did_you_mean

PREFIX = "FAL"
EVERYTHING = "ALL"
OFF_BY_DEFAULT = frozenset({"FAL140", "FAL240"})
"""The codes of the rules that say so of themselves."""
_LOOK_ALIKES = str.maketrans("OIL", "011")


def is_selected(code: str, name: str, settings: Settings, path: Path) -> bool:
    """Whether findings of `code`, whose rule is called `name`, are reported in the file at `path`."""
    selected = _selected(code, name, settings.overruling_select)
    ignored = _exactness(code, name, settings.overruling_ignore)
    if not selected and not ignored:
        selected = _selected(code, name, (*settings.select, *settings.extend_select))
        ignored = _exactness(code, name, (*settings.ignore, *settings.extend_ignore))
    if selected <= ignored:
        return False
    return not any(_exactness(code, name, codes) for pattern, codes in settings.per_file_ignores if _applies(pattern, path, settings.root))


def _selected(code: str, name: str, selectors: Iterable[str]) -> int:
    """How exactly the selectors select the rule: what says no more than its hundred says nothing of one that is off by default."""
    found = _exactness(code, name, selectors)
    return 0 if code in OFF_BY_DEFAULT and len(PREFIX) <= found <= len(PREFIX) + 1 else found


def _exactness(code: str, name: str, selectors: Iterable[str]) -> int:
    """How exactly the best of the selectors names the rule; 0 if none does."""
    return max((_exactness_of(code, name, selector) for selector in selectors), default=0)


def _exactness_of(code: str, name: str, selector: str) -> int:
    if selector.lower() == name:
        return len(code) + 1
    upper = selector.upper()
    if upper == EVERYTHING:
        return 1
    if not code.startswith(upper) or len(upper) < len(PREFIX):
        return 0
    return len(upper)


def _applies(pattern: str, path: Path, root: Path) -> bool:
    """Whether a pattern of `per-file-ignores` is about the file; `!pattern` is about all the others."""
    relative = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix().lstrip("/")
    matches = compiled((pattern.removeprefix("!"),)).covers(relative)
    return matches != pattern.startswith("!")


def check_selectors(settings: Settings, known: Mapping[str, str]) -> None:
    """SettingsError unless every selector names one of the `known` rules (code -> name); it says which one and what is nearest."""
    lists = [
        ("select", settings.select),
        ("ignore", settings.ignore),
        ("extend-select", settings.extend_select),
        ("extend-ignore", settings.extend_ignore),
        *(("per-file-ignores", codes) for _, codes in settings.per_file_ignores),
    ]
    for key, selectors in lists:
        for selector in selectors:
            if not is_known(selector, known):
                message = f"{origin(settings, key)}: unknown rule {selector!r}{nearest_rule(selector, known)}"
                raise SettingsError(message)


def is_known(selector: str, known: Mapping[str, str]) -> bool:
    """Whether a selector names at least one rule of `known` (code -> name)."""
    upper = selector.upper()
    if upper == EVERYTHING or selector.lower() in known.values():
        return True
    return len(upper) >= len(PREFIX) and any(code.startswith(upper) for code in known)


def nearest_rule(selector: str, known: Mapping[str, str], *, whole: bool = False) -> str:
    """`; did you mean X?` with the nearest code or name, or what selectors look like; `whole` codes only, not beginnings.

    Letters that look like digits are read as these first.
    """
    upper = selector.upper()
    digits = upper[: len(PREFIX)] + upper[len(PREFIX) :].translate(_LOOK_ALIKES)
    if digits != upper and (digits in known if whole else is_known(digits, known)):
        return f"; did you mean {digits}?"
    near = did_you_mean(selector, (*known, *known.values()))
    return near or "; expected a code such as FAL101, the beginning of one, or a rule's name"
