"""The command line: arguments -> engine -> text and an exit code. A thin door, with one file per command in `commands/`.

Exit codes: 0 nothing found, 1 findings, 2 the user or the linter made an error, 130 interrupted.
"""

import sys
import traceback
from collections.abc import Sequence

import click

from fastapi_async_lint.cli.program import PROGRAM, program

OK, ERROR, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; what goes wrong is one line on stderr, never a traceback unless `-v` asks for it."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    try:
        return program.main(list(arguments), prog_name=PROGRAM, standalone_mode=False) or OK
    except click.ClickException as error:
        return _complain(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last line of defence: whatever it is, the user gets one sentence
        if {"-v", "--verbose"} & set(arguments):
            traceback.print_exc()
        return _complain(
            f"internal error: {type(error).__name__}: {error}; this is a fault of the linter, please report it (-v shows the traceback)"
        )


def _complain(message: str) -> int:
    click.echo(f"{PROGRAM}: error: {' '.join(message.split())}", err=True)
    return ERROR
