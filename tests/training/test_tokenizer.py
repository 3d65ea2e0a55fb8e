# One word of the world is one token, and every text can be written.
from training.chats import Style, direct
from training.chinese_stories import chinese_story
from training.dice import dice
from training.mixture import chat, reply_spans
from training.tokenizer import CHINESE_WORDS
from training.world import WORLD


def test_every_word_of_the_world_is_one_token_with_and_without_a_space(words):
    texts = [before + word for word in WORLD.words for before in ("", " ")]
    assert [text for text in texts if len(words.encode(text).ids) != 1] == []


def test_every_number_of_the_world_is_one_token(words):
    assert [n for n in range(WORLD.limit + 1) if len(words.encode(str(n)).ids) != 1] == []


def test_a_chinese_word_is_one_token_wherever_it_stands(words):
    for word in CHINESE_WORDS:
        assert [words.decode([token]) for token in words.encode(f"他說{word}3").ids].count(word) == 1, word


def test_what_is_said_in_chinese_needs_no_bytes(words):
    rng = dice("chinese")
    for _ in range(50):
        text = "\n".join(turn.text for turn in direct(Style(rng), chinese_story(rng, WORLD, 4)))
        assert "\ufffd" not in "".join(words.decode([token]) for token in words.encode(text).ids)


def test_a_number_of_three_digits_is_a_token_a_digit(words):
    assert words.encode("345+40=385").tokens == ["3", "4", "5", "+", "40", "=", "3", "8", "5"]


def test_joined_letters_stay_letters(words):
    assert words.encode("tgk").tokens == ["t", "g", "k"]


def test_any_text_comes_back_as_it_went_in(words):
    text = "Zoë’s “naïve” plan: 東京 → 12,345\n\n\t{}"
    assert words.decode(words.encode(text).ids) == text


def test_the_pieces_of_a_conversation_are_encoded_as_the_whole_is(words):
    rng = dice("pieces")
    for _ in range(200):
        spans = reply_spans(chat(rng, WORLD, 1.0, []), 0.0)
        apart = [token for span in spans for token in words.encode(span.text).ids]
        assert apart == words.encode("".join(span.text for span in spans)).ids
