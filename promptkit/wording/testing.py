"""The `tests` of templates: what is promised about the messages, and what they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptkit.errors import TemplateError
from promptkit.token_counts import approximate_tokens
from promptkit.types import Message
from promptkit.wording.header import TemplateTest
from promptkit.wording.templates import Templates


@dataclass(frozen=True)
class Tested:
    """One test of a template, with what it found: nothing where all of it holds."""

    template: str
    test: str
    failures: tuple[str, ...]


def run_tests(templates: Templates, name: str) -> Iterator[Tested]:
    """The tests of a template, each on the messages made of `given`, and of samples for the rest.

    Raises:
        TemplateError: the template can't be read.
    """
    header = templates.header(name)
    samples = {key: one.stand_in(key) for key, one in header.inputs.items() if one.required or one.sample is not None}
    for number, test in enumerate(header.tests, start=1):
        try:
            messages = templates.render(name, **{**samples, **test.given})
        except TemplateError as error:
            failures: tuple[str, ...] = (str(error).removeprefix(f"template {name}"),)
        else:
            failures = tuple(_failures(test, messages))
        yield Tested(name, test.name or f"test {number}", failures)


def _failures(test: TemplateTest, messages: tuple[Message, ...]) -> Iterator[str]:
    text = "\n".join(message.text for message in messages)
    for wanted in test.has:
        if wanted not in text:
            yield f"no message has {wanted!r}"
    for unwanted in test.lacks:
        if unwanted in text:
            yield f"a message has {unwanted!r}"
    roles = tuple(message.role for message in messages)
    if test.roles is not None and roles != test.roles:
        yield f"the roles are {', '.join(roles) or 'none'}, and not {', '.join(test.roles) or 'none'}"
    tokens = sum(approximate_tokens(message.text) for message in messages)
    if test.at_most is not None and tokens > test.at_most:
        yield f"the messages are about {tokens} tokens, and may be {test.at_most}"


def conversation_text(messages: tuple[Message, ...]) -> str:
    """Messages as a file keeps them: each below its role."""
    return "\n".join(f"[{message.role}]\n{message.text}\n" for message in messages)
