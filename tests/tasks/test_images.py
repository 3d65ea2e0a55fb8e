import json

import pyarrow
import pyarrow.parquet
import pytest

from promptkit import Image, UsageError
from promptkit.tasks import load_task
from tests.pictures import picture

RED, BLUE = picture(), picture(colour=(0, 0, 255))


def rows(tmp_path, *rows):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "red.png").write_bytes(RED)
    (tmp_path / "blue.png").write_bytes(BLUE)
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"question": "What?", **row}) + "\n" for row in rows))
    return str(tmp_path / "t.jsonl")


def test_a_row_shows_an_image_by_its_path_from_the_data(tmp_path):
    asked = rows(tmp_path, {"target": "1", "image": "pictures/red.png"}, {"target": "2"})
    red, none = load_task(asked, answer="number").items
    assert red.images == (Image(data=RED),)
    assert red.prompt().messages[0].content == (Image(data=RED), "What?")
    assert none.prompt().messages[0].content == "What?"


def test_a_row_shows_several_images_and_addresses(tmp_path):
    link = "https://example.org/cat.png"
    (item,) = load_task(rows(tmp_path, {"target": "1", "image": ["blue.png", link]}), answer="number").items
    assert item.images == (Image(data=BLUE), Image(url=link))


def test_a_csv_has_a_column_of_images(tmp_path):
    rows(tmp_path)
    (tmp_path / "t.csv").write_text("question,target,image\nWhat?,1,blue.png\nAnd?,2,\n")
    blue, none = load_task(str(tmp_path / "t.csv"), answer="number").items
    assert (blue.images, none.images) == ((Image(data=BLUE),), ())


def test_an_image_that_can_not_be_shown_is_an_error_of_its_row(tmp_path):
    with pytest.raises(UsageError, match=r"t\.jsonl, line 2: the image .*none\.png does not exist"):
        load_task(rows(tmp_path, {"target": "1"}, {"target": "2", "image": "none.png"}), answer="number", strict=True)


def test_an_example_with_an_image_is_refused_since_examples_show_none(tmp_path):
    with pytest.raises(UsageError, match="line 1: a train row has an image, and examples show none"):
        load_task(rows(tmp_path, {"target": "1", "image": "blue.png", "split": "train"}), answer="number", strict=True)


def test_the_same_words_about_an_image_are_another_question_than_those_of_an_example(tmp_path):
    asked = rows(tmp_path, {"target": "1", "image": "blue.png"}, {"target": "2", "split": "train"})
    assert len(load_task(asked, answer="number").train) == 1


def test_an_image_may_stand_in_the_file_itself_as_on_hugging_face(tmp_path):
    rows = [{"question": "What?", "target": "1", "image": {"bytes": RED, "path": "red.png"}}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "t.parquet")
    (item,) = load_task(str(tmp_path / "t.parquet"), answer="number").items
    assert item.images == (Image(data=RED),)
