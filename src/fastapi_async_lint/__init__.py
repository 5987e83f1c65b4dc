"""Finds what blocks the event loop in FastAPI applications, and proves it with a call chain."""

__version__ = "0.1.0"
