"""A type written in a catalogue string -> a small tree of heads and arguments.

The grammar is that of annotations: dotted names, `head[a, b]`, `a | b`; the heads are listed in schema.py.
"""

from typing import NamedTuple

OF_ARGUMENT = frozenset(("arg", "instance", "result", "provided", "element", "offloaded", "awaited", "entered"))
"""Heads of types that depend on what is passed: their arguments say which argument, not a type."""

HEADS = OF_ARGUMENT | {"|", "None", "Any", "self", "class", "awaitable", "iterator"}
"""Heads that are no class; beside them `T0` to `T9`, the receiver's type arguments."""


class MalformedType(ValueError):
    """The string is not a type; the message says where it stops making sense."""


class Type(NamedTuple):
    """`head` is a dotted name, or `|` for a union, whose members are the arguments."""

    head: str
    arguments: tuple["Type", ...] = ()


def parse(text: str) -> Type:
    """The tree of `text`. Raises MalformedType where it is malformed."""
    tree, rest = _union(text.strip())
    if rest:
        raise MalformedType(f"unexpected {rest!r} in type {text!r}")
    return tree


def _union(text: str) -> tuple[Type, str]:
    members = []
    while True:
        member, text = _term(text)
        members.append(member)
        if not text.startswith("|"):
            break
        text = text[1:].lstrip()
    return (members[0] if len(members) == 1 else Type("|", tuple(members))), text


def _term(text: str) -> tuple[Type, str]:
    length = 0
    while length < len(text) and (text[length].isalnum() or text[length] in "._-"):
        length += 1
    head, text = text[:length], text[length:].lstrip()
    if not head:
        raise MalformedType(f"expected a name before {text!r}")
    arguments = []
    if text.startswith("["):
        text = text[1:].lstrip()
        while not text.startswith("]"):
            argument, text = _union(text)
            arguments.append(argument)
            if text.startswith(","):
                text = text[1:].lstrip()
            elif not text.startswith("]"):
                raise MalformedType(f"expected ',' or ']' before {text!r}")
        text = text[1:].lstrip()
    return Type(head, tuple(arguments)), text
