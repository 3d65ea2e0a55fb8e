from promptkit.did_you_mean import closest, did_you_mean

NAMES = ("direct", "cot", "few-shot")


def test_a_misspelt_name_is_taken_for_the_one_most_like_it():
    assert did_you_mean("fewshot", NAMES) == "did you mean few-shot?"
    assert did_you_mean("fewshot", NAMES, "correct it", shown=repr) == "did you mean 'few-shot'?"


def test_where_none_is_like_it_all_are_listed_or_the_way_out_is_given():
    assert did_you_mean("xyz", NAMES) == "there are direct, cot, few-shot"
    assert did_you_mean("xyz", ()) == "there are none"
    assert did_you_mean("xyz", NAMES, "correct it") == "correct it"
    assert did_you_mean("xyz", NAMES, "") == ""


def test_how_alike_a_name_has_to_be_can_be_raised():
    assert closest("fewshots", NAMES) == "few-shot"
    assert closest("fewshots", NAMES, similar=0.99) is None
