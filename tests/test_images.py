import asyncio
import hashlib
import json

import pytest

from promptkit import (
    CallStore,
    ChainOfThought,
    FunctionModel,
    Image,
    InvalidRequest,
    Message,
    OpenAI,
    Prompt,
    UsageError,
    close,
    run,
)
from promptkit.bench import Item, Task, compare
from promptkit.image import MOST_BYTES
from promptkit.image_files import read_image
from promptkit.providers.load import load_model
from promptkit.record.database import connect_to_read
from promptkit.record.identity import call_key
from promptkit.wrappers.as_text import AsText
from promptkit.wrappers.budget import IMAGE_TOKENS, most_input_tokens
from promptkit.wrappers.cache import Cache
from tests.loopback import server
from tests.pictures import picture
from tests.players import Player

__all__ = ["server"]

RED, BLUE = Image(data=picture(), name="red.png"), Image(data=picture(colour=(0, 0, 255)))
LINK = Image(url="https://example.org/cat.jpg")


def user(*parts):
    return Message(role="user", content=parts)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(), "image/png"),
        (b"\xff\xd8\xff\xe0 the rest", "image/jpeg"),
        (b"GIF89a the rest", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_the_type_of_an_image_is_read_from_its_bytes_and_not_from_its_name(data, kind, tmp_path):
    (tmp_path / "picture.txt").write_bytes(data)
    image = Image.from_path(tmp_path / "picture.txt")
    assert (image.media_type, image.size, image.name) == (kind, len(data), "picture.txt")
    assert image == Image(data=data)


def test_an_image_keeps_the_name_of_its_file_and_never_its_folder(tmp_path):
    (tmp_path / "cat.png").write_bytes(picture())
    assert Image.from_path(tmp_path / "cat.png").name == "cat.png"
    assert Image(data=picture(), name=r"C:\Users\ann/cat.png").name == "cat.png"
    assert str(tmp_path) not in repr(Image.from_path(tmp_path / "cat.png"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"data": b"%PDF-1.7"}, "is not a PNG, JPEG, GIF or WebP image"),
        ({"data": b""}, "is empty"),
        ({"data": b"\xff\xd8\xff" + bytes(MOST_BYTES)}, "an image may have 21 MB"),
        ({"data": "text"}, "data must be bytes, got str"),
        ({}, "give one of them"),
        ({"data": picture(), "url": "https://example.org/x"}, "give one of them"),
        ({"url": "file:///etc/passwd"}, "must begin with http"),
        ({"url": "https://ann:secret@example.org/cat.png"}, "has a password"),
    ],
)
def test_what_can_not_be_sent_is_no_image(given, reason):
    with pytest.raises(ValueError, match=reason):
        Image(**given)


def test_a_file_that_is_no_image_is_refused_in_one_line_that_names_it(tmp_path):
    (tmp_path / "cat.png").write_text("not a cat")
    with pytest.raises(UsageError, match=r"^the image .*cat\.png is not a PNG, JPEG, GIF or WebP image"):
        read_image("cat.png", folder=tmp_path)
    with pytest.raises(UsageError, match=r"^the image dog\.png does not exist"):
        read_image("dog.png", folder=tmp_path)
    with pytest.raises(UsageError, match=r"^the image .* is not a file"):
        read_image(str(tmp_path))
    with pytest.raises(UsageError, match=r"^image https://: the url must begin"):
        read_image("https://")


def test_content_of_texts_alone_is_a_text():
    assert user("one", "two") == Message(role="user", content="one\ntwo")
    assert Message(role="user", content="one").images == ()


def test_images_stand_before_the_question():
    prompt = Prompt.of("What is it?", system="S", images=[RED, LINK])
    assert prompt.messages[1].content == (RED, LINK, "What is it?")
    assert prompt.question == "What is it?"
    assert prompt.images == (RED, LINK)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ((RED, "Q"), "new", (RED, "new")),
        (("Q", RED), "new", ("new", RED)),
        (("Q", RED), "", (RED,)),
        ((RED,), "new", (RED, "new")),
        (
            ("This", RED, "or", BLUE, "that?"),
            "First.\nThis\nor\nthat? Think.",
            ("First.\nThis", RED, "or", BLUE, "that? Think."),
        ),
        (("This", RED, "or that?"), "This\nor", ("This", RED, "or")),
        (("This", RED, "or", BLUE, "that?"), "Say which.", ("Say which.", RED, BLUE)),
    ],
)
def test_another_text_leaves_images_where_they_were(before, text, after):
    assert Prompt(messages=(user(*before),)).with_question(text).messages[-1].content == after


