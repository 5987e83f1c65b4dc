"""Text -> tree -> one walk -> one pass for positions -> facts."""

from functools import partial

import libcst as cst
from msgspec.structs import replace

from fastapi_async_lint.facts import BlockKind, ClassFacts, FunctionFacts, ModuleFacts, Problem, ScopeKind, Span
from fastapi_async_lint.syntax import draft as tables
from fastapi_async_lint.syntax import nesting
from fastapi_async_lint.syntax.branches import BRANCHES
from fastapi_async_lint.syntax.comprehensions import COMPREHENSIONS
from fastapi_async_lint.syntax.definitions import class_definition, function_definition, lambda_expression, type_alias
from fastapi_async_lint.syntax.draft import Draft
from fastapi_async_lint.syntax.expressions import EXPRESSIONS
from fastapi_async_lint.syntax.parse import parse_module
from fastapi_async_lint.syntax.positions import NEWLINE, SUPPRESSION, Place, locate
from fastapi_async_lint.syntax.stack import run
from fastapi_async_lint.syntax.statements import SIMPLE_STATEMENTS
from fastapi_async_lint.syntax.suites import visit_statements

tables.HANDLERS.update(EXPRESSIONS)
tables.HANDLERS.update(COMPREHENSIONS)
tables.HANDLERS[cst.Lambda] = lambda_expression
tables.STATEMENTS.update(SIMPLE_STATEMENTS)
tables.STATEMENTS.update(BRANCHES)
tables.STATEMENTS[cst.FunctionDef] = function_definition
tables.STATEMENTS[cst.ClassDef] = class_definition
if hasattr(cst, "TypeAlias"):
    tables.STATEMENTS[cst.TypeAlias] = type_alias


def extract(text: str) -> ModuleFacts:
    """What `text` says; never raises."""
    text = text.removeprefix("\ufeff")
    line_count = count_lines(text)
    try:
        nested = nesting.measure(text)
        if isinstance(nested, Problem):
            return ModuleFacts(problem=nested, line_count=line_count)
        return run(partial(_read, text, line_count), is_shallow=nested)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # an interrupt or an exit; a panic of native code is as good as an exception
        return ModuleFacts(problem=Problem(f"cannot be read: {type(error).__name__}: {error}", 1, 0), line_count=line_count)


def _read(text: str, line_count: int) -> ModuleFacts:
    parsed = parse_module(text)
    if isinstance(parsed, Problem):
        return ModuleFacts(problem=parsed, line_count=line_count)
    return facts_of(parsed, line_count, with_comments=SUPPRESSION.search(text) is not None)


def count_lines(text: str) -> int:
    """How many rows `text` has; a newline at the end starts no further one."""
    newlines = sum(1 for _ in NEWLINE.finditer(text)) if "\r" in text else text.count("\n")
    return newlines + (bool(text) and text[-1] not in "\r\n")


def facts_of(module: cst.Module, line_count: int, *, with_comments: bool) -> ModuleFacts:
    """What a parsed module says."""
    draft = walk(module)
    nodes = [node for _, node in draft.located]
    for function in draft.function_nodes:
        nodes += (function.first, function.last, function.name)
    nodes += draft.class_nodes
    places, comments = locate(module, nodes, with_comments=with_comments)
    return ModuleFacts(
        expressions=tuple(draft.expressions),
        scopes=tuple(draft.scopes),
        blocks=tuple(draft.blocks),
        functions=_functions(draft, places),
        classes=_classes(draft, places),
        bindings=tuple(draft.bindings),
        attribute_bindings=tuple(draft.attribute_bindings),
        item_bindings=tuple(draft.item_bindings),
        deletions=tuple(draft.deletions),
        star_imports=tuple(draft.star_imports),
        spans=tuple([(number, *places[id(node)]) for number, node in draft.located]),
        comments=comments,
        line_count=line_count,
    )


def walk(module: cst.Module) -> Draft:
    """All that the module says but for where."""
    draft = Draft()
    draft.open_scope(ScopeKind.MODULE)
    draft.open_block(BlockKind.BODY)
    visit_statements(draft, module.body)
    draft.close_block()
    draft.close_scope()
    draft.settle_nonlocals()
    return draft


def _functions(draft: Draft, places: dict[int, Place]) -> tuple[FunctionFacts, ...]:
    found: list[FunctionFacts] = []
    for facts, nodes in zip(draft.functions, draft.function_nodes, strict=True):
        assert facts is not None, "a function was opened and not closed"
        first = places[id(nodes.first)]
        last = places[id(nodes.last)]
        found.append(replace(facts, span=Span(first[0], first[1], last[2], last[3]), name_span=Span(*places[id(nodes.name)])))
    return tuple(found)


def _classes(draft: Draft, places: dict[int, Place]) -> tuple[ClassFacts, ...]:
    found: list[ClassFacts] = []
    for facts, name in zip(draft.classes, draft.class_nodes, strict=True):
        assert facts is not None, "a class was opened and not closed"
        found.append(replace(facts, name_span=Span(*places[id(name)])))
    return tuple(found)
