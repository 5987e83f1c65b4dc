from pathlib import Path

import pytest

from fastapi_async_lint.fixes.parts.flow import Flow
from fastapi_async_lint.fixes.parts.tree import Tree


@pytest.mark.parametrize(
    ("text", "read", "bound"),
    [
        ("a = b; c = a", "b", "a c"),
        ("a += 1", "a", "a"),
        ("a.b, c[d], *e = f", "a c d f", "e"),
        ("a: b = c\nd: int", "c", "a"),
        ("a = b if c else (d := e)", "b c e", "a"),
        ("(a := b) and (c := a)", "b", "a"),
        ("a or b", "a b", ""),
        ("[a for a in b if c]", "b c", ""),
        ("[a for a in a.b]", "a", ""),
        ("{a: b for a, b in a}", "a", ""),
        ("(a for b in c for a in a)", "c", ""),
        ("lambda a=b, *c: a + d + c", "b d", ""),
        ("f(a, k=b).c", "a b f", ""),
        ("global a; a = 1", "", "a"),
        ("import a.b, c as d\nfrom e import f as g, h", "", "a d g h"),
        ("a = 1\ndel a, b[c]\na", "a b c", ""),
        ("@a\ndef b(c=d): return c + e + g\nb", "a d e g", "b"),
        ("def b():\n    c = 1\n    return c", "", "b"),
        ("class A(b, k=c):\n    d = e\n    f = d", "b c e", "A"),
        ("if a: b = 1\nelif c: b = 2\nelse: b = d = 3\nb, d", "a c d", "b"),
        ("if a: b = 1\nelse: raise c\nb", "a c", "b"),
        ("for a, b in c:\n    d = a\n    break\nelse:\n    e = d\na", "a c d", ""),
        ("while (a := b): c = a\nelse: c\na", "b c", "a"),
        ("with a as b, b() as (c, d): e = f\ne", "a f", "b c d e"),
        ("with suppress(a): b = 1\nwith contextlib.suppress: c = 1\nb, c", "a b c contextlib suppress", ""),
        ("try: a = b\nexcept c as d: a = d\nelse: e = a\nfinally: f = 1\na", "b c", "a f"),
        ("try: a = 1\nfinally: a", "a", "a"),
        ("try: a = 1\nexcept b: raise\na", "b", "a"),
        ("try: a = 1\nexcept* b as c: a = 2\na, c", "b c", "a"),
        (
            "match a:\n    case [b, *c] if (d := b): e = c\n    case K.x | M(y=1): e = 1\n    case {**f}: e = f\n    case _: e = 2\ne",
            "K M a",
            "e",
        ),
        ("match a:\n    case 1: e = 1\ne", "a e", ""),
        ("raise a", "a", None),
        ("if a: raise b\nelse: raise c\nd", "a b c", None),
        ("try: raise a\nfinally: b", "a b", None),
    ],
)
def test_what_is_read_before_it_is_bound(text: str, read: str, bound: str | None) -> None:
    """The names read where they need not be bound, and those bound for certain at the end; None where the end is not reached."""
    tree = Tree(Path("main.py"), text, ())
    flow = Flow(tree)
    found = flow.along(tree.module.body, frozenset())
    assert " ".join(sorted(flow.read)) == read
    assert (None if found is None else " ".join(sorted(found))) == bound
