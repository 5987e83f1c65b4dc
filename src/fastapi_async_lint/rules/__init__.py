"""The rules, one file each: an Analysis -> findings. A new file that defines RULE is a new rule."""

import importlib
import pkgutil
from functools import cache

from fastapi_async_lint.rules.rule import Rule

__all__ = ["Rule", "all_rules"]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return tuple(sorted((module.RULE for module in modules if hasattr(module, "RULE")), key=lambda rule: rule.codes))
