import asyncio

import pytest

pytest.importorskip("starlette", reason="the page needs the extra `studio`")
pytest.importorskip("scipy", reason="a comparison needs the extra `bench`")

from promptkit import Templates
from promptkit.bench.door import read_run
from promptkit.errors import UsageError
from promptkit.studio.cases import Case, Tasks
from promptkit.studio.comparing import Wordings
from promptkit.studio.requests import Comparing
from promptkit.tasks import load_task
from tests.studio.serving import Played, desk_in

THINK = "chain_of_thought/think"
CASE = Case(task="stories", strategy="cot")
TARGETS = {item.question: item.target for item in load_task("stories").items}


def knowing(prompt):
    """Right where the edited text asks, and wrong elsewhere."""
    question, _, asked = prompt.question.rpartition("\n\n")
    return f"The answer is {TARGETS[question]}." if asked == "Think." else "The answer is 0."


def wanted(**changes):
    given = {"name": THINK, "text": "{{ question }}\n\nThink.", "case": CASE, "model": "nano", "against": "shipped"}
    return Comparing(**{**given, "limit": 30, **changes})


@pytest.fixture
def played():
    return Played(knowing)


@pytest.fixture
def desk(tmp_path, monkeypatch, played):
    monkeypatch.chdir(tmp_path)
    return desk_in(tmp_path / "mine", models=played)


def compared(desk, *requests):
    async def run():
        for request in requests:
            state = await desk.compare(request)
            await desk._comparison._task
            state = desk.comparison()
        await desk.aclose()
        return state

    return asyncio.run(run())


def test_the_verdict_is_paired_and_has_its_interval(desk):
    state = compared(desk, wanted())
    (pair,) = state["result"]["comparisons"]
    assert (pair["strategy"], pair["baseline"], pair["verdict"], pair["n"]) == (
        "cot@edited",
        "cot@shipped",
        "better",
        30,
    )
    assert pair["sentence"].startswith("cot@edited is better than cot@shipped: +100.0 points, 95 % interval +")
    assert (pair["gained"], pair["lost"]) == (30, 0)
    assert (state["done"], state["of"], state["problem"]) == (60, 60, "")
    rows = [(row["strategy"], row["accuracy"]) for row in state["result"]["rows"]]
    assert rows == [("cot@shipped", "0.0 %"), ("cot@edited", "100.0 %")]


def test_it_is_a_run_on_record_with_both_wordings_that_can_be_read_and_shown(desk, tmp_path):
    state = compared(desk, wanted())
    directory = tmp_path / state["directory"]
    assert read_run(directory).verdicts[0].startswith("cot@edited is better than cot@shipped")
    folder = directory / "wordings" / "chain_of_thought"
    assert (folder / "think.edited.j2").read_text() == "{{ question }}\n\nThink."
    assert (folder / "think.shipped.j2").read_text() == Templates.shipped().read(THINK)
    assert directory.stat().st_mode & 0o077 == 0
    pytest.importorskip("vl_convert", reason="a page needs the extra `report`")
    assert desk.page("report.html").read_text().startswith("<!doctype html>")
    for path in ("../../mine/x.html", "wordings/chain_of_thought/think.edited.j2", "other.html"):
        with pytest.raises(UsageError, match="the run has no page"):
            desk.page(path)


def test_there_are_never_two_at_the_same_time(desk, played):
    played.held = asyncio.Event()

    async def run():
        found = await asyncio.gather(*(desk.compare(wanted()) for _ in range(3)), return_exceptions=True)
        played.held.set()
        await desk._comparison._task
        await desk.aclose()
        return found

    begun, *refused = sorted(asyncio.run(run()), key=lambda one: isinstance(one, UsageError))
    assert begun["running"]
    assert [str(one) for one in refused] == ["a comparison is running; stop it, or wait for its end"] * 2


def test_a_stopped_comparison_shows_what_was_judged_by_then(desk, played):
    def reply(prompt):
        if len(played.asked) == 20:
            desk.stop()
        return knowing(prompt)

    played.reply = reply
    state = compared(desk, wanted(limit=300))
    assert (state["running"], state["problem"]) == (False, "it was stopped from the page")
    assert 20 <= state["done"] < 600
    assert state["result"]["rows"]


def test_at_the_end_of_the_server_calls_that_are_not_answered_are_cancelled(desk, played, monkeypatch):
    monkeypatch.setattr("promptkit.studio.comparing.PATIENCE", 0.01)
    played.held = asyncio.Event()

    async def run():
        await desk.compare(wanted())
        while not played.asked:  # noqa: ASYNC110 - the model is a function
            await asyncio.sleep(0)
        await desk.aclose()
        return desk.comparison()

    state = asyncio.run(run())
    assert (state["running"], state["done"]) == (False, 0)


def test_what_it_takes_is_known_before(desk, played):
    found = desk.forecast(wanted())
    assert (found["calls"], found["usd"], played.asked) == (60, (0.0, 0.0), [])
    paid = desk.forecast(wanted(model="openai/gpt-5-mini"))
    assert 0 < paid["usd"][0] < paid["usd"][1]
    assert desk.forecast(wanted(model="openai/unheard-of"))["usd"] is None
    asyncio.run(desk.aclose())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"case": Case(strategy="cot")}, "choose a task"),
        ({"case": Case(task="stories")}, "choose who asks"),
        ({"text": Templates.shipped().read(THINK)}, "both wordings are the same"),
        ({"case": Case(task="stories", strategy="cot+reflect")}, "has several parts"),
        ({"text": "{% if %}"}, "Expected an expression"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_leaves_no_run(desk, tmp_path, changes, message):
    with pytest.raises(UsageError, match=message):
        compared(desk, wanted(**changes))
    asyncio.run(desk.aclose())
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").iterdir())


def test_another_template_is_compared_under_its_own_name(desk):
    request = wanted(against=f"{THINK}.zh-Hant")
    wordings = Wordings.of(request, "{{ question }}", Templates(), Tasks())
    assert wordings.specs == ("cot@zh-Hant", "cot@edited")
    asyncio.run(desk.aclose())


def test_the_other_steps_of_a_wording_stay_in_it():
    request = wanted(name=f"{THINK}.zh-Hant", against="saved", case=Case(task="stories", strategy="cot@zh-Hant"))
    wordings = Wordings.of(request, "{{ question }}", Templates(), Tasks())
    begin = Templates.shipped().read("chain_of_thought/begin.zh-Hant")
    assert wordings.specs == ("cot@saved", "cot@edited")
    assert {path: text for path, text in wordings.files.items() if "begin" in path} == {
        "chain_of_thought/begin.saved.j2": begin,
        "chain_of_thought/begin.edited.j2": begin,
    }


def test_a_template_of_ones_own_is_compared_with_the_values_that_were_typed(tmp_path):
    text = "---\ninputs: {question: text, tone: text}\n---\n{{ question }} Be {{ tone }}."
    (tmp_path / "a.j2").write_text(text)
    case = Case(task="stories", strategy="wrap(template=a)", values={"tone": "kind"})
    request = wanted(name="a", text=text, case=case, against="saved")
    wordings = Wordings.of(request, "{{ question }}", Templates((tmp_path,)), Tasks())
    assert wordings.specs == ("wrap@saved(template=a,tone='kind')", "wrap@edited(template=a,tone='kind')")
