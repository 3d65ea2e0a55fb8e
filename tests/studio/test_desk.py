import asyncio

import pytest

pytest.importorskip("starlette", reason="the page needs the extra `studio`")

from promptkit import Templates
from promptkit.errors import TemplateError, UsageError
from promptkit.studio.cases import Case, strategies_of
from promptkit.studio.models import Models
from promptkit.studio.requests import Asking, Keeping, Pair, Reading, Wording
from promptkit.tasks import load_task
from tests.studio.serving import Played, desk_in

THINK = "chain_of_thought/think"
HEADER = """---
inputs:
  question: {type: text, sample: "Why?"}
  rules: {type: list, sample: [Be brief.], default: []}
---
"""
STORIES = load_task("stories").items


@pytest.fixture
def played():
    return Played()


@pytest.fixture
def desk(tmp_path, played):
    made = desk_in(tmp_path, models=played)
    yield made
    asyncio.run(made.aclose())


def sent(made):
    return [[(m["role"], m["content"]) for m in call["messages"]] for call in made["calls"]]


def wording(text, *, name=THINK, against=None, **case):
    kinds = (Wording, {}) if against is None else (Pair, {"against": against})
    return kinds[0](name=name, text=text, case=Case(**case), **kinds[1])


def test_a_row_of_a_task_is_asked_in_the_text_as_it_is_typed(desk):
    made = desk.render(wording("{{ question }}\nThink.", task="stories", row=3, strategy="cot"))
    assert sent(made) == [[("user", f"{STORIES[3].question}\nThink.")]]
    assert (made["marks"], made["rows"], made["target"]) == ([], len(STORIES), STORIES[3].target)


def test_every_call_of_the_strategy_is_shown_with_what_the_others_send(desk):
    made = desk.render(
        wording("Judge it. Verdict:", name="self_reflection/critique", task="stories", strategy="reflect")
    )
    assert [call["step"] for call in made["calls"]] == ["draft", "critique", "revision"]
    assert sent(made)[1][-1] == ("user", "Judge it. Verdict:")


def test_a_template_alone_is_filled_with_samples_and_with_what_is_typed(desk):
    text = HEADER + "{% for rule in rules %}{{ rule }} {% endfor %}{{ question }}"
    assert sent(desk.render(wording(text, name="mine/a"))) == [[("user", "Be brief. Why?")]]
    typed = {"rules": "[Be kind., Be quick.]", "question": "Who?"}
    made = desk.render(wording(text, name="mine/a", values=typed))
    assert sent(made) == [[("user", "Be kind. Be quick. Who?")]]
    assert [(one["name"], one["origin"]) for one in made["fields"]] == [("question", "typed"), ("rules", "typed")]
    row = desk.render(wording(text, name="mine/a", task="stories", values={"question": "Who?"}))
    assert sent(row) == [[("user", f"Use only facts from the question. {STORIES[0].question}")]]
    assert {one["origin"] for one in row["fields"]} == {"row"}


def test_a_fault_is_marked_at_its_line_and_names_the_file_that_would_be_kept(desk, tmp_path):
    (mark,) = desk.render(wording("{{ question }}\n\n{% if %}", strategy="cot"))["marks"]
    assert (mark["severity"], mark["line"], mark["message"][:22]) == ("error", 3, "Expected an expression")
    made = desk.render(wording("{{ question }}\n{{ nothing }}", strategy="cot"))
    (mark,) = made["marks"]
    assert (mark["line"], mark["rule"]) == (2, "undeclared-input")
    assert "`nothing` is not declared" in made["problem"]
    (mark,) = desk.render(wording("---\ninputs: {question: {type: txt}}\n---\n{{ question }}", strategy="cot"))["marks"]
    assert mark["message"].startswith("its front matter is wrong: inputs.question.type")


def test_a_text_that_works_for_ever_is_a_fault(desk):
    text = "{{ question }}\n{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"
    made = desk.render(wording(text, strategy="cot"))
    assert "takes more than" in made["problem"]
    assert [mark["line"] for mark in made["marks"]] == [2]


