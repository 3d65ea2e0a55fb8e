import asyncio
import threading

import pytest

from promptkit import ChainOfThought, FunctionModel, PromptStrategy, UsageError, preview, run
from tests.players import Player


def test_a_text_is_one_user_turn():
    model = Player()
    run(model, "Hello")
    assert [(m.role, m.content) for m in model.asked[0].messages] == [("user", "Hello")]


def test_it_works_inside_a_running_loop():
    async def main():
        return run(Player(), "Hello").text

    assert asyncio.run(main()) == "ok"


def test_it_works_from_many_threads_at_the_same_time():
    texts = []
    threads = [threading.Thread(target=lambda: texts.append(run(Player(), "Hello").text)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["ok"] * 20


def test_all_calls_share_one_loop():
    loops = set()

    async def reply(_prompt):
        loops.add(asyncio.get_running_loop())
        return "ok"

    for _ in range(3):
        run(FunctionModel(reply), "Hello")
    assert len(loops) == 1


def test_called_by_a_strategy_it_says_what_to_do_instead():
    class Impatient(PromptStrategy):
        def rewrite(self, prompt):
            run(self.backend, prompt)
            return prompt

    with pytest.raises(UsageError, match="await"):
        run(Impatient(Player()), "Hello")


@pytest.mark.parametrize("thing", ["nano", None, 3, object()])
def test_something_that_is_not_a_backend_is_an_error_that_says_what_to_do(thing):
    for ask in (run, preview, lambda thing, prompt: run(ChainOfThought(thing), prompt)):
        with pytest.raises(TypeError, match=r"is not a backend: it has no complete\(prompt\); load_model\("):
            ask(thing, "Hello")


def test_a_class_instead_of_a_backend_is_an_error_that_says_what_to_do():
    with pytest.raises(TypeError, match=r"ChainOfThought is a class, not a backend; make one, such as Chain"):
        run(ChainOfThought, "Hello")


@pytest.mark.parametrize("prompt", [None, 3, b"Hello", ["Hello"], {"role": "user", "content": "Hello"}], ids=repr)
def test_something_that_is_not_a_prompt_is_an_error_that_says_what_to_do(prompt):
    for ask in (run, preview, lambda backend, prompt: asyncio.run(backend.complete(prompt))):
        for backend in (FunctionModel(lambda _: "ok"), ChainOfThought(Player())):
            with pytest.raises(TypeError, match=r"a prompt is a text or a Prompt, got \w+; build one with Prompt\.of"):
                ask(backend, prompt)
