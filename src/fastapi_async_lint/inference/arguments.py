"""The arguments of a call, asked for by position or name, with those that are already bound (a receiver, a decorated function, a partial)."""

from dataclasses import dataclass

from fastapi_async_lint.facts import NOTHING, Argument, ExprId, Literal, Name, Parameter
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import Values
from fastapi_async_lint.program import Ref


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments written at `module`; `leading` are values bound before the first written one."""

    module: int
    written: tuple[Argument, ...]
    leading: tuple[Values, ...] = ()
    bound: "Arguments | None" = None
    """The arguments of a `functools.partial`, which come before the written ones."""

    def find(self, position: int | None, name: str = "") -> Ref | None:
        """The expression passed at that position (from 0) or under that name, wherever it is written; None if absent or hidden."""
        if self.bound is not None:
            found = self.bound.find(position, name)
            if found is not None:
                return found
            if position is not None:
                position -= len(self.bound.positional())
                position = None if position < 0 else position
        number = self.expression(position, name)
        return None if number is None else Ref(self.module, number)

    def expression(self, position: int | None, name: str = "") -> ExprId | None:
        """The expression written here at that position (from 0) or under that name; None if absent or hidden in `*args`/`**kwargs`."""
        place = len(self.leading)
        for argument in self.written:
            if argument.stars:
                place = -1_000_000 if argument.stars == 1 else place
            elif argument.keyword:
                if name and argument.keyword == name:
                    return argument.value
            else:
                if position is not None and place == position:
                    return argument.value
                place += 1
        return None

    def values(self, inference: Inference, position: int | None, name: str = "") -> Values | None:
        """The values passed there; None if absent."""
        if position is not None and position < len(self.leading):
            return self.leading[position]
        found = self.find(position, name)
        return None if found is None else inference.evaluate(*found)

    def literal(self, inference: Inference, position: int | None, name: str = "") -> Literal | None:
        """The constant written there, or that a name written there is bound to (a parameter: its default), if there is one."""
        found = self.find(position, name)
        if found is None:
            return None
        module, number = inference.program.modules[found.module], found.expression
        expression = module.expressions[number]
        if isinstance(expression, Name):
            bindings = [binding for binding in module.reaching(module.scope_at(number), expression.id, number) if binding.value != NOTHING]
            expression = module.expressions[bindings[0].value] if len(bindings) == 1 else expression
        if isinstance(expression, Parameter):
            default = module.facts.functions[expression.function].parameters[expression.index].default
            expression = module.expressions[default] if default != NOTHING else expression
        return expression if isinstance(expression, Literal) else None

    def positional(self) -> tuple[ExprId, ...]:
        """Every positional argument as written, those of `*args` as the sequence itself."""
        return tuple(argument.value for argument in self.written if not argument.keyword and argument.stars < 2)

    @property
    def has_stars(self) -> bool:
        """Some arguments are hidden in `*args` or `**kwargs`."""
        return any(argument.stars for argument in self.written)

    def after(self, skipped: int) -> "Arguments":
        """What is left when the first `skipped` positional arguments are taken."""
        leading, written = self.leading[skipped:], []
        skipped -= min(skipped, len(self.leading))
        for argument in self.written:
            if skipped and not argument.keyword and not argument.stars:
                skipped -= 1
                continue
            written.append(argument)
        return Arguments(self.module, tuple(written), leading)