def test_what_is_typed_is_data_and_no_template(desk):
    made = desk.render(wording(HEADER + "{{ question }}", name="mine/a", values={"question": "{{ 7 * 7 }}{% raw %}"}))
    assert sent(made) == [[("user", "{{ 7 * 7 }}{% raw %}")]]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"task": "stories", "row": 5000}, "stories has no row 5001"),
        ({"strategy": "cto"}, "did you mean cot"),
        ({"values": {"rules": "[a"}}, "is not YAML; a list is written"),
    ],
)
def test_a_case_that_cannot_be_is_a_fault_in_words(desk, case, message):
    made = desk.render(wording(HEADER + "{{ question }}", **case))
    assert made["calls"] is None
    assert message in made["problem"]
    assert message not in str(made["marks"])


def test_only_shipped_tasks_and_the_one_named_at_the_start_can_be_chosen(desk, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"question": "q", "target": "1"}\n')
    with pytest.raises(UsageError, match="name it when you start"):
        desk.render(wording("{{ question }}", task=str(tmp_path / "rows.jsonl")))


def test_the_difference_to_the_saved_and_to_the_shipped_wording_is_that_of_text_and_messages(desk, tmp_path):
    saved = desk.read(Reading(name=THINK))
    text = saved["text"].replace("Reason step by step", "Reason slowly")
    found = desk.difference(wording(text, against="shipped", task="stories", strategy="cot"))
    changed = [
        ["".join(part for part, _ in line["parts"]) for line in found[side] if line["kind"] != "same"]
        for side in ("text", "messages")
    ]
    assert changed == [["Reason step by step, then give the answer.", "Reason slowly, then give the answer."]] * 2
    (added,) = [line for line in found["messages"] if line["kind"] == "added"]
    assert [part for part, is_new in added["parts"] if is_new] == ["slowly"]
    assert desk.keep(Keeping(name=THINK, text=text, digest=saved["digest"]))["kept"]
    assert desk.difference(wording(text, against="saved"))["text"] == []
    assert desk.difference(wording(text, against="shipped"))["text"] != []


def test_another_template_can_be_compared_with(desk):
    choices = desk.read(Reading(name="self_reflection/critique"))["against"]
    assert choices[:3] == ["saved", "shipped", "self_reflection/critique.zh-Hant"]
    assert "self_reflection/revise" in choices
    found = desk.difference(wording("A", name="mine/a", against="chain_of_thought/begin"))
    assert [line["kind"] for line in found["text"]].count("added") == 1


def events(desk, **asked):
    async def all_of_them():
        given = {"name": THINK, "text": "{{ question }} Think.", "model": "nano", "against": "shipped"}
        return [event async for event in desk.ask(Asking(**{**given, **asked}))]

    return asyncio.run(all_of_them())


def test_rows_are_asked_in_both_wordings_and_judged(desk, played):
    case = Case(task="stories", strategy="cot")
    found = events(desk, case=case, rows=(0, 2), max_tokens=50, temperature=0.5)
    assert found[0] == {
        "kind": "begin",
        "sides": ["edited", "other"],
        "rows": [{"row": 0, "target": STORIES[0].target}, {"row": 2, "target": STORIES[2].target}],
    }
    replies = [event for event in found if event["kind"] == "reply"]
    assert sorted((one["row"], one["side"]) for one in replies) == [
        (0, "edited"),
        (0, "other"),
        (2, "edited"),
        (2, "other"),
    ]
    outcomes = {one["row"]: one["outcome"] for one in replies}
    assert outcomes == {
        0: "correct" if STORIES[0].target == "42" else "wrong",
        2: "correct" if STORIES[2].target == "42" else "wrong",
    }
    assert {(prompt.max_tokens, prompt.temperature) for prompt in played.asked} == {(50, 0.5)}
    assert sum(prompt.question.endswith("Think.") for prompt in played.asked) == 2
    assert found[-1]["usage"]["calls"] == 4


def test_pieces_come_before_the_reply_they_make(desk):
    found = [e for e in events(desk, case=Case(task="stories", strategy="cot")) if e.get("side") == "edited"]
    assert [event["kind"] for event in found] == ["piece", "reply"]
    assert found[0]["text"] == found[1]["text"]


def test_two_wordings_that_are_the_same_are_asked_once(desk, played):
    found = events(desk, case=Case(task="stories", strategy="cot"), text=desk.read(Reading(name=THINK))["text"])
    assert (found[0]["sides"], len(played.asked)) == (["edited"], 1)


def test_a_model_that_fails_on_one_row_answers_the_others(desk, played):
    def reply(prompt):
        if prompt.question.endswith("Think."):
            raise TemplateError("no")
        return "42"

    played.reply = reply
    found = events(desk, case=Case(task="stories", strategy="cot"))
    assert sorted((e["kind"], e["side"]) for e in found if e["kind"] in ("reply", "error")) == [
        ("error", "edited"),
        ("reply", "other"),
    ]


