"""What a codemod gets and gives, and how what it gives becomes edits.

An expression is replaced by splicing: what its node spans by the code of the new node, so that everything around it stays as it is, byte for
byte. Its own parentheses stay around the new one; where an `await` needs some and there are none, they are added.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.tree import Tree


@dataclass(frozen=True, slots=True)
class Spot:
    """What a codemod gets: the node, the tree that it is in, the span that it was asked for, and its arguments by name."""

    tree: Tree
    node: cst.CSTNode
    span: Span
    arguments: Mapping[str, str]

    def argument(self, name: str) -> str:
        """An argument that the codemod cannot do without."""
        if name not in self.arguments:
            raise Refusal(f"the fix does not say its argument {name}")
        return self.arguments[name]


@dataclass(frozen=True, slots=True)
class Replacement:
    """One expression in place of another."""

    old: cst.BaseExpression
    new: cst.BaseExpression


@dataclass(frozen=True, slots=True)
class Passage:
    """Text between two offsets, and what stands there instead: for what is no expression."""

    start: int
    end: int
    content: str


Piece: TypeAlias = Replacement | Passage | Edit
"""What a codemod gives. An Edit is what `imports.named` asks for."""


def edits_of_pieces(tree: Tree, pieces: Iterable[Piece]) -> tuple[Edit, ...]:
    """The edits that do what a codemod wants."""
    return tuple(piece if isinstance(piece, Edit) else _edit(tree, _passage(tree, piece)) for piece in pieces)


def _edit(tree: Tree, passage: Passage) -> Edit:
    """The edit for a passage; what its end has in common with the new text is left out, so that fixes in there may go with it."""
    old, new = tree.text[passage.start : passage.end], passage.content
    common = 0
    while common < min(len(old), len(new)) and old[-1 - common] == new[-1 - common]:
        common += 1
    if common and old[len(old) - common] == "\n":
        common -= 1  # its row may end with two characters
    return Edit(tree.path, tree.rows.span(passage.start, passage.end - common), new[: len(new) - common])


def _passage(tree: Tree, piece: Replacement | Passage) -> Passage:
    if isinstance(piece, Passage):
        return piece
    old, new = piece.old, piece.new
    _refuse_shown_text(tree, old)
    start, end = tree.offsets(old)
    before = tree.text[start:end]
    if tree.code(bare(old), old) != before:
        raise Refusal("the code is laid out in a way that cannot be reproduced")
    if old.lpar and new.lpar and new.lpar[0] is old.lpar[0]:
        new = bare(new)
    after = tree.code(new, old)
    _refuse_lost_comments(before, old, new)
    if isinstance(new, cst.Await) and not new.lpar and not old.lpar and _hangs_on(tree, old):
        after = f"({after})"
    if isinstance(old, cst.Await) and not isinstance(new, cst.Await) and _hangs_on(tree, old):
        start, end = _with_parentheses(tree, old, start, end, after)
    return Passage(start, end, after)


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression without its own parentheses."""
    return node.with_changes(lpar=(), rpar=()) if node.lpar else node


def _hangs_on(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether something that binds tighter than an await hangs on the expression: an attribute, an item, a call, another await."""
    match tree.parent(node):
        case cst.Attribute(value=operand) | cst.Subscript(value=operand) | cst.Call(func=operand) | cst.Await(expression=operand):
            return operand is node
        case _:
            return False


def _with_parentheses(tree: Tree, old: cst.BaseExpression, start: int, end: int, after: str) -> tuple[int, int]:
    """The offsets with the parentheses that only the await needed; without them if there are more, or something else needs them."""
    text = tree.text
    is_simple = len(old.lpar) == 1 and text[start - 1 : start] == "(" and text[end : end + 1] == ")" and not set("\r\n") & set(after)
    touches_word = text[start - 2 : start - 1].isidentifier() or text[start - 2 : start - 1].isdigit()
    return (start - 1, end + 1) if is_simple and start > 1 and not touches_word else (start, end)


def _refuse_shown_text(tree: Tree, node: cst.CSTNode) -> None:
    for _, around in tree.ancestors(node):
        if isinstance(around, cst.FormattedStringExpression) and around.equal is not None:
            raise Refusal("it stands in an f-string that shows its own text")
        if isinstance(around, cst.BaseStatement):
            return


def _refuse_lost_comments(before: str, old: cst.CSTNode, new: cst.CSTNode) -> None:
    if "#" in before and Counter(_comments(old)) - Counter(_comments(new)):
        raise Refusal("a comment would be lost")


def _comments(node: cst.CSTNode) -> Iterable[str]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, cst.Comment):
            yield found.value
        waiting.extend(found.children)
