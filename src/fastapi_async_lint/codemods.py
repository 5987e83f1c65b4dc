"""The fixes as LibCST codemod commands, for those who run codemods with `python -m libcst.tool codemod`.

    python -m libcst.tool codemod -x fastapi_async_lint.codemods.FixBlockingCalls app/
    python -m libcst.tool codemod -x fastapi_async_lint.codemods.FixBlockingCalls --unsafe-fixes app/

Each file is checked in its whole project, under the project's own settings, as `fastapi-async-lint --fix FILE` does. LibCST's program gives
one file at a time: fixes that would change a second one, such as `def` instead of `async def` with the callers' awaits, are left out.
"""

import argparse
from pathlib import Path

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from fastapi_async_lint.repair import fix
from fastapi_async_lint.settings import SettingsError, load
from fastapi_async_lint.sources import PathError


class FixBlockingCalls(CodemodCommand):
    """Rewrites calls that block the event loop of a FastAPI application."""

    DESCRIPTION = "Rewrite calls that block the event loop of a FastAPI application."

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Adds --unsafe-fixes to LibCST's own options."""
        arg_parser.add_argument(
            "--unsafe-fixes", dest="unsafe_fixes", action="store_true", help="Also rewrite what may change meaning.", default=False
        )

    def __init__(self, context: CodemodContext, *, unsafe_fixes: bool = False) -> None:
        super().__init__(context)
        self._unsafe_fixes = unsafe_fixes

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The fixed module. Raises SkipFile for a text without a file, or whose project cannot be checked."""
        if self.context.filename is None:
            message = "a file name was expected: a text alone has no project"
            raise SkipFile(message)
        path = Path(self.context.filename).resolve()
        try:
            repaired = fix([path], load([path]), unsafe=self._unsafe_fixes, overlays={path: tree.code}, within={path})
        except (SettingsError, PathError) as error:
            raise SkipFile(str(error)) from error
        text = repaired.texts.get(path)
        return tree if text is None else cst.parse_module(text, tree.config_for_parsing)
