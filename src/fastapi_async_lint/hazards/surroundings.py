"""An expression -> what its own function does around it: the locks that it holds there, the exceptions that it catches or is handling.

A suite around the `def` of a nested function is none around what that function does when it is called.
"""

from collections.abc import Iterator

from fastapi_async_lint.facts import NOTHING, Attribute, BlockKind, Caught, Display, Entered, ExprId, Name
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.values import External, ExternalInstance, known
from fastapi_async_lint.modules import Module, last_name

_STOP = ("StopIteration", "Exception", "BaseException")
"""What catches a StopIteration by name: to the catalogue all built-in exceptions are one class."""


def blocks_around(module: Module, number: ExprId) -> Iterator[int]:
    """The blocks around an expression that its own function runs, innermost first."""
    function = module.function_at(number)
    end = len(module.expressions) if function == NOTHING else module.facts.scopes[module.facts.functions[function].scope].end
    block = module.block_at(number)
    while block != NOTHING and module.facts.blocks[block].end <= end:  # a block around a `def` ends behind the function that it makes
        yield block
        block = module.facts.blocks[block].parent


def is_lock(inference: Inference, module: Module, number: ExprId) -> bool:
    """The expression is known to be a lock."""
    values = known(inference.evaluate(module.number, number))
    return any(isinstance(one, ExternalInstance) and inference.catalogue.hazard(one.path) == "lock" for one in values)


def is_locked(inference: Inference, module: Module, number: ExprId) -> bool:
    """A `with` around it holds a lock."""
    for block in blocks_around(module, number):
        for entered in module.facts.blocks[block].entered:
            operand = module.expressions[entered]
            if isinstance(operand, Entered) and is_lock(inference, module, operand.value):
                return True
    return False


def is_handling(module: Module, number: ExprId) -> bool:
    """It stands in an `except`."""
    return any(module.facts.blocks[block].kind is BlockKind.HANDLER for block in blocks_around(module, number))


def catches_stop(inference: Inference, module: Module, number: ExprId) -> bool:
    """A `try` around it catches StopIteration: it names that or what that inherits from, or nothing at all."""
    for block in blocks_around(module, number):
        caught = _caught_by(module, block) if module.facts.blocks[block].kind is BlockKind.TRY else ()
        if any(one == NOTHING or _is_stop(inference, module, one) for one in caught):
            return True
    return False


def _is_stop(inference: Inference, module: Module, number: ExprId) -> bool:
    values = known(inference.evaluate(module.number, number))
    is_built_in = any(isinstance(one, External) and one.path.startswith("builtins.") for one in values)
    return is_built_in and last_name(module.expressions[number]) in _STOP


def _caught_by(module: Module, block: int) -> Iterator[ExprId]:
    """What the handlers behind the body of a `try` catch: the classes that they name, NOTHING for `except:`. Those before an `else` are not
    for it.
    """
    blocks = module.facts.blocks
    for handler in range(block + 1, len(blocks)):
        if blocks[handler].parent == blocks[block].parent:
            if blocks[handler].kind is not BlockKind.HANDLER:
                return
            yield from _named_in(module, blocks[handler].start, blocks[handler].end)


def _named_in(module: Module, start: ExprId, end: ExprId) -> Iterator[ExprId]:
    """The classes at the head of a handler. Where its first expression is neither a name nor a tuple of names, that is of the body already."""
    root = start
    while above := [parent for parent in module.parents.get(root, ()) if parent < end]:
        root = above[0]
    head = module.expressions[root] if start < end else None
    if isinstance(head, Caught):
        root = head.value
        head = module.expressions[root]
    if isinstance(head, Display):
        yield from head.items
    else:
        yield root if isinstance(head, Name | Attribute) else NOTHING
