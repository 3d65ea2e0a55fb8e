"""The page in a real browser."""

import asyncio
import json
import re
import tempfile
import threading
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the page needs the extra `studio`")
pytest.importorskip("uvicorn", reason="the page needs the extra `studio`")

from promptkit.studio.app import PAGE
from tests.studio.browser import opened, program
from tests.studio.serving import Played, desk_in, served

pytestmark = pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine")

THINK = "chain_of_thought/think"
TEXT = "document.querySelector('#text')"
HOSTILE = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>{# </textarea> #}"


@pytest.fixture(scope="module")
def browser():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, opened(Path(folder)) as page:
        yield page


@pytest.fixture
def played():
    return Played()


@pytest.fixture
def page(browser, tmp_path, played, monkeypatch):
    """The page on a wide screen, with `chain_of_thought/think` open and the first row of `stories` shown."""
    monkeypatch.chdir(tmp_path)  # where runs are recorded
    with served(desk_in(tmp_path / "mine", models=played)) as address:
        browser.problems.clear()
        browser.look(1400, 900)
        browser.call("Page.navigate", url="about:blank")
        browser.open(address)
        shown(browser)
        yield browser
        assert browser.problems == []
        browser.call("Page.navigate", url="about:blank")
        browser.problems.clear()


def shown(page, text="Lena starts with"):
    page.until(f"document.querySelector('#panel-messages')?.textContent.includes({text!r})")


def text_is(page, text, *, then=""):
    """Replace the whole text as a person does."""
    page.value(f"{TEXT}.focus(); {TEXT}.select()")
    page.type(text)
    if then:
        shown(page, then)


def click(page, selector):
    page.value(f"document.querySelector({selector!r}).click()")


def texts(page, selector):
    return page.value(f"[...document.querySelectorAll({selector!r})].map((one) => one.textContent)")


def test_the_page_opens_without_a_refusal_and_the_token_leaves_its_address(page):
    assert page.value("location.search + document.cookie") == ""
    assert page.value("document.title") == THINK
    assert texts(page, "#panel-messages .role b") == ["user"]
    assert page.problems == []


def test_what_is_typed_is_seen_as_a_model_will_see_it(page):
    text_is(page, "{{ question }}\n\nThink hard.", then="Think hard.")
    click(page, "#next")
    page.until("document.querySelector('#row').value === '2'")
    page.until("!document.querySelector('#panel-messages').textContent.includes('Lena starts with')")
    assert "Think hard." in texts(page, "#panel-messages pre")[0]


def test_a_fault_is_marked_at_its_line_until_it_is_mended(page):
    text_is(page, "{{ question }}\n{% if %}")
    page.until("!!document.querySelector('.flag.error')")
    assert page.value("document.querySelector('.flag').getAttribute('aria-label')") == "Line 2: error"
    assert texts(page, "#faults") == ["1 error"]
    page.value("document.querySelector('.flag').focus()")
    tip = page.value("document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent")
    assert tip.startswith("Expected an expression")
    click(page, "#marks button")
    assert page.value(f"{TEXT}.value.slice({TEXT}.selectionStart, {TEXT}.selectionEnd)") == "{% if %}"
    text_is(page, "{{ question }} Yes.", then="Yes.")
    assert page.value("document.querySelectorAll('.flag').length") == 0
    assert texts(page, "#faults") == ["No faults found"]


def test_tab_indents_and_can_be_undone_and_escape_lets_it_leave(page):
    text_is(page, "a\nb", then="a")
    page.value(f"{TEXT}.select()")
    page.press("Tab")
    assert page.value(f"{TEXT}.value") == "  a\n  b"
    page.press("Tab", "Shift")
    assert page.value(f"{TEXT}.value") == "a\nb"
    page.press("z", "Control")
    assert page.value(f"{TEXT}.value") == "  a\n  b"
    page.press("Escape")
    page.press("Tab")
    assert page.value(f"document.activeElement !== {TEXT}")
    assert page.value(f"{TEXT}.value") == "  a\n  b"


def test_the_colours_lie_exactly_behind_the_text(page):
    lines = "word " * 60 + "\n\n\t{{ question }} " + "x" * 300 + "\n中文字 " * 40
    text_is(page, lines, then="word word")
    for width, phone in ((1400, False), (390, True)):
        page.look(width, 800, phone=phone)
        if phone:
            click(page, "#tab-text")
        mirror, area = page.until("""(() => {
            const [mirror, area] = [document.querySelector('.mirror'), document.querySelector('#text')];
            return mirror.offsetWidth && [mirror.scrollHeight, area.scrollHeight];
        })()""")
        assert mirror == area
    assert page.value("[...document.querySelectorAll('.line')].map((one) => one.textContent).join('\\n')").replace(
        "\u200b", ""
    ) == page.value(f"{TEXT}.value")


def test_colours_lose_no_letter_and_know_front_matter_and_tags(page):
    hostile = [
        "{{" * 20_000,
        "{% raw %}" * 5000,
        "{{ " + "| " * 10_000 + " }}",
        "---\n" * 9000,
        '---\na: "' + "{" * 999,
        "",
    ]
    text = "---\na: 1 # why\n---\n{% if b %}{{ c | upper }}{# d #}{% endif %}{% raw %}{{ e }}{% endraw %}"
    lines = page.value(
        "import('/page/highlight.js').then(({ highlighted }) =>"
        f" {json.dumps([*hostile, text])}.map((text) => highlighted(text)))"
    )
    shown = ["\n".join("".join(piece for _, piece in line) for line in one) for one in lines]
    assert shown == [*hostile, text]
    kinds = {piece.strip(): kind for line in lines[-1] for kind, piece in line}
    assert [kinds[one] for one in ("a", "# why", "if", "c", "| upper", "{# d #}", "{{ e }}")] == [
        *("key", "comment", "word", "name", "filter", "comment", ""),
    ]


def test_keeping_writes_the_file_and_control_s_does_it(page, tmp_path):
    text_is(page, "{{ question }} Kept.", then="Kept.")
    assert page.value("document.title").startswith("•")
    page.press("s", "Control")
    page.until("document.querySelector('#status').textContent.startsWith('Saved in')")
    assert (tmp_path / "mine" / f"{THINK}.j2").read_text() == "{{ question }} Kept."
    assert page.value("document.querySelector('#save').disabled && document.title") == THINK
    assert "instead of the shipped template" in page.value("document.querySelector('#place').textContent")


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "{{ question }} Mine."), ("theirs", "Theirs."), ("back", "Theirs.")]
)
def test_an_edit_made_elsewhere_is_shown_beside_and_never_written_over_unasked(page, tmp_path, choice, kept):
    file = tmp_path / "mine" / f"{THINK}.j2"
    text_is(page, "{{ question }} Mine.", then="Mine.")
    file.parent.mkdir(parents=True)
    file.write_text("Theirs.")
    page.press("s", "Control")
    page.until("document.querySelector('#conflict').open")
    assert texts(page, "#conflict .removed") == ["−Theirs."]
    assert file.read_text() == "Theirs."
    click(page, f"#conflict button[value={choice}]")
    page.until("!document.querySelector('#conflict').open && document.querySelector('#status').textContent")
    assert file.read_text() == kept
    assert page.value(f"{TEXT}.value") == ("Theirs." if choice == "theirs" else "{{ question }} Mine.")
    page.value("dispatchEvent(new Event('focus'))")
    assert page.value("fetch('/state').then(() => document.querySelector('#conflict').open)") is False  # asked once


