"""The page about examples works as it stands."""

import re
import shlex
from pathlib import Path

import httpx2
import openai
import pytest

from promptkit.cli.app import main
from promptkit.examples import SELECTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "examples.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


def test_its_python_runs(capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/examples.md", "exec"), names)
    assert capsys.readouterr().out.splitlines() == [
        "user The parcel came late.",
        "assistant delivery",
        "user I was charged twice.",
        "assistant payment",
        "user Why was I charged for a parcel?",
    ]


def test_its_embeddings_of_a_provider_are_vectors_in_the_order_of_the_texts(monkeypatch):
    def answered(request):
        data = [{"object": "embedding", "index": n, "embedding": [n, 2]} for n in range(2)]
        return httpx2.Response(
            200, json={"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        )

    client = openai.OpenAI(api_key="k", http_client=httpx2.Client(transport=httpx2.MockTransport(answered)))
    monkeypatch.setattr("openai.OpenAI", lambda: client)
    names = {}
    exec(re.search(r"def by_openai.*?\n(?=```)", PAGE, re.DOTALL)[0], names)
    assert names["by_openai"](["a", "b"]) == [[0, 2], [1, 2]]


def test_its_commands_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        if command.startswith("promptkit"):
            monkeypatch.setattr("sys.argv", shlex.split(command))
            with pytest.raises(SystemExit) as ended:
                main()
            assert not ended.value.code, capsys.readouterr().err
    assert (tmp_path / "made.jsonl").exists()


def test_every_way_to_choose_is_explained():
    assert {name for name in SELECTIONS if f"\n| `{name}` |" not in PAGE} == set()