def test_the_form_of_the_answer_comes_and_goes_around_images():
    prompt = Prompt(messages=(user("This", RED, "or that?"),))
    asked = prompt.with_form("Answer with one word.")
    assert asked.messages[-1].content == ("This", RED, "or that?\nAnswer with one word.")
    assert asked.without_form() == prompt


def test_a_call_is_known_by_the_bytes_of_its_images_and_not_by_their_names():
    def key(*parts):
        return call_key(Player(), Prompt(messages=(user(*parts),)))

    renamed = Image(data=picture(), name="other.png")
    assert key(RED, "Q") == key(renamed, "Q")
    assert len({key(RED, "Q"), key(BLUE, "Q"), key("Q", RED), key(LINK, "Q"), call_key(Player(), Prompt.of("Q"))}) == 5


def test_the_key_of_a_text_is_that_of_older_records():
    text = '["player","",[["system","S"],["user","Q"]],null,null,0]'
    assert call_key(Player(), Prompt.of("Q", system="S")) == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(Prompt.of("Q").model_dump_json())["messages"] == [{"role": "user", "content": "Q"}]


def test_a_record_keeps_an_image_once_for_all_calls_and_finds_them_without_its_bytes(tmp_path):
    asked = []

    def see(prompt):
        asked.append(prompt)
        return "red"

    file = tmp_path / "calls.sqlite"
    prompt = Prompt.of("What colour?", images=[RED, LINK])
    with CallStore(file) as store:
        model = Cache(FunctionModel(see), store)
        for draw in range(3):
            run(model, prompt.with_draw(draw))
    with connect_to_read(file) as connection:
        assert connection.execute("SELECT * FROM images").fetchall() == [(RED.sha256, "image/png", RED.data)]
        rows = [row[0] for row in connection.execute("SELECT prompt FROM calls")]
    of_red = {"name": "red.png", "media_type": "image/png", "sha256": RED.sha256, "size": RED.size}
    content = [of_red, {"url": LINK.url}, "What colour?"]
    assert [json.loads(row)["messages"][0]["content"] for row in rows] == [content] * 3
    with CallStore(file) as store:
        found = store.get(call_key(FunctionModel(see), prompt))
        again = run(Cache(FunctionModel(see), store), Prompt.model_validate_json(rows[0]))
    assert found is not None
    assert found.prompt == prompt
    assert again.cached
    assert len(asked) == 3


def test_an_image_of_which_only_the_hash_is_known_is_not_sent(server):
    known = Prompt.model_validate_json(Prompt.of("Q", images=[RED]).model_dump_json())
    model = OpenAI("m", base_url=server.openai_url, api_key="k")
    with pytest.raises(InvalidRequest, match=r"needs the bytes of \[image red\.png, PNG, 0\.1 kB\]"):
        run(model, known)
    assert server.requests == []


def test_a_run_is_resumed_without_the_bytes_of_its_images(server, tmp_path):
    def again(image):
        model = OpenAI("m", base_url=server.openai_url, api_key="k")
        items = [Item(str(number), f"Which colour, {number}?", "red", images=(image,)) for number in range(3)]
        task = Task.of(items, answer="text")
        result = compare(task, {"direct": model, "cot": ChainOfThought(model)}, directory=tmp_path / "run")
        close(model)
        return result

    server.answer = lambda turns: "The answer is red."
    assert again(RED).complete
    assert len(server.requests) == 6
    known = Image.model_validate_json(RED.model_dump_json())
    assert known.data is None
    assert again(known).complete
    assert len(server.requests) == 6


def test_images_stand_in_user_turns_alone():
    prompt = Prompt(messages=(Message(role="system", content=(RED, "S")), user("Q")))
    with pytest.raises(InvalidRequest, match="images only in user turns, and the system turn has one"):
        load_model("openai/gpt-6-luna").check(prompt)


@pytest.mark.parametrize("name", ["nano", "groq/openai/gpt-oss-120b"])
def test_a_model_without_eyes_refuses_images_before_anything_is_sent(name):
    with pytest.raises(InvalidRequest, match="sees no images"):
        load_model(name).check(Prompt.of("Q", images=[RED]))


def test_a_model_in_this_process_refuses_images_when_asked():
    async def ask():
        async with load_model("nano") as model:
            await model.complete(Prompt.of("Q", images=[RED]))

    with pytest.raises(InvalidRequest, match="sees no images in this process; run llama-server"):
        asyncio.run(ask())


def test_a_text_can_not_show_images():
    with pytest.raises(InvalidRequest, match="is asked by one text, which has no images"):
        run(AsText(Player(chat=False)), Prompt.of("Q", images=[RED]))


def test_a_budget_reserves_the_most_that_an_image_can_cost():
    assert most_input_tokens(Prompt.of("Q", images=[RED, LINK])) == most_input_tokens(Prompt.of("Q")) + 2 * IMAGE_TOKENS
