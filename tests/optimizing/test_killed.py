"""An optimisation that is killed, or interrupted, goes on where it was: every request is counted at a server."""

import json
import os
import re
import signal
import subprocess
from collections import Counter

import pytest

from tests.endurance.dying import Mortal
from tests.endurance.runs import KEY, PROMPTKIT
from tests.loopback import Server

IN_THE_AIR = 4
SIZES = ("--train", "10", "--validation", "10", "--held-out", "30")


class Oracle:
    """Adds rightly once it is told to be very, very, very careful, and proposes to be a little more careful."""

    def __init__(self):
        self.asked, self.seen = Counter(), lambda _: None

    def __call__(self, turns):
        text = turns[-1]["content"]
        self.asked[text] += 1
        self.seen(self.asked.total())
        if "<wording>" in text:
            care = text.split("</wording>")[0].count("very") + 1
            return f"<wording>\n{{{{ question }}}}\n\nBe {'very ' * care}careful.\n</wording>"
        number = int(re.findall(r"is (\d+) \+", text)[-1])
        return f"The answer is {number + 20 + (number % 4 >= text.count('very'))}."


class Optimisation:
    def __init__(self, server, folder, max_calls):
        self.server, self.folder, self.run, self.max_calls = server, folder, folder / "run", max_calls
        folder.mkdir()
        rows = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(100)]
        (folder / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.environment = {"OPENAI_BASE_URL": server.openai_url, "OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1"}

    def arguments(self):
        if (self.run / "search.json").exists() or (self.run / "candidates.json").exists():
            return ["optimize", "--run", str(self.run), "--json"]
        planned = ["-s", "cot", "-m", "openai/adder", "--reflection-model", "openai/proposer", "--answer", "number"]
        task = [str(self.folder / "sums.jsonl"), *planned, *SIZES, "--max-calls", str(self.max_calls)]
        return ["optimize", *task, "--concurrency", str(IN_THE_AIR), "--run", str(self.run), "--json"]

    def live(self, killed_at=None):
        """Its exit code and what it printed; killed when the server has seen so many more requests."""
        life = Mortal(self.arguments(), self.environment, self.folder / "printed")
        last = None if killed_at is None else self.server.answer.asked.total() + killed_at
        self.server.answer.seen = lambda n: life.process.kill() if n == last else None
        code, out, err = life.wait()
        self.server.answer.seen = lambda _: None
        return code, out, err


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


def outcome(printed):
    result = json.loads(printed)
    kept = ("verdict", "gain", "best", "ended", "sizes", "complete")
    candidates = [(one["texts"], one["fate"], one["train"], one["validation"]) for one in result["candidates"]]
    return {name: result[name] for name in kept}, candidates, result["comparison"]


def test_an_optimisation_killed_again_and_again_ends_like_an_undisturbed_one_and_pays_nothing_twice(server, tmp_path):
    oracle = server.answer = Oracle()
    code, out, err = Optimisation(server, tmp_path / "undisturbed", 400).live()
    assert code == 0, err
    undisturbed, asked = outcome(out), oracle.asked

    oracle = server.answer = Oracle()
    disturbed = Optimisation(server, tmp_path / "disturbed", 400)
    deaths = [disturbed.live(killed_at)[0] for killed_at in (7, 11, 23, 40)]
    assert deaths == [-signal.SIGKILL] * 4
    code, out, err = disturbed.live()
    assert code == 0, err
    assert outcome(out) == undisturbed
    again = oracle.asked - asked
    assert not asked - oracle.asked
    assert again.total() <= len(deaths) * IN_THE_AIR
    assert json.loads(out)["requests"] == (disturbed.run / "requests").stat().st_size >= oracle.asked.total()

    done = oracle.asked.total()
    assert disturbed.live()[0] == 0
    assert oracle.asked.total() == done


def test_no_kill_lets_it_exceed_its_limit(server, tmp_path):
    oracle = server.answer = Oracle()
    tight = Optimisation(server, tmp_path / "tight", 110)
    for killed_at in (5, 9, 16, 3, 30):
        tight.live(killed_at)
    code, out, err = tight.live()
    assert oracle.asked.total() <= json.loads(out)["requests"] <= 110
    assert code in (0, 1, 3, 4), err


def test_the_first_ctrl_c_ends_it_with_the_best_so_far_and_it_goes_on_later(server, tmp_path):
    oracle = server.answer = Oracle()
    stopped = Optimisation(server, tmp_path / "stopped", 400)
    process = subprocess.Popen(
        [*PROMPTKIT, *stopped.arguments()],
        env={**os.environ, **stopped.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    oracle.seen = lambda n: process.send_signal(signal.SIGINT) if n == 40 else None
    out, err = process.communicate(timeout=120)
    result = json.loads(out)
    assert (process.returncode, result["complete"], result["gain"]) == (130, False, False), err
    assert result["verdict"].startswith("incomplete, so nothing is shown: the best so far is ")
    assert result["candidates"][0]["validation"] is not None
    assert f"resume with: promptkit optimize --run {stopped.run}" in err
    before = oracle.asked.total()
    assert before <= 40 + IN_THE_AIR
    oracle.seen = lambda _: None
    code, out, err = stopped.live()
    assert code == 0, err
    assert oracle.asked.total() == len(oracle.asked)  # nothing was asked twice
