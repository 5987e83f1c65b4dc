"""`python -m fastapi_async_lint`: the command line."""

import sys

from fastapi_async_lint.cli import main

sys.exit(main())
