# The public names and where each lives. `__init__.py` imports a module when one of its names is first used.

from .answers import Answer, AnswerType
from .backend import Backend, Model
from .backends.anthropic import Anthropic
from .backends.as_text import AsText
from .backends.by_name import load_model
from .backends.cache import Cache
from .backends.cassette import Record, Replay
from .backends.function import FunctionModel
from .backends.gguf import GGUF
from .backends.limit import Limit
from .backends.openai import OpenAI
from .backends.retry import Retry
from .blocking import run
from .errors import (
    AnswerNotFound,
    AuthenticationError,
    BackendError,
    BudgetExceeded,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    PromptTooLong,
    RateLimited,
    RecordError,
    Stopped,
    TemplateError,
    TimedOut,
    Unavailable,
    UsageError,
)
from .listening import Delta, listening, tell
from .previewing import preview
from .store import CallStore
from .strategies import (
    BestOfN,
    ChainOfThought,
    ExplicitInstructions,
    FewShot,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
)
from .strategy import Ask, PromptStrategy, Strategy
from .templates import Templates
from .trace import trace_rows, trace_tree, write_trace
from .types import Completion, Example, Message, Prompt, Token, Usage

__all__ = [
    "GGUF",
    "Answer",
    "AnswerNotFound",
    "AnswerType",
    "Anthropic",
    "AsText",
    "Ask",
    "AuthenticationError",
    "Backend",
    "BackendError",
    "BestOfN",
    "BudgetExceeded",
    "Cache",
    "CallStore",
    "ChainOfThought",
    "Completion",
    "Delta",
    "Example",
    "ExplicitInstructions",
    "FewShot",
    "FunctionModel",
    "InvalidRequest",
    "Limit",
    "Message",
    "Model",
    "ModelDown",
    "OpenAI",
    "PlanThenSolve",
    "Prompt",
    "PromptStrategy",
    "PromptTooLong",
    "PromptkitError",
    "RateLimited",
    "Record",
    "RecordError",
    "Replay",
    "Retry",
    "SelfConsistency",
    "SelfReflection",
    "Stopped",
    "Strategy",
    "TemplateError",
    "Templates",
    "TimedOut",
    "Token",
    "Unavailable",
    "Usage",
    "UsageError",
    "listening",
    "load_model",
    "preview",
    "run",
    "tell",
    "trace_rows",
    "trace_tree",
    "write_trace",
]
