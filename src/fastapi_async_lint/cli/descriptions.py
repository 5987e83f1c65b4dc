"""What the catalogue says of a name -> text for people: a sentence, and lines of facts."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from fastapi_async_lint.catalogue.description import (
    COROUTINE,
    OWN,
    VALUE,
    Attribute,
    ClassVerdicts,
    Contents,
    LibraryFigures,
    Operation,
    Origin,
    verdict,
)
from fastapi_async_lint.catalogue.entries import Entry
from fastapi_async_lint.catalogue.load import available
from fastapi_async_lint.catalogue.schema import Condition, Run
from fastapi_async_lint.catalogue.types import Type
from fastapi_async_lint.rules import Rule
from fastapi_async_lint.rules.blocking import described

Rules = Mapping[str, Rule]
"""The rule that reports a category."""

SENTENCES = {
    "certain": "{} blocks the event loop.",
    "likely": "{} may block the event loop: it usually does.",
    "brief": "{} blocks the event loop, as a rule for a moment only.",
    "cheap": "{} blocks the event loop for microseconds as a rule.",
    "pure": "{} does not block.",
    COROUTINE: "{} is a coroutine function: awaiting it does not block.",
}
OF_ALL = {
    "certain": "block the event loop",
    "likely": "may block the event loop: they usually do",
    "brief": "block the event loop for a moment only",
    "cheap": "block the event loop for microseconds",
    "pure": "do not block",
    COROUTINE: "are coroutine functions: awaiting them does not block",
}
"""What is said of all methods of a class that it does not name."""
VERDICTS = {
    "certain": "blocks",
    "likely": "may block",
    "brief": "blocks for a moment",
    "cheap": "blocks for microseconds",
    "pure": "does not block",
    COROUTINE: "is a coroutine function",
    VALUE: "does nothing when it is read",
}
"""In the order in which they are told."""
HAZARDS = {
    "loop": "it needs the running event loop",
    "context": "it sets a context variable, which its caller would not see",
    "thread": "it depends on the thread that it runs in",
    "exception": "it looks at the exception that its caller is handling",
    "main-thread": "it is allowed in the main thread only",
    "stack": "it looks at its callers",
    "stop": "it may raise StopIteration, which no coroutine lets through",
    "process": "it changes what the whole process sees",
    "connection": "it uses a connection that belongs to its thread",
    "lock": "it is held until it is given back",
}
PLACES = {
    "now": "at once",
    "loop": "on the event loop",
    "thread": "in a worker thread",
    "kind": "on the event loop if it is a coroutine function, else in a worker thread",
    "process": "in another process",
    "own-loop": "on an event loop of its own",
    "construct": "where instances of the class are made",
    "serialise": "on the event loop, where responses are made of the class",
    "later": "at some time, unknown where",
    "never": "never",
}
VERBS = {"call": "calls", "iterate": "iterates", "await": "awaits", "enter": "enters", "instance": "makes instances of"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_SPECIALS = {"__init__": "constructing", "__call__": "calling", "__enter__": "entering", "__exit__": "leaving", "__iter__": "iterating"}
_SPECIALS |= {"__aenter__": "async with", "__aiter__": "async for", "__getitem__": "indexing"}
_STATEFUL = "not single calls: the object belongs to a thread or keeps state between calls; move the whole unit of work"
_DEPENDENT = {
    "arg": "{}",
    "instance": "an instance of {}",
    "result": "what {} gives",
    "awaited": "what awaiting {} gives",
    "entered": "what entering {} gives",
    "element": "an element of {}",
    "provided": "what the dependency {} provides",
    "offloaded": "a coroutine function that runs {} in a thread",
}
"""Types that depend on an argument."""


def of_operation(found: Operation, rules: Rules, offloader: str, columns: int) -> str:
    """One function, method or special method."""
    entry = found.entry
    subject = f"reading {entry.shown}" if found.is_property else described(entry.shown)
    lines = [f"{found.name} is {entry.path}."] if found.name not in (entry.path, f"{entry.path}.__init__") else []
    lines.append(_by_rule(found) if found.origin.is_wildcard else SENTENCES[verdict(entry)].format(subject))
    return _block(lines, _facts_of(found, rules, offloader), columns)


def _by_rule(found: Operation) -> str:
    """What holds for a method that nobody has named: it may be misspelt."""
    owner, _, name = found.entry.path.rpartition(".")
    near = f" The nearest name that it knows is {found.origin.nearest}." if found.origin.nearest else ""
    return f"The catalogue does not know {name} of {owner} by name. As a rule, methods of {owner} {OF_ALL[verdict(found.entry)]}.{near}"


def _facts_of(found: Operation, rules: Rules, offloader: str) -> Iterator[tuple[str, str]]:
    entry = found.entry
    if entry.blocks and not entry.coroutine:
        yield "reported by", _reported(entry.category, rules)
        for word, conditions in (("only if", entry.when), ("unless", entry.unless)):
            if conditions:
                yield word, ", or ".join(condition_in_words(condition) for condition in conditions)
        yield from _remedies(entry, offloader)
    if entry.runs:
        yield "runs", "; ".join(run_in_words(run) for run in entry.runs)
    if entry.returns is not None:
        yield "gives", type_in_words(entry.returns)
    yield "said by", origin_in_words(found.origin)
    if found.origin.source:
        yield "source", found.origin.source


def _remedies(entry: Entry, offloader: str) -> Iterator[tuple[str, str]]:
    if entry.instead:
        yield "instead", entry.instead
    if entry.hazard:
        yield "in a thread", f"not this call: {HAZARDS[entry.hazard]}"
    elif not entry.offload:
        yield "in a thread", _STATEFUL
    elif entry.shown.rpartition(".")[2] in _SPECIALS:
        yield "in a thread", f"put it into a function of its own and await {offloader}(that_function)"
    elif entry.lazy:
        when = " or ".join(condition_in_words(condition) for condition in entry.lazy)
        yield "in a thread", f"not this call alone if {when}: what it gives then goes on with the work"
    else:
        yield "in a thread", f"await {offloader}({_as_written(entry)}, ...)"


def _as_written(entry: Entry) -> str:
    """The function as a program names it: `json.load`; `session.get` of an instance, never by a word that may be a module's."""
    owner, _, name = entry.shown.rpartition(".")
    *modules, last = owner.split(".")
    if entry.owner:
        last = last.lower()
        last = f"my_{last}" if last in {*modules, *available()} else last
    return f"{last}.{name}" if last else name


