import subprocess
import sys

import promptkit

NAMES = """
GGUF Answer AnswerNotFound AnswerType Anthropic AsText Ask BestOfN AuthenticationError Backend BackendError
BudgetExceeded Cache CallStore ChainOfThought Completion Delta Example ExplicitInstructions FewShot FunctionModel
InvalidRequest Limit Message Model ModelDown OpenAI PlanThenSolve Prompt PromptStrategy PromptTooLong PromptkitError
RateLimited Record RecordError Replay Retry SelfConsistency SelfReflection Stopped Strategy TemplateError Templates
TimedOut Token Unavailable UnknownModel Usage UsageError stream_to load_model preview run emit trace_rows trace_tree
write_trace
"""


def test_the_public_names_are_these():
    assert sorted(promptkit.__all__) == sorted(NAMES.split())
    assert all(hasattr(promptkit, name) for name in promptkit.__all__)


def test_importing_the_package_imports_no_sdk_and_nothing_heavy():
    heavy = ["openai", "anthropic", "xllamacpp", "numpy", "scipy", "typer", "rich", "genai_prices", "httpx2"]
    code = f"import promptkit, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
