"""An import line -> where it goes: where a sorter of imports would have it.

Among the first unbroken run of imports of the module: behind those of its kind (standard library, other packages, the project's own,
relative) that sort before it, plain imports before `from` ones unless the file mixes them. Without one of its kind it begins a group of its
own. What is the project's own is guessed from the names of the folders that the file is in. An import keeps the comments above it; a licence,
a `#!` line or an encoding at the very top stay there.
"""

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import libcst as cst

from fastapi_async_lint.findings import Edit
from fastapi_async_lint.fixes.parts.names import dotted_name
from fastapi_async_lint.fixes.parts.tree import Tree

STANDARD, OTHER, OWN, RELATIVE = range(4)
"""The kinds of imports, in the order of their groups."""

_FIRST_LINES = re.compile(r"^#!|^#.*?coding[:=]")


class Key(NamedTuple):
    """What imports are sorted by, all of it within a group but for the kind."""

    kind: int
    is_from: bool
    module: str
    name: str


def insertion(tree: Tree, line: str) -> tuple[Edit, ...]:
    """The edits that add an import line to the module. The blank lines around are edits of their own, so that two lines there share them."""
    key = _key_of_statement(tree, cst.parse_statement(line))
    assert key is not None, "an import line is an import"
    run = _run(tree)
    if not run:
        return _before_the_code(tree, line)
    keys = [_key_of_statement(tree, statement) for statement in run]
    kin = [place for place, other in enumerate(keys) if other is not None and other.kind == key.kind]
    if not kin:
        return _in_a_group_of_its_own(tree, line, key, run)
    group = _best_group(run, kin, keys, key)
    mixes = _mixes(keys)
    for place in group:
        other = keys[place]
        if other is not None and _order(other, mixes=mixes) > _order(key, mixes=mixes):
            return _added(tree, _first_row(tree, run[place]), line)
    return _added(tree, _row_behind(tree, run[group[-1]]), line)


def _order(key: Key, *, mixes: bool) -> tuple[bool, str, str]:
    return (key.is_from and not mixes, key.module.lower(), key.name.lower())


def _mixes(keys: Sequence[Key | None]) -> bool:
    """Whether a `from` import of some kind stands before a plain one of that kind."""
    known = [key for key in keys if key is not None]
    return any(one.is_from and not two.is_from and one.kind == two.kind for one, two in pairwise(known))


def _best_group(run: Sequence[cst.SimpleStatementLine], kin: list[int], keys: Sequence[Key | None], key: Key) -> list[int]:
    """Of the imports of the right kind those in one group, of several groups the one with the same package, else the first."""
    groups: list[list[int]] = []
    for place in kin:
        is_new = not groups or any(_has_blank_line(run[between]) for between in range(groups[-1][-1] + 1, place + 1))
        if is_new:
            groups.append([])
        groups[-1].append(place)
    package = key.module.partition(".")[0]
    for group in groups:
        if any((other := keys[place]) is not None and other.module.partition(".")[0] == package for place in group):
            return group
    return groups[0]


def _in_a_group_of_its_own(tree: Tree, line: str, key: Key, run: Sequence[cst.SimpleStatementLine]) -> tuple[Edit, ...]:
    """A first import of its kind: before the first import of a later kind, else behind all."""
    for place, statement in enumerate(run):
        other = _key_of_statement(tree, statement)
        if other is not None and other.kind > key.kind:
            begins_group = place == 0 or _has_blank_line(statement)
            return _added(tree, _first_row(tree, statement), line, below=1 if begins_group else 0)
    return _added(tree, _row_behind(tree, run[-1]), line, above=1)


# ------------------------------------------------------------------------------------------------------- a file without imports


def _before_the_code(tree: Tree, line: str) -> tuple[Edit, ...]:
    """In a file without imports: behind its docstring and its imports from the future, else behind what stands at its very top."""
    preamble = [statement for statement in tree.module.body[:1] if _is_docstring(statement)]
    for statement in tree.module.body[len(preamble) :]:
        if not _is_from_future(statement):
            break
        preamble.append(statement)
    following = tree.module.body[len(preamble) : len(preamble) + 1]
    if preamble:
        gap = 0 if not following or _has_blank_line(following[0]) else _gap_before(following[0])
        return _added(tree, _row_behind(tree, preamble[-1]), line, above=1, below=gap)
    if following:
        return _added(tree, _first_row(tree, following[0]), line, below=_gap_before(following[0]))
    return _added(tree, len(tree.rows.starts) + 1, line)


