import asyncio
import threading

import pytest

from promptkit import FunctionModel, PromptStrategy, UsageError, run
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
