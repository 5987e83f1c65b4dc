"""A comment that silences in vain -> the comment without those words: `# noqa: E501, FAL101` -> `# noqa: E501`.

The Change's span is the whole comment. `form` is how the suppression is written, a value of suppressions.Form; `words` are the rules that it is
to name no longer, joined by blanks. If none is left the suppression goes, with its reason; if nothing else is in the comment, the comment; if
nothing else is in its row, the row. Limit: what stands behind the suppression and begins with no `#` of its own is taken for its reason.
"""

import libcst as cst

from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Passage, Piece, Spot
from fastapi_async_lint.telling.suppressions import Form, without

KINDS = (cst.Module,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The passage that takes the place of one comment."""
    start, end, has_its_row = spot.tree.comment(spot.span)
    text = spot.tree.text
    left = without(text[start:end], Form(spot.argument("form")), spot.argument("words").split())
    if left == text[start:end]:
        raise Refusal("the comment does not say what was to be removed")
    if left:
        return (Passage(start, end, left),)
    if has_its_row:
        rows = spot.tree.rows
        start = rows.starts[spot.span.row - 1]
        end = rows.starts[spot.span.row] if spot.span.row < len(rows.starts) else end
    else:
        start = len(text[:start].rstrip(" \t\f"))
    return (Passage(start, end, ""),)
