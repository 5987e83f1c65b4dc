"""A text and spans -> its tree, with what stands at the spans, what is around it, and how a node reads.

Only statements at the top of the module or of a class that hold a wanted span are walked. Two passes over the module tell where things stand:
one for these statements, one for the expressions in them.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import libcst as cst

from fastapi_async_lint.facts import Comment, Problem, Span
from fastapi_async_lint.fixes.parts.edits import Rows
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.walking import children
from fastapi_async_lint.syntax import nesting
from fastapi_async_lint.syntax.parse import parse_module
from fastapi_async_lint.syntax.positions import Place, locate

Node = TypeVar("Node", bound=cst.CSTNode)


class Tree:
    """One file, read for the sake of some spans. Raises Refusal if the text cannot be read."""

    def __init__(self, path: Path, text: str, spans: Iterable[Span]) -> None:
        self.path = path
        self.text = text
        self.rows = Rows(text)
        self.module = _parse(text)
        self._parents: dict[int, cst.CSTNode] = {}
        self._places = _locate(self.module, _outer_statements(self.module.body))
        candidates: list[cst.BaseExpression] = []
        for statement in self._wanted_statements(sorted({span.row for span in spans})):
            candidates += self._walk(statement)
        self._places |= _locate(self.module, candidates)
        self._by_span: dict[Place, list[cst.CSTNode]] = {}
        for node in candidates:
            self._by_span.setdefault(self._places[id(node)], []).append(node)

    def _walk(self, statement: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        """The expressions in a statement; each node's parent is noted."""
        waiting = [statement]
        while waiting:
            node = waiting.pop()
            for child in children(node):
                self._parents[id(child)] = node
                waiting.append(child)
                if isinstance(child, cst.BaseExpression):
                    yield child

    def _wanted_statements(self, rows: list[int]) -> Iterator[cst.CSTNode]:
        """The outermost statements that hold one of the rows, those of classes instead of the classes if all of the rows are in them."""
        waiting: list[tuple[cst.CSTNode, cst.CSTNode]] = [(statement, self.module) for statement in self.module.body]
        while waiting:
            statement, parent = waiting.pop()
            self._parents[id(statement)] = parent
            first, last = self._rows_of(statement)
            held = [row for row in rows if first <= row <= last]
            if not held:
                continue
            body = statement.body if isinstance(statement, cst.ClassDef) else None
            inner = list(body.body) if isinstance(body, cst.IndentedBlock) else []
            if body is not None and inner and all(any(_holds(self._rows_of(one), row) for one in inner) for row in held):
                self._parents[id(body)] = statement
                waiting.extend((one, body) for one in inner)
            else:
                yield statement

    def _rows_of(self, statement: cst.CSTNode) -> tuple[int, int]:
        """The first and last row of an outer statement, decorators included."""
        decorators = statement.decorators if isinstance(statement, cst.FunctionDef | cst.ClassDef) else ()
        first = self._places[id(decorators[0].decorator if decorators else statement)][0]
        return first, self._places[id(statement)][2]

    # ------------------------------------------------------------------------------------------------ what stands where

    def find(self, span: Span, kinds: tuple[type[Node], ...]) -> Node:
        """The one node of these kinds that stands at the span; Refusal if there is none, or more than one. The module stands at every span."""
        if isinstance(self.module, kinds):
            return self.module
        place = (span.row, span.column, span.end_row, span.end_column)
        found = [node for node in self._by_span.get(place, ()) if isinstance(node, kinds)]
        if len(found) != 1:
            raise Refusal("the code has changed: what was to be rewritten no longer stands where it was")
        return found[0]

    def comment(self, span: Span) -> tuple[int, int, bool]:
        """The offsets of the comment at the span, which is one that may suppress, and whether it has its row to itself. Raises Refusal."""
        comment = self._comments.get((span.row, span.column))
        if comment is None or len(comment.text) != span.end_column - span.column:
            raise Refusal("the code has changed: the comment no longer stands where it was")
        start = self._offset(span.row, span.column)
        return start, start + len(comment.text), comment.own_line

    @cached_property
    def _comments(self) -> dict[tuple[int, int], Comment]:
        return {(comment.row, comment.column): comment for comment in locate(self.module, (), with_comments=True).comments}

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What the node is directly in; None for the module."""
        return self._parents.get(id(node))

    def ancestors(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Each node around this one, from the innermost to the module, behind the one below it that holds this node."""
        below = node
        while (parent := self._parents.get(id(below))) is not None:
            yield below, parent
            below = parent

    def offsets(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where the text of an expression or outer statement begins and ends, its own parentheses not included."""
        row, column, end_row, end_column = self.place(node)
        return self._offset(row, column), self._offset(end_row, end_column)

    def place(self, node: cst.CSTNode) -> Place:
        """Rows and columns of any node, as LibCST counts them."""
        key = id(node)
        if key not in self._places:
            self._places |= _locate(self.module, [node])
        return self._places[key]

    def _offset(self, row: int, column: int) -> int:
        return self.rows.offset(row, column) + (self._lost if row == 1 else 0)

    @cached_property
    def _lost(self) -> int:
        """How much white space stands before the very first token."""
        first_row = self.text[: self.rows.starts[1]] if len(self.rows.starts) > 1 else self.text
        lost = len(first_row) - len(first_row.lstrip(" \t\f"))
        return lost if lost and not self.module.code.startswith(first_row[:lost]) else 0

    # -------------------------------------------------------------------------------------------------- how a node reads

    @property
    def newline(self) -> str:
        """What ends the rows of this file."""
        return self.module.default_newline

    def indent(self, node: cst.CSTNode) -> str:
        """The white space before the statement that a node stands in."""
        blocks = [around for _, around in self.ancestors(node) if isinstance(around, cst.IndentedBlock)]
        return "".join(block.indent or self.module.default_indent for block in reversed(blocks))

    def code(self, node: cst.BaseExpression, at: cst.CSTNode) -> str:
        """How an expression reads that stands where `at` does."""
        line = cst.SimpleStatementLine(body=[cst.Expr(node)])
        return self.code_of_lines([line], self.indent(at)).removeprefix(self.indent(at)).removesuffix(self.newline)

    def code_of_lines(self, statements: Iterable[cst.BaseStatement], indent: str) -> str:
        """How statements read with this indent."""
        body = list(statements)
        if not indent:
            return "".join(self.module.code_for_node(statement) for statement in body)
        return self.module.code_for_node(cst.IndentedBlock(body=body, indent=indent)).removeprefix(self.newline)


def _holds(rows: tuple[int, int], row: int) -> bool:
    return rows[0] <= row <= rows[1]


def _outer_statements(body: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The statements at the top and those directly in classes, and the first decorator of each."""
    waiting = list(body)
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
            yield statement.decorators[0].decorator
        if isinstance(statement, cst.ClassDef) and isinstance(statement.body, cst.IndentedBlock):
            waiting.extend(statement.body.body)


def _locate(module: cst.Module, nodes: Iterable[cst.CSTNode]) -> dict[int, Place]:
    return locate(module, nodes, with_comments=False).places


def _parse(text: str) -> cst.Module:
    problem = nesting.measure(text)
    module = problem if isinstance(problem, Problem) else parse_module(text)
    if isinstance(module, Problem):
        raise Refusal(f"the file cannot be read: {module.message}")
    return module
