"""Statements -> the names that they read before they bind them, and those that they have bound for certain at their end.

A loop may run no round, a branch may not be taken, a `try` may be left anywhere. A `with` is taken to let exceptions through, but for one of
something called `suppress`. What a function, lambda or generator expression reads counts as read where it is made.
"""

from collections.abc import Iterable

import libcst as cst

from fastapi_async_lint.fixes.parts.names import bindings, bound_by, parameters, target_names
from fastapi_async_lint.fixes.parts.tree import Tree
from fastapi_async_lint.fixes.parts.walking import children, descend

Names = frozenset[str]
NONE: Names = frozenset()


class Flow:
    """One walk along statements in the order in which they run. A set of names is what is bound for certain; None means: never reached."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.read: set[str] = set()
        """The names that were read where it was not certain that they had been bound."""

    def along(self, nodes: Iterable[cst.CSTNode], bound: Names | None) -> Names | None:
        """What is bound after the nodes."""
        for node in nodes:
            if bound is None:
                return None
            bound = self.through(node, bound)
        return bound

    def through(self, node: cst.CSTNode, bound: Names) -> Names | None:
        """What is bound after one node."""
        match node:
            case cst.If() | cst.For() | cst.While() | cst.With() | cst.Match() | cst.Try() | cst.TryStar():
                return self._through_compound(node, bound)
            case cst.FunctionDef() | cst.ClassDef():
                return self._through_definition(node, bound)
            case cst.ExceptHandler() | cst.ExceptStarHandler():
                return self._through_handler(node, bound)
            case cst.Raise() | cst.Return() | cst.Break() | cst.Continue():
                self.along(children(node), bound)
                return None
            case cst.Assign() | cst.AnnAssign() | cst.AugAssign() | cst.Import() | cst.ImportFrom() | cst.Del():
                return self._through_binding(node, bound)
            case cst.Name():
                self.read |= {node.value} - bound
                return bound
            case _:
                return self._through_expression(node, bound)

    def evaluated(self, node: cst.CSTNode, bound: Names) -> Names:
        """What is bound after an expression."""
        after = self.through(node, bound)
        return bound if after is None else after

    # ----------------------------------------------------------------------------------------------------------- expressions

    def _through_expression(self, node: cst.CSTNode, bound: Names) -> Names | None:
        match node:
            case cst.Attribute() | cst.Arg():
                return self.evaluated(node.value, bound)
            case cst.NamedExpr():
                return self.evaluated(node.value, bound) | set(target_names(node.target))
            case cst.BooleanOperation():
                after = self.evaluated(node.left, bound)
                self.evaluated(node.right, after)
                return after
            case cst.IfExp():
                after = self.evaluated(node.test, bound)
                self.evaluated(node.body, after)
                self.evaluated(node.orelse, after)
                return after
            case cst.Lambda():
                self._defaults(node.params, bound)
                self.evaluated(node.body, bound | {param.name.value for param in parameters(node.params)})
                return bound
            case cst.BaseComp():
                self.evaluated(node.for_in.iter, bound)  # outside of it, where its own names are not bound
                self.along(children(node), bound | {binding.name for binding in bindings(self._tree, node)})
                return bound
            case cst.Annotation() | cst.Global() | cst.Nonlocal():
                return bound
            case _:
                return self.along(children(node), bound)

    def _defaults(self, params: cst.Parameters, bound: Names) -> None:
        for param in parameters(params):
            if param.default is not None:
                self.evaluated(param.default, bound)

    # ------------------------------------------------------------------------------------------------------------ statements

    def _through_binding(self, node: cst.CSTNode, bound: Names) -> Names:
        match node:
            case cst.Assign():
                bound = self.evaluated(node.value, bound)
                for target in node.targets:
                    bound = self._bind(target.target, bound)
            case cst.AnnAssign() if node.value is not None:
                bound = self._bind(node.target, self.evaluated(node.value, bound))
            case cst.AugAssign():
                bound = self._bind(node.target, self.evaluated(node.value, self.evaluated(node.target, bound)))
            case cst.Import() | cst.ImportFrom():
                bound |= {binding.name for binding in bound_by(self._tree, node)}
            case cst.Del():
                bound = self.evaluated(node.target, bound) - set(target_names(node.target))
            case _:
                pass
        return bound

    def _bind(self, target: cst.CSTNode, bound: Names) -> Names:
        """What is bound after an assignment to the target; `a[i]` and `a.b` are evaluated and bind nothing."""
        match target:
            case cst.Name():
                return bound | {target.value}
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    bound = self._bind(element.value, bound)
                return bound
            case _:
                return self.evaluated(target, bound)

    def _through_definition(self, node: cst.FunctionDef | cst.ClassDef, bound: Names) -> Names:
        for decorator in node.decorators:
            bound = self.evaluated(decorator.decorator, bound)
        if isinstance(node, cst.FunctionDef):
            self._defaults(node.params, bound)
        else:
            self.along((*node.bases, *node.keywords), bound)
        self.through(node.body, bound | {binding.name for binding in bindings(self._tree, node)})
        return bound | {node.name.value}

    def _through_compound(self, node: cst.CSTNode, bound: Names) -> Names | None:
        match node:
            case cst.If():
                bound = self.evaluated(node.test, bound)
                taken = self.through(node.body, bound)
                return _either(taken, bound if node.orelse is None else self.through(node.orelse, bound))
            case cst.For():
                bound = self.evaluated(node.iter, bound)
                self.through(node.body, self._bind(node.target, bound))
                return self._else(node.orelse, bound)
            case cst.While():
                bound = self.evaluated(node.test, bound)
                self.through(node.body, bound)
                return self._else(node.orelse, bound)
            case cst.With():
                for item in node.items:
                    bound = self.evaluated(item.item, bound)
                    bound = bound if item.asname is None else self._bind(item.asname.name, bound)
                after = self.through(node.body, bound)
                return bound if any(_suppresses(item.item) for item in node.items) else after
            case cst.Match():
                return self._through_match(node, bound)
            case cst.Try() | cst.TryStar():
                return self._through_try(node, bound)
            case _:
                return bound

    def _through_handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler, bound: Names) -> Names | None:
        within = bound if node.type is None else self.evaluated(node.type, bound)
        caught = set() if node.name is None else set(target_names(node.name.name))
        after = self.through(node.body, within | caught)
        return None if after is None else after - caught

    def _else(self, orelse: cst.Else | None, bound: Names) -> Names:
        """What is bound after a loop, which may have been left before its `else`."""
        if orelse is not None:
            self.through(orelse.body, bound)
        return bound

    def _through_match(self, node: cst.Match, bound: Names) -> Names | None:
        bound = self.evaluated(node.subject, bound)
        after: Names | None = None
        is_exhaustive = False
        for case in node.cases:
            within = bound
            for found in descend(case.pattern):
                if isinstance(found, cst.MatchValue | cst.MatchClass):
                    self.evaluated(found.value if isinstance(found, cst.MatchValue) else found.cls, bound)
                within |= {binding.name for binding in bound_by(self._tree, found)}
            if case.guard is not None:
                within = self.evaluated(case.guard, within)
            after = _either(after, self.through(case.body, within))
            is_exhaustive |= case.guard is None and isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None
        return after if is_exhaustive else _either(after, bound)

    def _through_try(self, node: cst.Try | cst.TryStar, bound: Names) -> Names | None:
        after = self.through(node.body, bound)
        if node.orelse is not None:
            after = self.along([node.orelse.body], after)
        for handler in node.handlers:
            after = _either(after, self.through(handler, bound))
        if node.finalbody is None:
            return after
        last = self.through(node.finalbody.body, bound)
        return None if after is None or last is None else after | last


def _either(one: Names | None, other: Names | None) -> Names | None:
    """What is bound whichever way was taken."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _suppresses(manager: cst.BaseExpression) -> bool:
    """Whether a context manager swallows exceptions, by its name."""
    function = manager.func if isinstance(manager, cst.Call) else manager
    name = function.attr if isinstance(function, cst.Attribute) else function
    return isinstance(name, cst.Name) and name.value == "suppress"
