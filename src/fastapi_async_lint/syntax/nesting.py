"""Text -> how deeply it is nested, or why it is nested too deeply to be parsed.

LibCST's parser is recursive native code: where the stack ends, the process dies. Measured: it takes about 8 kB of stack for each
open bracket, 25 kB for each level of indentation and up to 3 kB for each link of a chain, and its time grows with the square of
their number. So a scan comes before it that costs a thirtieth of parsing. What it refuses, CPython refuses too: more than 200 open
brackets, and chains of some thousands of links. Beyond 100 levels of indentation LibCST's tokenizer refuses by itself.
"""

import re
from itertools import islice

from fastapi_async_lint.facts import Problem

DEEPEST_BRACKETS = 200
"""How many brackets may be open at once."""

LONGEST_CHAIN = 10_000
"""How many operators, dots, calls, adjacent strings or `elif`s may hang together, each an operand of the next."""

SHALLOW_BRACKETS = 50
SHALLOW_CHAIN = 500
"""Up to here, and with all levels of indentation that there can be, parsing takes less than `SHALLOW_BYTES` of stack."""

SHALLOW_BYTES = 6 * 2**20

_STRING = r"""
    \"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\")?
  | '''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?
  | "(?:[^"\\\n]++|\\.)*+"?
  | '(?:[^'\\\n]++|\\.)*+'?
"""
_PIECE = re.compile(rf"[^()\[\]{{}}'\"#\n]*+ (?: [()\[\]{{}}\n] | \#[^\n]*+\n? | {_STRING})", re.VERBOSE | re.DOTALL)
"""Code up to and with the next bracket, newline or string. A comment belongs to the newline behind it."""

_LINK = re.compile(
    rf"\\\n | [()\[\]{{}},;\n] | [-+*/%@&|^~<>=.] | \b(?:not|and|or|if|lambda|await|for|in|is)\b | \#[^\n]*+ | {_STRING}",
    re.VERBOSE | re.DOTALL,
)
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_QUOTES = frozenset("\"'")


def measure(text: str) -> Problem | bool:
    """Whether `text` is shallow, or where it nests deeper than the parser can bear."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = _PIECE.findall(text + "\n")
    deepest, longest = _measure_brackets(pieces)
    if deepest > DEEPEST_BRACKETS:
        return _problem(text, _place_of_bracket(pieces), f"more than {DEEPEST_BRACKETS} brackets are open")
    elifs = text.count("elif")
    if elifs > LONGEST_CHAIN:
        place = next(islice(re.finditer("elif", text), LONGEST_CHAIN, None)).start()
        return _problem(text, place, f"more than {LONGEST_CHAIN} branches hang together")
    chain, place = (longest, 0) if longest <= SHALLOW_CHAIN else _measure_chain(text)
    if chain > LONGEST_CHAIN:
        return _problem(text, place, f"more than {LONGEST_CHAIN} operators hang together")
    return max(chain, elifs, _most_fields(pieces)) <= SHALLOW_CHAIN and deepest <= SHALLOW_BRACKETS


def _measure_brackets(pieces: list[str]) -> tuple[int, int]:
    """How many brackets are open at once at most, and how many characters of code the longest statement has."""
    depth = deepest = size = longest = 0
    for piece in pieces:
        last = piece[-1]
        size += piece.index(last) + 1 if last in _QUOTES else len(piece)
        if last == "\n":
            if not depth and piece[-2:] != "\\\n":
                longest = max(longest, size)
                size = 0
        elif last in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif last in _CLOSING and depth:
            depth -= 1
    return deepest, max(longest, size)


def _most_fields(pieces: list[str]) -> int:
    """How many braces one string holds: the format of a field of an f-string may hold fields."""
    return max((piece.count("{") for piece in pieces if len(piece) > SHALLOW_CHAIN), default=0)


def _place_of_bracket(pieces: list[str]) -> int:
    """The offset of the first bracket that is one too many."""
    depth = offset = 0
    for piece in pieces:
        offset += len(piece)
        depth += (piece[-1] in _OPENING) - (piece[-1] in _CLOSING and depth > 0)
        if depth > DEEPEST_BRACKETS:
            break
    return offset - 1


def _measure_chain(text: str) -> tuple[int, int]:
    """The most links that hang together in one expression, those around a bracket counted for what is inside; and where they end."""
    around: list[int] = []
    length = total = longest = place = 0
    is_behind_string = False
    for match in _LINK.finditer(text):
        link = match[0]
        is_string = link[0] in _QUOTES
        if link in _CLOSING:
            total -= length
            length = around.pop() if around else 0
        elif link in ",;" or (link == "\n" and not around):
            total -= length
            length = 0
        elif link[0] not in "#\n\\" and (is_behind_string or not is_string):
            length += 1
            total += 1
            if total > longest:
                longest, place = total, match.start()
            if link in _OPENING:
                around.append(length)
                length = 0
        if link[0] not in "#\n\\":
            is_behind_string = is_string
    return longest, place


def _problem(text: str, offset: int, what: str) -> Problem:
    before = text[:offset]
    return Problem(f"too deeply nested: {what}", before.count("\n") + 1, len(before) - before.rfind("\n") - 1)
