"""Call sites -> callees, and how: run now, created for the loop, handed to a thread, iterated, entered."""

from fastapi_async_lint.callgraph.flows import entry_of
from fastapi_async_lint.callgraph.graph import CallGraph
from fastapi_async_lint.callgraph.targets import Creates, Hands, Library, Operation, Runs, Target
from fastapi_async_lint.callgraph.wording import context_words

__all__ = ["CallGraph", "Creates", "Hands", "Library", "Operation", "Runs", "Target", "context_words", "entry_of"]
