"""flake8's files -> the findings that the command line would report in them. A thin door to the engine.

flake8 asks for one file at a time, in one process or in several; the engine wants the whole project. So the first file that a process is
asked about has the project checked, and every file takes its share of that report. The text that flake8 holds counts: where it is not the
disk's (standard input, an editor), the project is checked again with that text in the file's place.

Selection is twofold: a finding is reported if `[tool.fastapi-async-lint]` and flake8 both want its code. The engine is told what flake8
leaves out, because a call that leads to several categories is reported for the foremost that is wanted.

Errors in the settings are found while flake8 reads its options: it then ends with one message. What goes wrong later is raised by `__init__`,
which flake8 guards, not by `run`, which it does not.
"""

import argparse
import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager
from flake8.style_guide import Decision, DecisionEngine

from fastapi_async_lint import __version__, engine, settings
from fastapi_async_lint.findings import Confidence, Finding
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.settings import Settings, SettingsError
from fastapi_async_lint.settings.selection import PREFIX
from fastapi_async_lint.sources import UnreadableFile, read_text
from fastapi_async_lint.wording import did_you_mean

_STDIN = "-"
_NAMELESS = {"stdin": "stdin.py"}
"""flake8's name for standard input that has none -> the command line's."""
_SELECTION = ("select", "extend_select", "ignore", "extend_ignore", "extended_default_select", "extended_default_ignore")
"""flake8's options about codes."""


class Plugin:
    """What flake8 loads: made for each file, and asked for its findings."""

    name = "fastapi-async-lint"
    version = __version__
    options: ClassVar[argparse.Namespace] = argparse.Namespace()
    """flake8's options. Workers inherit them, or parse the command line once more."""

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:  # noqa: ARG002  `tree` marks a plugin that wants whole files
        """Find what is to be said of the file that has these lines."""
        self._findings = _findings_in(filename, "".join(lines), _asked(self.options))

    def run(self) -> Iterator[tuple[int, int, str, type["Plugin"]]]:
        """Row from 1, column from 0, and the text of each finding, its code first."""
        for finding in self._findings:
            yield finding.span.row, finding.span.column, f"{finding.code} [{finding.name}] {finding.message}", Plugin

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """The options are those of the command line, under names that collide with nobody's."""
        manager.add_option(
            "--fal-config", metavar="FILE", normalize_paths=True, parse_from_config=True, help="Settings from this TOML file."
        )
        manager.add_option("--fal-include-tests", action="store_true", parse_from_config=True, help="Report test files too.")
        manager.add_option(
            "--fal-min-confidence", metavar="LEVEL", parse_from_config=True, help="Leave out what is less sure: likely or certain."
        )
        manager.add_option("--fal-no-cache", action="store_true", parse_from_config=True, help="Remember nothing.")

    @classmethod
    def parse_options(cls, manager: OptionManager, options: argparse.Namespace, filenames: Sequence[str]) -> None:  # noqa: ARG003  flake8's signature
        """Keep the options; ExecutionError, which flake8 shows as it is, if they or the project's settings are wrong."""
        cls.options = options
        _report.cache_clear()
        try:
            engine.verify(_settings(_asked(options)))
        except SettingsError as error:
            raise ExecutionError(f"{cls.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """What flake8's options ask of the engine."""

    paths: tuple[Path, ...]
    config: Path | None
    select: tuple[str, ...]
    """What flake8 selects more exactly than by our prefix, which turns on what is off by default."""
    ignore: tuple[str, ...]
    """The codes that flake8 would drop."""
    include_tests: bool
    min_confidence: str | None
    use_cache: bool
    noqa: bool

    @property
    def is_wanted(self) -> bool:
        """Whether flake8 would report any of our codes."""
        return len(self.ignore) < len(_codes())


def _asked(options: argparse.Namespace) -> _Asked:
    selection = tuple(None if (codes := getattr(options, name)) is None else tuple(codes) for name in _SELECTION)
    selectors = (*(options.select or ()), *(options.extend_select or ()))
    return _Asked(
        paths=tuple(_path(name, options) for name in options.filenames or ["."]),
        config=Path(options.fal_config) if options.fal_config else None,
        select=tuple(word for word in selectors if len(word) > len(PREFIX) and any(code.startswith(word) for code in _codes())),
        ignore=_dropped(selection),
        include_tests=options.fal_include_tests,
        min_confidence=_confidence(options.fal_min_confidence),
        use_cache=not options.fal_no_cache,
        noqa=not options.disable_noqa,
    )


@lru_cache(maxsize=1)
def _dropped(selection: tuple[tuple[str, ...] | None, ...]) -> tuple[str, ...]:
    """Our codes that flake8 would not report, by its options about codes, in the order of their names."""
    values = [None if codes is None else list(codes) for codes in selection]
    decider = DecisionEngine(argparse.Namespace(**dict(zip(_SELECTION, values, strict=True))))
    return tuple(code for code in _codes() if decider.decision_for(code) is not Decision.Selected)


def _path(name: str, options: argparse.Namespace) -> Path:
    if name == _STDIN:
        name = _NAMELESS.get(options.stdin_display_name, options.stdin_display_name)
    return Path(name)


def _confidence(level: str | None) -> str | None:
    if level is not None and level not in tuple(Confidence):
        expected = f"expected one of {', '.join(Confidence)}, found {level!r}{did_you_mean(level, Confidence)}"
        raise ExecutionError(f"{Plugin.name}: --fal-min-confidence: {expected}")
    return level


@lru_cache(maxsize=1)
def _codes() -> tuple[str, ...]:
    return tuple(code for rule in all_rules() for code in rule.codes)


@lru_cache(maxsize=1)
def _settings(asked: _Asked) -> Settings:
    overrides = {
        "include_tests": asked.include_tests or None,
        "min_confidence": asked.min_confidence,
        "use_cache": None if asked.use_cache else False,
    }
    chosen = settings.load(asked.paths, asked.config, overrides=overrides)
    return replace(chosen, extend_select=(*chosen.extend_select, *asked.select), extend_ignore=(*chosen.extend_ignore, *asked.ignore))


def _findings_in(filename: str, text: str, asked: _Asked) -> Sequence[Finding]:
    """The findings in one file, whose text counts instead of the disk's."""
    if not asked.is_wanted:
        return ()
    path = Path(_NAMELESS.get(filename, filename)).resolve()
    if _is_on_disk(path, text):
        return _report(asked).get(path, ())
    report = engine.check([path], _settings(asked), overlays={path: text}, question=engine.Question(noqa=asked.noqa, fixes=False))
    return [finding for finding in report.findings if finding.path == path]


def _is_on_disk(path: Path, text: str) -> bool:
    """Whether the file holds that text, however its lines end. Where flake8 makes do with a guess at bytes that Python would not read, yes."""
    try:
        return read_text(path).replace("\r\n", "\n").replace("\r", "\n") == text
    except UnreadableFile:
        return path.exists()


@lru_cache(maxsize=1)
def _report(asked: _Asked) -> Mapping[Path, Sequence[Finding]]:
    """The findings of each file below the paths, all from one check."""
    paths = [path for path in asked.paths if path.exists()]
    found: dict[Path, list[Finding]] = {}
    for finding in engine.check(paths, _settings(asked), question=engine.Question(noqa=asked.noqa, fixes=False)).findings if paths else ():
        found.setdefault(finding.path, []).append(finding)
    return found
