import re

import pytest

from promptkit import BestOfN, Prompt, SelfReflection, Templates, run
from promptkit.strategies.critique import read_verdict
from promptkit.strategies.plan_list import parse_plan
from promptkit.wording.variants import base_and_variant
from tests.players import Player

LANGUAGES = ("zh-Hant",)
SHIPPED = Templates.shipped()
USUAL = [name for name in SHIPPED.names() if not base_and_variant(name)[1]]
_MARKUP = re.compile(r"\A---\n.*?\n---\n|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def words(name):
    return _MARKUP.sub("", SHIPPED.read(name)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in USUAL if words(name)])
def test_every_template_with_words_is_there_in_the_language_with_the_same_inputs(name, language):
    header = SHIPPED.header(f"{name}.{language}")
    assert header.language == language
    assert header.inputs == SHIPPED.header(name).inputs
    assert header.reads or not SHIPPED.header(name).reads
    assert _HAN.search(words(f"{name}.{language}"))


@pytest.mark.parametrize("name", [name for name in USUAL if words(name)])
def test_a_wording_in_another_language_uses_the_same_variables(name):
    assert SHIPPED.variables(f"{name}.zh-Hant")[0] == SHIPPED.variables(name)[0]


def test_a_verdict_in_chinese_is_read():
    assert read_verdict("再算一次，3 + 4 = 7。\n判定：正確") is True
    assert read_verdict("應該是 8。\n判定：錯誤") is False


def test_a_reflection_in_chinese_ends_with_an_accepting_verdict():
    player = Player(("答案是 7。", "重新計算：3 + 4 = 7。\n判定：正確"))
    reflection = SelfReflection(player, templates=Templates(variant="zh-Hant"))
    assert run(reflection, "3 + 4 = ?").text == "答案是 7。"


def test_a_pick_in_chinese_is_read():
    player = Player(("甲", "乙", "兩個都對。\n最佳：2"))
    best = BestOfN(player, draws=2, templates=Templates(variant="zh-Hant"))
    assert "was picked" in run(best, Prompt.of("?", temperature=1.0)).note


def test_a_plan_in_chinese_is_read():
    assert parse_plan("一、安娜有幾個蛋？\n二、一共有幾個？") == ("安娜有幾個蛋？", "一共有幾個？")
    assert parse_plan("1、安娜有幾個蛋？\n2、一共有幾個？") == ("安娜有幾個蛋？", "一共有幾個？")


def test_tojson_keeps_characters_as_they_are(tmp_path):
    (tmp_path / "t.j2").write_text("{{ x | tojson }}", encoding="utf-8")
    assert Templates((tmp_path,)).text("t", x={"名": "<王 & 李>'s"}) == '{"名": "<王 & 李>\'s"}'