def test_a_file_changed_elsewhere_is_read_anew_where_nothing_is_lost(page, tmp_path):
    file = tmp_path / "mine" / f"{THINK}.j2"
    file.parent.mkdir(parents=True)
    file.write_text("{{ question }} Anew.")
    page.value("dispatchEvent(new Event('focus'))")
    shown(page, "Anew.")
    assert page.value(f"{TEXT}.value") == "{{ question }} Anew."


def test_text_of_others_is_text_and_never_part_of_the_page(page, played):
    played.reply = lambda _: HOSTILE
    text_is(page, "{{ question }}" + HOSTILE, then="onerror")
    for tab in ("difference", "ask"):
        click(page, f"#tab-{tab}")
        if tab == "ask":
            page.press("Enter", "Control")
        page.until(f"document.querySelector('#panel-{tab}').textContent.includes('onerror')")
    assert page.value("document.querySelectorAll('img, body script').length") == 0
    assert "owned" not in page.value("document.title")


def test_two_wordings_are_asked_side_by_side_and_judged(page, played):
    text_is(page, "{{ question }} Mine.", then="Mine.")
    page.press("Enter", "Control")
    page.until("document.querySelectorAll('#replies .outcome').length === 4")
    assert texts(page, ".asked:first-child h4") == ["edited text", "saved text"]
    assert texts(page, ".asked:first-child .outcome") == ["✓ right", "✓ right"]
    assert "free" in page.value("document.querySelector('#ask-cost').textContent")
    assert page.value("document.querySelector('#ask-state').textContent").startswith("4 replies: 4 calls,")
    assert len(played.asked) == 4