def of_attribute(found: Attribute, columns: int) -> str:
    """A value that does nothing when it is read."""
    return _block([f"Reading {found.name} does nothing."], [("gives", found.type)], columns)


def of_class(found: ClassVerdicts, rules: Rules, columns: int) -> str:
    """A class: how its methods behave, in lists."""
    lines = [f"{found.name} is {found.path}."] if found.name != found.path else []
    lines.append(f"{found.path} is a class.")
    facts: list[tuple[str, str]] = []
    if found.aliases:
        facts.append(("also", ", ".join(found.aliases)))
    if found.bases:
        facts.append(("inherits from", ", ".join(found.bases)))
    facts += [("reported by", _reported(category, rules)) for category in found.categories]
    if found.instead:
        facts.append(("instead", found.instead))
    if not found.offload:
        facts.append(("in a thread", _STATEFUL))
    for operation in found.specials:
        facts.append((_SPECIALS[operation.name.rpartition(".")[2]], VERDICTS[verdict(operation.entry)] + _conditional(operation.entry)))
    facts += [(VERDICTS[key], _names(found.verdicts[key])) for key in VERDICTS if key in found.verdicts]
    facts.append(("said by", origin_in_words(found.origin)))
    return _block(lines, facts, columns)


def of_contents(found: Contents, columns: int) -> str:
    """What there is below a module."""
    functions = sum(len(paths) for paths in found.functions.values())
    lines = [f"{found.name}: {_counted(len(found.classes), 'class', 'classes')}, {_counted(functions, 'function', 'functions')}."]
    facts = [("classes", ", ".join(found.classes))] if found.classes else []
    facts += [(VERDICTS[key], ", ".join(found.functions[key])) for key in VERDICTS if key in found.functions]
    return _block(lines, facts, columns)


