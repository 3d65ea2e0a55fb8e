"""`python -m promptkit` begins here: the current folder, which Python then puts first on its path, is taken off again.

Or a `csv.py` that happens to lie there would be run in place of Python's own. This file imports only what Python has
imported by then; not even `__future__`, whose name a file of that folder may have.
"""

import os
import sys


def leave_current_folder() -> None:
    """Take the current folder off Python's path if `python -m promptkit` is what put it there."""
    if sys.argv[:1] != ["-m"] or sys.flags.safe_path or sys.flags.isolated:
        return  # `-m` stands there while Python looks for the module that it shall run
    module = sys.orig_argv[len(sys.orig_argv) - len(sys.argv)]
    try:
        here = os.getcwd()  # noqa: PTH109 - pathlib imports a dozen modules
    except OSError:
        return
    if module.endswith("promptkit") and sys.path[:1] == [here]:
        del sys.path[0]