def test_the_price_is_estimated_before_anything_is_sent(desk, played):
    asked = Asking(
        name=THINK,
        text="{{ question }} Think.",
        against="shipped",
        case=Case(task="stories", strategy="cot"),
        model="nano",
    )
    made = desk.estimate(asked)
    assert (made["calls"], made["usd"], played.asked) == (2, (0.0, 0.0), [])
    paid = desk.estimate(asked.model_copy(update={"model": "openai/gpt-5-mini", "max_tokens": 100}))
    assert 0 < paid["usd"][0] < paid["usd"][1] < 0.01
    assert paid["output_tokens"] == (20, 200)
    assert desk.estimate(asked.model_copy(update={"model": "openai/unheard-of"}))["usd"] is None


def test_a_model_that_is_code_is_loaded_only_when_it_was_named_at_the_start():
    with pytest.raises(
        UsageError, match=r"which the page doesn't run; name it when you start: -m tests\.nowhere:MODEL"
    ):
        Models(("nano",)).get("tests.nowhere:MODEL")


def test_the_inputs_that_are_shown_are_those_that_can_be_given(desk):
    def shown(name, text, **case):
        return {
            one["name"]: (one["origin"], one["value"])
            for one in desk.render(wording(text, name=name, **case))["fields"]
        }

    text = HEADER + "{{ rules }} {{ question }}"
    samples = {"question": ("sample", "Why?"), "rules": ("sample", '["Be brief."]')}
    assert shown("mine/a", text) == samples
    assert shown("mine/a", text, strategy="wrap(template=mine/a)") == {**samples, "rules": ("default", "[]")}
    assert shown(THINK, "{{ question }}", strategy="cot")["question"][0] == "sample"
    example = "{% user %}{{ question }}{% enduser %}{% assistant %}{{ answer }}{{ reasoning }}{% endassistant %}"
    assert list(shown("few_shot/example", example, strategy="few-shot", task="stories")) == ["question"]


def test_the_technique_of_a_template_is_known_by_its_folder():
    names = (THINK, "few_shot/example", "self_reflection/critique", "chain_of_thought/think.zh-Hant")
    found = [strategies_of(Templates(), name) for name in names]
    assert found == [("cot", ""), ("few-shot", ""), ("reflect", ""), ("cot@zh-Hant", "")]


def test_a_named_wording_is_a_technique_whose_inputs_are_options(desk):
    assert strategies_of(Templates(), "wrap/repeat.plain") == ("repeat@plain", "")
    text = Templates().read("wrap/analogical")
    case = {"task": "stories", "strategy": "analogical", "values": {"problems": "5"}}
    fields = desk.render(wording(text, name="wrap/analogical", **case))["fields"]
    assert {one["name"]: one["origin"] for one in fields} == {"question": "row", "problems": "typed"}


def test_a_template_of_ones_own_is_a_technique_where_a_task_offers_all_it_needs(tmp_path):
    texts = {"a": "{{ question }}", "b": "{{ question }}{{ tone }}", "_part": "{{ question }}"}
    for name, text in texts.items():
        declared = ", ".join(f"{one}: text" for one in ("question", "tone") if one in text)
        (tmp_path / f"{name}.j2").write_text(f"---\ninputs: {{{declared}}}\n---\n{text}\n")
    found = [strategies_of(Templates((tmp_path,)), name) for name in texts]
    assert found == [("wrap(template=a)", ""), ("", "wrap(template=b)"), ("",)]


def test_what_is_typed_is_a_value_of_a_template_that_is_a_technique(desk):
    text = "---\ninputs: {question: text, tone: text}\n---\n{{ question }} Be {{ tone }}."
    case = {"task": "stories", "strategy": "wrap(template=mine/a)"}
    problem = desk.render(wording(text, name="mine/a", **case))["problem"]
    assert problem.startswith("wrap: the template mine/a needs tone")
    fields = desk.render(wording(text, name="mine/a", **case))["fields"]
    assert [(one["name"], one["origin"]) for one in fields] == [("question", "row"), ("tone", "nobody")]
    made = desk.render(wording(text, name="mine/a", values={"tone": "kind, 'or' not"}, **case))
    assert sent(made) == [[("user", f"{STORIES[0].question} Be kind, 'or' not.")]]
