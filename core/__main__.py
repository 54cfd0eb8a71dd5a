"""The command line: ``python -m core VERB``. The same functions as the pages, without a screen.

With ``--json`` a verb prints one JSON object as its last line (``predict``: one a headline). A mistake
of the user's is one line on standard error and exit status 2, never a traceback.
"""

import sys

from core.cli import classify, maintain, queue, train
from core.cli.console import app, main

__all__ = ["app", "classify", "main", "maintain", "queue", "train"]  # importing a module registers its verbs

if __name__ == "__main__":
    sys.exit(main())
