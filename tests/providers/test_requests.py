"""The bodies of requests, word for word: a change is seen as a diff of a file, and each fits the SDK's own types.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/providers/test_requests.py` writes them anew.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from promptkit import Anthropic, Image, InvalidRequest, Message, OpenAI, OpenAIResponses, Prompt
from promptkit.providers.hosted.presets import PRESETS, RESPONSES
from promptkit.streaming import stream_to
from tests.loopback import Server
from tests.loopback.strict import refuses_temperature
from tests.pictures import picture
from tests.providers.hosted import KEY, ask
from tests.providers.table import rows

FOLDER = Path(__file__).parent / "requests"
CITY = {
    "title": "City",
    "type": "object",
    "properties": {"name": {"type": "string"}, "people": {"type": "integer", "minimum": 0}},
    "required": ["name", "people"],
}
LINK = Image(url="https://example.org/cat.png")
SYSTEM = Message(role="system", content="be brief")
PROMPTS = {
    "plain": Prompt.of("q", system="be brief"),
    "sampled": Prompt.of("q", temperature=0.5, max_tokens=99, stop=("\n",)),
    "effort none": Prompt.of("q", effort="none"),
    "effort low": Prompt.of("q", effort="low"),
    "effort in tokens": Prompt.of("q", effort=2048, max_tokens=9000),
    "schema": Prompt.of("q", schema=CITY),
    "image": Prompt.of("q", images=[Image(data=picture(1, 1))]),
    "images between texts": Prompt(messages=(SYSTEM, Message(role="user", content=("a", LINK, "b")))),
    "all of it": Prompt.of("q", system="be brief", effort="high", schema=CITY, max_tokens=9000),
}
MODELS = dict.fromkeys([*PRESETS, *RESPONSES], "m") | {
    "anthropic": "m",
    "openai gpt-6-luna": "gpt-6-luna",
    "openai-responses gpt-6-luna": "gpt-6-luna",
    "anthropic claude-haiku-4-5": "claude-haiku-4-5",
    "anthropic claude-sonnet-5-5": "claude-sonnet-5-5",
}


def model_of(label: str, server: Server):
    provider = label.partition(" ")[0]
    if provider == "anthropic":
        return Anthropic(MODELS[label], base_url=server.url, api_key=KEY)
    if provider in RESPONSES:
        return OpenAIResponses(MODELS[label], base_url=server.openai_url, api_key=KEY)
    return OpenAI(MODELS[label], provider=provider, base_url=server.openai_url, api_key=KEY)


def sent(label: str, prompt: Prompt, server: Server) -> Any:
    """The body, or why nothing was sent."""
    before = len(server.requests)
    try:
        ask(model_of(label, server), prompt)
    except InvalidRequest as refusal:
        assert len(server.requests) == before
        return str(refusal)
    return server.requests[-1].body


def refused_temperature(label: str, server: Server) -> str:
    """What becomes of a temperature that the server refuses: how often it is sent, of three times."""
    server.refuses, before = refuses_temperature, len(server.requests)
    model = model_of(label, server)

    async def thrice() -> None:
        for draw in range(3):
            with pytest.raises(InvalidRequest, match="temperature"):
                await model.complete(Prompt.of("q", temperature=0.5).with_draw(draw))
        await model.aclose()

    asyncio.run(thrice())
    sent = len(server.requests) - before
    assert sent in (0, 1)
    return "sent once, then refused unsent" if sent else "refused unsent"


@pytest.mark.parametrize("label", MODELS)
def test_requests_are_those_of_the_golden_file(label, server):
    bodies = {name: sent(label, prompt, server) for name, prompt in PROMPTS.items()}
    with stream_to(lambda delta: None):
        bodies["streamed"] = sent(label, PROMPTS["plain"], server)
    bodies["refused temperature"] = refused_temperature(label, server)
    text = json.dumps(bodies, indent=1, ensure_ascii=False) + "\n"
    file = FOLDER / f"{label.replace(' ', '-')}.json"
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


def test_the_table_in_the_documentation_is_that_of_the_golden_files():
    page = (Path(__file__).parents[2] / "docs" / "hosted.md").read_text(encoding="utf-8")
    assert "\n".join(rows()) in page


OF_THEIRS = {  # fields that a server documents and the SDK does not know
    "anthropic": {"temperature"},  # of the API's version of 2023, for models that take one
    "openrouter": {"reasoning"},
    "gemini": {"extra_body"},
    "deepseek": {"thinking"},
    "together": {"reasoning"},
    "vllm": {"chat_template_kwargs", "thinking_token_budget"},
    "llamacpp": {"chat_template_kwargs", "thinking_budget_tokens"},
}


@pytest.mark.parametrize("label", MODELS)
def test_every_request_fits_the_types_of_the_sdk(label):
    bodies = json.loads((FOLDER / f"{label.replace(' ', '-')}.json").read_text(encoding="utf-8"))
    for name, body in bodies.items():
        if isinstance(body, dict):
            check_types(label, body, name)


def check_types(label: str, body: dict[str, Any], name: str) -> None:
    provider = label.partition(" ")[0]
    if provider == "anthropic":
        from anthropic.types import ImageBlockParam, TextBlockParam
        from anthropic.types import MessageParam as Turn
        from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as Plain
        from anthropic.types.message_create_params import MessageCreateParamsStreaming as Streaming

        Part: Any = ImageBlockParam | TextBlockParam  # noqa: N806 - a type
    elif provider in RESPONSES:
        from openai.types.responses import ResponseInputContentParam as Part
        from openai.types.responses import ResponseInputItemParam as Turn
        from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming as Plain
        from openai.types.responses.response_create_params import ResponseCreateParamsStreaming as Streaming
    else:
        from openai.types.chat import ChatCompletionContentPartParam as Part
        from openai.types.chat import ChatCompletionMessageParam as Turn
        from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as Plain
        from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming as Streaming
    kind = Streaming if name == "streamed" else Plain
    TypeAdapter(kind).validate_python(body)
    turns = body.get("messages") or body["input"]
    TypeAdapter(list[Turn]).validate_python(turns)
    for parts in (turn["content"] for turn in turns if not isinstance(turn["content"], str)):
        TypeAdapter(list[Part]).validate_python(parts, strict=True)
    fields = {field for base in kind.__mro__ for field in getattr(base, "__annotations__", {})}
    assert body.keys() - fields - OF_THEIRS.get(provider, set()) == set(), name