def _gap_before(statement: cst.CSTNode) -> int:
    """How many blank lines stand between imports and a statement."""
    return 2 if isinstance(statement, cst.FunctionDef | cst.ClassDef) else 1


def _is_docstring(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()), *_]):
            return True
        case _:
            return False


def _is_from_future(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name(value="__future__")), *_]):
            return True
        case _:
            return False


# -------------------------------------------------------------------------------------------------------------- the imports


def _run(tree: Tree) -> list[cst.SimpleStatementLine]:
    """The first imports that follow one another, those from the future left out."""
    run: list[cst.SimpleStatementLine] = []
    for statement in tree.module.body:
        if isinstance(statement, cst.SimpleStatementLine) and _key_of_statement(tree, statement) is not None:
            if not _is_from_future(statement):
                run.append(statement)
        elif run:
            break
    return run


def _key_of_statement(tree: Tree, statement: cst.CSTNode) -> Key | None:
    """What an import is sorted by; None for any other statement."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import(names=[first, *_]), *_]):
            module = dotted_name(first.name)
            return Key(_kind(tree, module), False, module, "")
        case cst.SimpleStatementLine(body=[cst.ImportFrom() as found, *_]):
            module = dotted_name(found.module) if found.module is not None else ""
            name = "" if isinstance(found.names, cst.ImportStar) else dotted_name(found.names[0].name)
            return Key(RELATIVE if found.relative else _kind(tree, module), True, module, name)
        case _:
            return None


def _kind(tree: Tree, module: str) -> int:
    package = module.partition(".")[0]
    if package in sys.stdlib_module_names:
        return STANDARD
    return OWN if package in tree.path.parts[:-1] else OTHER


def _has_blank_line(statement: cst.CSTNode) -> bool:
    """Whether a blank line stands above the statement, or above or between its comments."""
    lines = statement.leading_lines if isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement) else ()
    return any(line.comment is None for line in lines)


# ----------------------------------------------------------------------------------------------------------------- the rows


def _first_row(tree: Tree, statement: cst.SimpleStatementLine | cst.BaseCompoundStatement) -> int:
    """The row of the statement, or of the first of the comments directly above it, or of its first decorator."""
    decorators = statement.decorators if isinstance(statement, cst.FunctionDef | cst.ClassDef) else ()
    row = tree.place(decorators[0].decorator if decorators else statement)[0]
    above = list(statement.leading_lines)
    if statement is tree.module.body[0]:
        above = [*tree.module.header, *above]
        touching = _touching(above)
        if touching < len(above):
            return row - touching
        is_import = isinstance(statement, cst.SimpleStatementLine) and _key_of_statement(tree, statement) is not None
        fixed = len(above) if is_import else sum(1 for line in above[:2] if line.comment and _FIRST_LINES.match(line.comment.value))
        return row - len(above) + fixed
    return row - _touching(above)


def _touching(lines: Sequence[cst.EmptyLine]) -> int:
    """How many of the lines, from the last, are comments."""
    count = 0
    for line in reversed(lines):
        if line.comment is None:
            break
        count += 1
    return count


def _row_behind(tree: Tree, statement: cst.CSTNode) -> int:
    return tree.place(statement)[2] + 1


def _added(tree: Tree, row: int, line: str, *, above: int = 0, below: int = 0) -> tuple[Edit, ...]:
    """A line inserted before a row, or behind the last one, with blank lines above it (at the end of the row before) and below it."""
    offset = tree.rows.offset(row, 0)
    if offset == len(tree.text) and tree.text and tree.text[-1] not in "\r\n":
        return (_inserted(tree, offset, tree.newline * (above + 1) + line + tree.newline),)
    edits = [_inserted(tree, offset, line + tree.newline)]
    if above:
        before = tree.text[:offset]
        edits.append(_inserted(tree, len(before.removesuffix("\n").removesuffix("\r")), tree.newline * above))
    if below:
        edits.append(_inserted(tree, offset, tree.newline * below))
    return tuple(edits)


def _inserted(tree: Tree, offset: int, content: str) -> Edit:
    return Edit(tree.path, tree.rows.span(offset, offset), content)
