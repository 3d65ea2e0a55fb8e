"""Template: one template of an app, from a folder, a package, or a package in a zip file."""

import subprocess
import sys
import zipfile

import pytest

from promptkit import Message, Prompt, Template, TemplateError

TEXT = "---\ninputs: {question: text}\n---\n{% system %}Be brief.{% endsystem %}{% user %}{{ question }}{% enduser %}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "prompts/support").mkdir(parents=True)
    (tmp_path / "prompts/support/reply.j2").write_text(TEXT)
    (tmp_path / "prompts/plain.j2").write_text("{{ question }}!")
    return tmp_path / "prompts"


def test_it_makes_messages_and_a_prompt(folder):
    template = Template("support/reply", folder=folder)
    assert template.messages(question="Why?")[1] == Message(role="user", content="Why?")
    assert template.prompt(question="Why?") == Prompt.of("Why?", system="Be brief.")


def test_one_user_message_renders_to_its_text(folder):
    assert Template("plain", folder=folder).render(question="Why?") == "Why?!"
    with pytest.raises(TemplateError, match="must make one user message here, and makes system, user"):
        Template("support/reply", folder=folder).render(question="Why?")


def test_an_edit_is_seen_unless_it_is_not_to_be_reloaded(folder):
    read, kept = Template("plain", folder=folder), Template("plain", folder=folder, reload=False)
    (folder / "plain.j2").write_text("{{ question }}?!")
    assert (read.render(question="Why"), kept.render(question="Why")) == ("Why?!", "Why!")


def test_a_misspelt_input_is_refused(folder):
    with pytest.raises(TemplateError, match="did you mean question"):
        Template("support/reply", folder=folder).prompt(qestion="Why?")


@pytest.mark.parametrize(
    "arguments", [{"folder": "nowhere"}, {"package": "no_such_package"}, {"package": "json", "folder": "x"}]
)
def test_what_there_is_not_is_refused_when_it_is_made(arguments):
    with pytest.raises(TemplateError):
        Template("support/reply", **arguments)


def test_an_unknown_template_is_refused_when_it_is_made(folder):
    with pytest.raises(TemplateError, match=r"did you mean support/reply\?"):
        Template("support/replay", folder=folder)


@pytest.mark.parametrize("zipped", [False, True])
def test_it_is_found_in_a_package_also_in_a_zip_file(folder, tmp_path, zipped):
    files = {"my_app/__init__.py": "", "my_app/prompts/support/reply.j2": TEXT}
    if zipped:
        place = tmp_path / "app.zip"
        with zipfile.ZipFile(place, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    else:
        place = tmp_path / "lib"
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r})\n"
        "from promptkit import Template\n"
        "print(Template('support/reply', package='my_app', folder='prompts').prompt(question='Why?').question)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("Why?\n", "")
