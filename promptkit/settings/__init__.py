"""The settings of a run: every option once, with its type, default, bounds and meaning."""

from promptkit.settings.answer import ANSWER_TYPES, known_answer
from promptkit.settings.data import DataSettings
from promptkit.settings.limits import RunLimits
from promptkit.settings.option import Option, Role, Settings, flag_of, unknown_option
from promptkit.settings.run import NOTED, RunSettings

__all__ = [
    "ANSWER_TYPES",
    "NOTED",
    "DataSettings",
    "Option",
    "Role",
    "RunLimits",
    "RunSettings",
    "Settings",
    "flag_of",
    "known_answer",
    "unknown_option",
]
