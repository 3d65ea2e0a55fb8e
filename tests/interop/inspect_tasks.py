"""Tasks of Inspect, for tests."""

from collections.abc import Callable

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import Scorer, choice, exact, includes, match, model_graded_fact
from inspect_ai.solver import chain_of_thought, generate, multiple_choice

SCORERS: dict[str, Callable[[], Scorer]] = {
    "includes": includes,
    "exact": exact,
    "match": match,
    "any": lambda: match(location="any"),
    "number": lambda: match(numeric=True),
    "begin": lambda: match(location="begin"),
    "case": lambda: includes(ignore_case=False),
    "graded": lambda: model_graded_fact(model="mockllm/model"),
}


@task
def capitals(scorer: str = "match") -> Task:
    made = SCORERS[scorer]()
    turns: list[ChatMessage] = [ChatMessageSystem(content="Be short."), ChatMessageUser(content="What is 2 + 3?")]
    return Task([Sample("What is 4 + 4?", target=["8", "8.0"]), Sample(turns, target="5", id="five")], scorer=made)


@task
def options() -> Task:
    sample = Sample("Which is a fruit?", choices=["stone", "pear", "chair"], target="B", metadata={"easy": True})
    return Task([sample], solver=multiple_choice(), scorer=choice(), epochs=2)


@task
def solved() -> Task:
    return Task([Sample("Capital of France?", target="Paris")], solver=[chain_of_thought(), generate()], scorer=match())


@task
def two_scorers() -> Task:
    return Task([Sample("Capital of France?", target="Paris")], scorer=[match(), includes()])


@task
def boxed() -> Task:
    return Task([Sample("List the files.", target="a", files={"a": "b"})], scorer=includes())


NO_TASK = "text"
