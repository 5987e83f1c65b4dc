"""Facts -> short text, so that a test can say what it expects in the words of the language that is read."""

import ast
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import libcst as cst

from fastapi_async_lint import facts as f
from fastapi_async_lint.syntax import extract


def read(source: str) -> f.ModuleFacts:
    """The facts of a dedented piece of source, which must be readable."""
    found = extract(dedent(source))
    assert found.problem is None, found.problem
    return found


def said(facts: f.ModuleFacts, number: f.ExprId) -> str:
    """An expression of the table in words."""
    if number == f.NOTHING:
        return "-"
    match facts.expressions[number]:
        case f.Name(id):
            return id
        case f.Attribute(value, name):
            return f"{said(facts, value)}.{name}"
        case f.Call(function, arguments):
            return f"{said(facts, function)}({', '.join(_argument(facts, each) for each in arguments)})"
        case f.Subscript(value, index):
            return f"{said(facts, value)}[{said(facts, index)}]"
        case f.Literal(kind, value):
            return kind if value is None else repr(value)
        case f.Display(kind, items):
            return f"{kind}<{_all(facts, items)}>"
        case f.Mapping(keys, values):
            return "{" + ", ".join(f"{said(facts, k)}: {said(facts, v)}" for k, v in zip(keys, values, strict=True)) + "}"
        case f.Operation(operator, left, right):
            return f"({said(facts, left)} {operator} {said(facts, right)})"
        case f.Choice(options):
            return f"one of<{_all(facts, options)}>"
        case f.Await(value):
            return f"await {said(facts, value)}"
        case f.Comprehension(kind, items):
            return f"{kind} of<{_all(facts, items)}>"
        case f.Imported():
            return _imported(facts.expressions[number])
        case other:
            return _made_up(facts, other)


def _made_up(facts: f.ModuleFacts, expression: f.Expression) -> str:
    match expression:
        case f.FunctionValue(function):
            return f"def {facts.functions[function].qualname}"
        case f.ClassValue(definition):
            return f"class {facts.classes[definition].qualname}"
        case f.Element(value, is_async):
            return f"{'async ' * is_async}each<{said(facts, value)}>"
        case f.Entered(value, is_async):
            return f"{'async ' * is_async}entered<{said(facts, value)}>"
        case f.Unpacked(value, index):
            return f"part {'?' if index == f.NOTHING else index} of<{said(facts, value)}>"
        case f.Parameter(function, index):
            return f"parameter {index} of {facts.functions[function].qualname}"
        case f.Caught(value):
            return f"caught<{said(facts, value)}>"
        case _:
            return "?"


def _imported(expression: f.Expression) -> str:
    assert isinstance(expression, f.Imported)
    text = f"import {'.' * expression.level}{expression.module}"
    if expression.name:
        text += f" : {expression.name}"
    return text + (f" (with {expression.submodule})" if expression.submodule else "")


def _all(facts: f.ModuleFacts, numbers: tuple[f.ExprId, ...]) -> str:
    return ", ".join(said(facts, each) for each in numbers)


def _argument(facts: f.ModuleFacts, argument: f.Argument) -> str:
    keyword = f"{argument.keyword}=" if argument.keyword else "*" * argument.stars
    return keyword + said(facts, argument.value)


def scope_name(facts: f.ModuleFacts, number: f.ScopeId) -> str:
    """`module`, the qualified name of the function or class that opens it, or `comprehension`."""
    scope = facts.scopes[number]
    if scope.kind is f.ScopeKind.FUNCTION:
        return facts.functions[scope.owner].qualname
    return facts.classes[scope.owner].qualname if scope.kind is f.ScopeKind.CLASS else scope.kind.value


def bound(source: str) -> list[str]:
    """The bindings of names in `source`, in order: `scope.name: annotation = value`."""
    facts = read(source)
    lines: list[str] = []
    for binding in facts.bindings:
        annotation = "" if binding.annotation == f.NOTHING else f": {said(facts, binding.annotation)}"
        lines.append(f"{scope_name(facts, binding.scope)}.{binding.name}{annotation} = {said(facts, binding.value)}")
    return lines


def values(source: str) -> list[str]:
    """What each name in `source` is bound to, the scopes left out."""
    return [line.partition(".")[2] for line in bound(source)]


def value(expression: str) -> str:
    """What the last expression statement or assignment of the source says."""
    facts = read(f"it = {expression}\n")
    [binding] = [each for each in facts.bindings if each.name == "it" and each.scope == 0]
    return said(facts, binding.value)


def blocks_of_names(source: str) -> dict[str, str]:
    """For each name that is read in `source`, the kinds of the blocks that it stands in, from outside in, the module's left out."""
    facts = read(source)
    found: dict[str, str] = {}
    for number, expression in enumerate(facts.expressions):
        if isinstance(expression, f.Name):
            around = [block.kind.value for block in facts.blocks[1:] if block.start <= number < block.end]
            found[expression.id] = " ".join(around)
    return found


def standard_library(count: int) -> list[Path]:
    """`count` files of the running Python's own library, evenly spread over all of them, the largest left out."""
    root = Path(sysconfig.get_path("stdlib"))
    files = [
        path
        for path in sorted(root.rglob("*.py"))
        if not {"site-packages", "dist-packages", "bad_coding", "data"} & set(path.parts) and 0 < path.stat().st_size < 60_000
    ]
    return files[:: max(1, len(files) // count)][:count]


def sources(count: int) -> Iterator[tuple[Path, str]]:
    """The texts of `standard_library(count)`, those that are UTF-8 and right: some are wrong on purpose.

    The library's own tests of the grammar hold forms that LibCST refuses, such as `(x): int = 1`; these are left out.
    """
    for path in standard_library(count):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        if tree_of(text) is not None and not ("test" in path.parts and _is_refused(text)):
            yield path, text


def _is_refused(text: str) -> bool:
    try:
        cst.parse_module(text)
    except cst.ParserSyntaxError:
        return True
    return False


def tree_of(text: str) -> ast.Module | None:
    """The standard library's tree of a text, None if it cannot read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text.removeprefix("\ufeff"))
        except (SyntaxError, ValueError):
            return None


NEWEST = sys.version_info >= (3, 12)
"""Whether the running interpreter reads type parameters and knows places inside f-strings."""