def test_asking_can_be_stopped(page, played):
    played.held = asyncio.Event()
    text_is(page, "{{ question }} Mine.", then="Mine.")
    page.press("Enter", "Control")
    page.until("!document.querySelector('#stop-asking').disabled")
    click(page, "#stop-asking")
    page.until("document.querySelector('#ask-state').textContent.startsWith('Stopped; 0 of')")
    assert page.value("!document.querySelector('#ask').disabled")


def test_a_paid_model_is_asked_only_after_its_price_was_shown(page, played):
    page.value("document.querySelector('#model').value = 'openai/gpt-5-mini'")
    text_is(page, "{{ question }} Mine.", then="Mine.")
    page.press("Enter", "Control")
    page.until("document.querySelector('#ask-cost').textContent.includes('$')")
    page.until("document.activeElement.id === 'ask'")
    assert played.asked == []


def test_a_comparison_shows_its_verdict_and_leads_to_the_page_of_its_run(page, played, tmp_path):
    pytest.importorskip("scipy", reason="a comparison needs the extra `bench`")
    played.reply = lambda prompt: "The answer is 0." if "Mine." in prompt.question else "I don't know."
    text_is(page, "{{ question }} Mine.", then="Mine.")
    click(page, "#tab-compare")
    page.value("document.querySelector('#limit').value = 5")
    click(page, "#compare")
    page.until("!!document.querySelector('#comparison .verdict')")
    assert texts(page, "#comparison .verdict p")[0].startswith(
        "cot@edited and cot@saved: not enough data to tell (+0.0"
    )
    assert texts(page, "#comparison tbody td:first-child") == ["cot@saved", "cot@edited"]
    assert texts(page, "#comparison .facts")[0].startswith("10 of 10 attempts, 10 calls, $0")
    (run,) = (tmp_path / "runs").iterdir()
    assert f"Recorded in runs/{run.name}. " in texts(page, "#comparison .facts")[-1]
    pytest.importorskip("vl_convert", reason="a page needs the extra `report`")
    page.open(page.value("document.querySelector('#comparison a').href"))
    page.until("document.querySelector('.verdicts')?.textContent.includes('cot@edited')")


def test_a_comparison_goes_on_when_the_page_is_left_and_can_be_stopped_there(page, played):
    played.held = asyncio.Event()
    text_is(page, "{{ question }} Mine.", then="Mine.")
    click(page, "#tab-compare")
    click(page, "#compare")
    page.until("!!document.querySelector('#comparison progress')")
    page.value("window.old = true")
    page.call("Page.reload")
    page.until("!window.old && !!document.querySelector('#comparison progress')")
    page.until("!document.querySelector('#stop-comparing').disabled")
    assert page.value("document.querySelector('#compare').disabled")
    click(page, "#stop-comparing")
    page.until("document.querySelector('#comparison .facts').textContent.includes('stopping')")


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_a_phone(page, dark):
    text_is(page, "x" * 300 + " {{ question }}\n{% if %}")
    for width in (320, 390, 820):
        page.look(width, 700, dark=dark, phone=True)
        for tab in ("text", "messages", "difference", "ask", "compare"):
            click(page, f"#tab-{tab}")
            page.until(f"document.body.dataset.tab === {tab!r} || innerWidth > 896")
            assert page.value("document.documentElement.scrollWidth") <= width, (width, tab)


def test_arrows_walk_through_the_tabs(page):
    page.value("document.querySelector('#tab-messages').focus()")
    page.press("ArrowRight")
    assert page.value("document.activeElement.id + document.body.dataset.tab") == "tab-differencedifference"
    page.press("ArrowLeft")
    page.press("ArrowLeft")
    assert page.value("document.activeElement.id") == "tab-compare"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_can_be_read_in_light_and_dark():
    style = (PAGE / "studio.css").read_text()
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in style.split(":root {")[1:3])
    for colours in (light, {**light, **dark}):
        for text in ("ink", "quiet", "right", "wrong", "other", "assistant", "string"):
            for ground in ("ground", "sheet"):
                one, other = sorted((_luminance(colours[text]), _luminance(colours[ground])))
                assert (other + 0.05) / (one + 0.05) >= 4.5, (text, ground)


def test_the_server_ends_while_a_reply_is_waited_for(browser, tmp_path):
    played = Played()
    played.held = asyncio.Event()
    with served(desk_in(tmp_path, models=played)) as address:
        browser.look(1400, 900)
        browser.open(address)
        shown(browser)
        browser.press("Enter", "Control")
        browser.until("!document.querySelector('#stop-asking').disabled")
    assert threading.active_count() < 20
