"""How a command ends: 0 when all went well."""

from __future__ import annotations

from promptkit.errors import AuthenticationError, InvalidRequest, ModelDown, PromptkitError, StillWaiting, UsageError

INCOMPLETE = 1  # something failed or a limit was reached; trying again may help
FINDINGS = 1  # of lint, of a test of templates: there is something to correct
USAGE_ERROR = 2  # what the user must set right first
SHOWN = 3  # a condition of --fail-if or --min-accuracy that must not hold is shown to hold
UNCLEAR = 4  # there is not enough data to tell whether one does
TRY_LATER = 75  # a model was out of reach, or batches are not answered yet; EX_TEMPFAIL of sysexits.h
INTERRUPTED = 130  # Ctrl-C
READER_GONE = 141  # who reads our output has gone, as `| head` does: as if by the signal SIGPIPE


def exit_code(error: PromptkitError) -> int:
    """The exit code of a command that ended with `error`."""
    if isinstance(error, (ModelDown, StillWaiting)):
        return TRY_LATER
    return USAGE_ERROR if isinstance(error, (UsageError, AuthenticationError, InvalidRequest)) else INCOMPLETE
