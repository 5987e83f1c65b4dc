"""One catalogue file -> all that is wrong with it, and how much of it was proved, in this environment."""

import warnings
from collections.abc import Iterator

from tools.catalogue_data import names
from tools.checking.claims import Context, Problem, context_of, excused, is_invented, names_and_functions, written_once
from tools.checking.classes import behind_star, class_problems
from tools.checking.record import Looked
from tools.checking.twins import twin_problems


def check(name: str) -> list[Problem]:
    """All problems of the catalogue file of that import name. Raises NotInstalled when its package cannot be imported."""
    context = context_of(name)
    with warnings.catch_warnings(action="ignore"):  # what packages say when parts of them are imported or touched
        return excused(name, [*written_once(name), *examine(context)])


def examine(context: Context) -> list[Problem]:
    """All problems of that library's records."""
    return list(dict.fromkeys(_examined(context)))


def _examined(context: Context) -> Iterator[Problem]:
    yield from names_and_functions(context)
    for record in context.library.classes:
        yield from class_problems(context, record)
    yield from twin_problems(context)


def look(name: str, version: str) -> Looked:
    """What checking the file finds, as data. Raises NotInstalled when its package cannot be imported."""
    problems = check(name)
    with warnings.catch_warnings(action="ignore"):
        context = context_of(name)
        claimed = frozenset(path for path in names(context.library) if not is_invented(path))
        return Looked(
            version=version,
            names=tuple(sorted(claimed - {problem.subject for problem in problems})),
            behind_star=len(behind_star(context)),
            problems=tuple((problem.subject, problem.text, problem.kind) for problem in problems),
        )
