import subprocess
import sys

import promptkit
from promptkit.strategies import TECHNIQUES

NAMES = """
Answer AnswerNotFound AnswerReader AnswerType Anthropic Ask AsText AuthenticationError Backend BackendError Budget
BudgetExceeded Cache CallStore Completion Delta Example FunctionModel GGUF Image InvalidRequest Judge Ledger Limit
Message Model ModelDown OpenAI OpenAIResponses Prompt PromptkitError PromptStrategy PromptTooLong RateLimited Record
RecordError Replay Retry Score Stopped Strategy Structured Stream TaskContext Template TemplateError Templates
TimedOut Token Unavailable UnknownModel Usage UsageError bootstrap_examples close current_path emit feedback
load_model preview run stream stream_to trace_rows trace_tree traced write_trace
"""


def test_the_public_names_are_these():
    techniques = [technique.__name__ for technique in TECHNIQUES.values()]
    assert sorted(promptkit.__all__) == sorted([*NAMES.split(), *techniques])
    assert all(hasattr(promptkit, name) for name in promptkit.__all__)


def test_importing_the_package_imports_no_sdk_and_nothing_heavy():
    heavy = ["openai", "anthropic", "xllamacpp", "numpy", "scipy", "typer", "rich", "genai_prices", "httpx2"]
    heavy += ["pydantic", "jinja2", "yaml", "asyncio", "opentelemetry"]
    code = f"import promptkit, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
