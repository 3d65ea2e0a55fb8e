"""Other libraries are imported when their module is, and not before; a missing one is one line."""

import subprocess
import sys

import pytest

MODULES = {
    "inspect": ("inspect_ai", "inspect-ai"),
    "inspect_task": ("inspect_ai", "inspect-ai"),
    "langchain": ("langchain_core", "langchain-core"),
    "pydantic_ai": ("pydantic_ai", "pydantic-ai-slim"),
}


def printed(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_package_imports_no_other_library():
    others = sorted({package for package, _ in MODULES.values()})
    code = "import promptkit, promptkit.interop, sys; promptkit.ChainOfThought"
    assert printed(f"{code}; print([m for m in {others} if m in sys.modules])") == "[]"


@pytest.mark.parametrize("module", MODULES)
def test_a_missing_library_is_one_line_that_says_what_to_install(module):
    package, installed_as = MODULES[module]
    code = f"import sys\nsys.modules[{package!r}] = None\ntry:\n    import promptkit.interop.{module}\n"
    told = printed(f"{code}except ValueError as error:\n    print(error)")
    assert told.endswith(f"; pip install {installed_as}")
    assert told.startswith(f"promptkit.interop.{'inspect' if module == 'inspect_task' else module} needs {package}")
