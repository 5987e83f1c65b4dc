"""Sources -> Modules: each file's facts, from the store where its text was read before, else by parsing, in processes where it pays.

A file that cannot be read is a fact too: its module has a `problem`. The same texts are read once, however many files hold them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.facts import ModuleFacts, Problem
from fastapi_async_lint.reading.extraction import CRASH, extract_all
from fastapi_async_lint.settings import Settings
from fastapi_async_lint.sources import Source, UnreadableFile, read_text
from fastapi_async_lint.stores.factstore import FactStore, digest

__all__ = ["CRASH", "Module", "read"]


@dataclass(frozen=True, slots=True)
class Module:
    """What one file says."""

    source: Source
    facts: ModuleFacts
    text_digest: str
    """Of the text that the facts are about; empty where there was no text."""


def read(
    sources: Sequence[Source],
    settings: Settings,
    overlays: Mapping[Path, str] | None = None,
    remembered: Iterable[Module] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Module, ...]:
    """The modules of `sources`, in their order.

    `overlays` are texts by path that count instead of the disk's. `remembered` are modules of an earlier reading: facts of a text
    that is still the same are taken from them. `progress` is told how many of how many texts are done, while texts are parsed.
    """
    texts, problems = _texts(sources, {path.resolve(): text for path, text in (overlays or {}).items()})
    digests = {path: digest(text) for path, text in texts.items()}
    wanted = {digests[path]: text for path, text in texts.items()}
    facts = {module.text_digest: module.facts for module in remembered if module.text_digest in wanted}
    store = FactStore(settings.cache_dir if settings.use_cache else None)
    for text_digest in wanted:
        if text_digest not in facts and (stored := store.load(text_digest)) is not None:
            facts[text_digest] = stored
    missing = {text_digest: text for text_digest, text in wanted.items() if text_digest not in facts}
    for done, (text_digest, extracted) in enumerate(extract_all(missing, settings.jobs, store.load), 1):
        facts[text_digest] = extracted.facts
        if extracted.encoded:
            store.save(text_digest, extracted.encoded)
        if progress is not None:
            progress(done, len(missing))
    store.tidy()
    return tuple(_module(source, digests, facts, problems) for source in sources)


def _texts(sources: Iterable[Source], overlays: Mapping[Path, str]) -> tuple[dict[Path, str], dict[Path, Problem]]:
    """The texts of the files that have one, and why the others have none."""
    texts: dict[Path, str] = {}
    problems: dict[Path, Problem] = {}
    for source in sources:
        path = source.path
        try:
            texts[path] = overlays[path] if path in overlays else read_text(path)
        except UnreadableFile as error:
            problems[path] = Problem(error.message, error.row, error.column)
    return texts, problems


def _module(source: Source, digests: Mapping[Path, str], facts: Mapping[str, ModuleFacts], problems: Mapping[Path, Problem]) -> Module:
    if source.path in problems:
        return Module(source, ModuleFacts(problem=problems[source.path]), "")
    text_digest = digests[source.path]
    return Module(source, facts[text_digest], text_digest)
