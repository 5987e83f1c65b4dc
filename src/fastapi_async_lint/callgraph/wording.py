"""A context's words in the catalogue -> what they say of one registration: `route GET {receiver.prefix}{0}` -> `route GET /users/{id}`."""

from fastapi_async_lint.facts import Attribute, Call, Name
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.program import Ref

_RECEIVER = "{receiver."


def context_words(inference: Inference, words: str, given: Arguments | None, call: Ref | None) -> str:
    """The words with `{0}` replaced by the call's first string literal (or the one under `path`), and `{receiver.x}` by the literal `x`
    in the call that made the call's receiver.
    """
    if _RECEIVER in words:
        before, _, rest = words.partition(_RECEIVER)
        name, _, after = rest.partition("}")
        words = before + _of_receiver(inference, call, name) + after
    if "{0}" not in words:
        return words.rstrip()
    literal = (given.literal(inference, 0) or given.literal(inference, None, "path")) if given is not None else None
    text = literal.value if literal is not None and isinstance(literal.value, str) else ""
    return words.replace("{0}", text).rstrip()


def _of_receiver(inference: Inference, call: Ref | None, name: str) -> str:
    """The string literal that the receiver's constructor was given under that keyword: `APIRouter(prefix="/users")`."""
    if call is None:
        return ""
    module = inference.program.modules[call.module]
    expression = module.expressions[call.expression]
    function = module.expressions[expression.function] if isinstance(expression, Call) else None
    base = module.expressions[function.value] if isinstance(function, Attribute) else None
    if not isinstance(base, Name):
        return ""
    for binding in module.bindings.get((0, base.id), ()):
        made = module.expressions[binding.value] if binding.value >= 0 else None
        if isinstance(made, Call):
            literal = Arguments(call.module, made.arguments).literal(inference, None, name)
            if literal is not None and isinstance(literal.value, str):
                return literal.value
    return ""