def of_libraries(figures: Iterable[LibraryFigures]) -> str:
    """A line for each library, in columns."""
    rows = [("library", "installed as", "functions", "classes", "blocking")]
    rows += [
        (each.library, each.distribution or "(Python)", str(each.functions), str(each.classes), str(each.operations)) for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        lines.append("  ".join([*words, *(cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))]))
    return "".join(f"{line}\n" for line in lines)


# -------------------------------------------------------------------------------------------------------------- in words


def condition_in_words(condition: Condition) -> str:
    """`timeout=0`, `its first argument is an io.BytesIO`."""
    which = "what it holds" if condition.held is not None else _argument(condition.position, condition.name)
    if condition.given is not None:
        return f"{which} is {'' if condition.given else 'not '}given"
    if condition.type:
        return f"{which} is of type {' or '.join(condition.type)}"
    if condition.contains:
        return f"{which} contains {condition.contains!r}"
    if condition.names:
        return f"{which} is or contains {' or '.join(condition.names)}"
    return f"{which}={condition.equals!r}" if condition.name else f"{which} is {condition.equals!r}"


def run_in_words(run: Run) -> str:
    """`calls its first argument in a worker thread`."""
    which = "what it holds" if run.held is not None else "all its arguments" if run.argument == -1 else _argument(run.argument, run.name)
    behind = {"rest": ", with the arguments behind it", "args": ", with args= and kwargs="}.get(run.passes, "")
    return f"{VERBS[run.how]} {which} {PLACES[run.where]}{behind}"


def type_in_words(tree: Type) -> str:
    """The type as a table spells it, with words for what depends on the call or the receiver."""
    if tree.head in _DEPENDENT:
        places = [argument.head for argument in tree.arguments if not argument.arguments and "." not in argument.head]
        position = next((int(head) for head in places if head.isdigit()), None)
        return _DEPENDENT[tree.head].format(_argument(position, next((head for head in places if not head.isdigit()), "")))
    if re.fullmatch(r"T\d", tree.head):
        return "what it holds"
    if tree.head == "self":
        return "the same object"
    if tree.head == "|":
        return " or ".join(type_in_words(member) for member in tree.arguments)
    inside = f"[{', '.join(type_in_words(argument) for argument in tree.arguments)}]" if tree.arguments else ""
    return f"{tree.head}{inside}"


def _argument(position: int | None, name: str) -> str:
    if name:
        return f"`{name}`"
    position = position or 0
    return f"its {_ORDINALS[position] if position < len(_ORDINALS) else f'{position + 1}th'} argument"


def origin_in_words(origin: Origin) -> str:
    """The file, and the class that the claim is made of."""
    if origin.file == OWN:
        return "the project's own tables"
    wildcard = f", for every public method of {origin.said_of} that it does not name" if origin.is_wildcard else f", of {origin.said_of}"
    return f"catalogue/{origin.file}.toml{wildcard}"


def _reported(category: str, rules: Rules) -> str:
    rule = rules[category]
    ways = [f"{code} {way}" for code, way in zip(rule.codes, ("called directly", "through a helper"), strict=False)]
    return f"{', '.join(ways)} ({rule.name}{'' if rule.default else ', off by default'})"


def _conditional(entry: Entry) -> str:
    only = [f"if {condition_in_words(condition)}" for condition in entry.when]
    return "".join((f" {' or '.join(only)}" if only else "", *(f", not if {condition_in_words(condition)}" for condition in entry.unless)))


def _names(names: tuple[str, ...]) -> str:
    return ", ".join("every other public method" if name == "*" else name for name in names)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


def _block(lines: Iterable[str], facts: Iterable[tuple[str, str]], columns: int) -> str:
    """Sentences, and below them what they rest on, in two columns."""
    facts = list(facts)
    margin = max(len(word) for word, _ in facts) + 4
    text = [textwrap.fill(line, columns, break_long_words=False, break_on_hyphens=False) for line in lines]
    for word, words in facts:
        start = f"  {word}".ljust(margin)
        text.append(
            textwrap.fill(
                words, columns, initial_indent=start, subsequent_indent=" " * margin, break_long_words=False, break_on_hyphens=False
            )
        )
    return "".join(f"{line}\n" for line in text)
