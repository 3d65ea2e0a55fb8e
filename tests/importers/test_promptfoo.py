"""Prompts of promptfoo become templates: Nunjucks, several in a file, chats, configurations."""

import json

import pytest

from promptkit import Templates, UsageError
from promptkit.importers.read import imported


@pytest.fixture
def carried(tmp_path):
    """The messages of each prompt of an imported file, and what is left out of the first."""

    def over(name, text, form=None, /, **values):
        (tmp_path / name).write_text(text if isinstance(text, str) else json.dumps(text))
        found = imported(tmp_path / name, form)
        (tmp_path / "out").mkdir(exist_ok=True)
        made = []
        for number, one in enumerate(found):
            (tmp_path / f"out/p{number}.j2").write_text(one.text)
            templates = Templates((tmp_path / "out",))
            inputs = templates.header(f"p{number}").inputs
            given = {key: values.get(key, declared.stand_in(key)) for key, declared in inputs.items()}
            made.append([(m.role, m.content) for m in templates.render(f"p{number}", **given)])
        over.left_out, over.names = found[0].left_out, [one.name for one in found]
        return made

    return over


def test_a_text_is_one_user_message(carried):
    made = carried("p.txt", 'Translate to French: "{{name}}: {{text}}"\n', "promptfoo", name="A", text="B")
    assert made == [[("user", 'Translate to French: "A: B"')]]


def test_several_prompts_of_one_file_are_several_templates(carried):
    assert carried("p.txt", "One {{x}}\n---\nTwo {{x}}\n", "promptfoo", x="1") == [
        [("user", "One 1")],
        [("user", "Two 1")],
    ]


def test_a_chat_keeps_its_roles(carried):
    chat = [
        {"role": "system", "content": "You convert to {{ language }}."},
        {"role": "user", "content": "{{ text }}"},
    ]
    assert carried("p.json", chat, language="Thai", text="Hello") == [
        [("system", "You convert to Thai."), ("user", "Hello")]
    ]


@pytest.mark.parametrize(
    ("nunjucks", "made"),
    [
        ("{% if a === 'b' %}x{% elseif a !== 'c' %}y{% endif %}", "y"),
        ("{{ a | dump }}", '"d"'),
        ("{% if a.length > 0 %}{{ a.length - 1 }}{% endif %}", "0"),
        ("{% if a == null %}x{% else %}'null' {{ 'a === b' }}{% endif %}", "'null' a === b"),
        ("{% verbatim %}{{ a }}{% endverbatim %}", "{{ a }}"),
        ("{{ a | upper }}{# note #}", "D"),
    ],
)
def test_words_of_nunjucks_are_those_of_jinja(carried, nunjucks, made):
    assert carried("p.txt", nunjucks, "promptfoo", a="d") == [[("user", made)]]


def test_a_configuration_gives_its_prompts_and_the_variables_of_its_first_test(carried, tmp_path):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/chat.json").write_text('[{"role": "user", "content": "Hi {{ name }}"}]')
    config = (
        "prompts:\n  - 'Hello {{name}}'\n  - {label: The long one, raw: 'Good day {{name}}, how is {{place}}?'}\n"
        "  - file://prompts/chat.json\nproviders: [openai:x]\ntests:\n  - vars: {name: Ann, place: Ghent}\n"
        "    assert: [{type: equals, value: x}]\n"
    )
    assert carried("promptfooconfig.yaml", config) == [
        [("user", "Hello Ann")],
        [("user", "Good day Ann, how is Ghent?")],
        [("user", "Hi Ann")],
    ]
    assert carried.names == ["", "the_long_one", "chat"]
    assert carried.left_out == (
        "providers: not carried over",
        "tests: not carried over, but for the variables of the first",
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.txt", "{{ a || b }}", "'||' in"),
        ("p.txt", "{% if !a %}x{% endif %}", "'!' in"),
        ("p.txt", "{{ env.KEY }}", "env.KEY"),
        ("p.txt", "{% asyncEach a in b %}x{% endeach %}", "asyncEach"),
        ("p.txt", "{{ a | nl2br }}", "no filter nl2br"),
        ("p.txt", "\n", "no prompt in it"),
        ("p.json", '[{"role": "tool", "content": "x"}]', "role 'tool'"),
        ("p.json", '[{"role": "user", "content": [{"type": "image"}]}]', "not text"),
        ("p.json", '[{% for a in b %}{"role": "user"}{% endfor %}]', "tags around messages"),
        ("p.yaml", "prompts: [file://make.py]", "a program"),
        ("p.yaml", "prompts: [file://../x.txt]", "not in the folder"),
        ("p.yaml", "prompts: []", "no `prompts`"),
    ],
)
def test_what_a_template_can_not_hold_is_refused(carried, name, text, message):
    with pytest.raises(UsageError, match=message.replace("||", r"\|\|")):
        carried(name, text, "promptfoo" if name == "p.txt" else None)
