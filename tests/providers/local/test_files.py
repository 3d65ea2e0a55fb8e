import pytest

from promptkit import UsageError, load_model
from promptkit.providers.local.files import find_file, local_files

LM_STUDIO = ".lmstudio/models/org/repo"
SNAPSHOT = ".cache/huggingface/hub/models--org--repo/snapshots"


def listed():
    return [(file.model, file.of) for file in local_files() if not file.of.startswith("package")]


def test_files_of_programs_are_listed_with_what_is_in_them(put):
    path = put(f"{LM_STUDIO}/Small-Q4_K_M.gguf")
    (file,) = (file for file in local_files() if file.of == "LM Studio")
    assert (file.model, file.path, file.size) == ("gguf/Small-Q4_K_M", path, path.stat().st_size)
    assert (file.quantisation, file.context, file.chat, file.problem) == ("F16", 1024, True, "")


def test_each_program_keeps_its_files_in_a_place_of_its_own(put, monkeypatch, home):
    put(".cache/lm-studio/models/a/b/old.gguf")
    put(".cache/llama.cpp/org_repo_main.gguf")
    put(f"{SNAPSHOT}/abc/hub.gguf")
    assert listed() == [("gguf/hub", "Hugging Face"), ("gguf/old", "LM Studio"), ("gguf/org_repo_main", "llama.cpp")]
    monkeypatch.setenv("LLAMA_CACHE", str(home / "elsewhere"))
    monkeypatch.setenv("HF_HOME", str(home / "hf"))
    put("elsewhere/other.gguf")
    put("hf/hub/models--a--b/snapshots/abc/another.gguf")
    assert listed() == [("gguf/another", "Hugging Face"), ("gguf/old", "LM Studio"), ("gguf/other", "llama.cpp")]


def test_two_revisions_that_are_one_file_are_listed_once(put, home):
    blob = put(".cache/huggingface/hub/models--org--repo/blobs/123")
    for revision in ("abc", "def"):
        link = home / SNAPSHOT / revision / "model.gguf"
        link.parent.mkdir(parents=True)
        link.symlink_to(blob)
    assert listed() == [("gguf/model", "Hugging Face")]


def test_image_encoders_and_later_parts_are_no_models(put):
    for name in ("mmproj-model-f16", "big-00002-of-00003", "big-00001-of-00003", "small-00001-of-00001"):
        put(f"{LM_STUDIO}/{name}.gguf")
    assert listed() == [("gguf/big-00001-of-00003", "LM Studio"), ("gguf/small-00001-of-00001", "LM Studio")]


def test_a_damaged_file_is_listed_with_what_is_wrong(put):
    put(f"{LM_STUDIO}/half.gguf").write_bytes(b"GGUF")
    (file,) = (file for file in local_files() if file.of == "LM Studio")
    assert file.problem.endswith("half.gguf is cut off or damaged; copy or download it again")


def test_an_installed_package_that_carries_weights_is_listed(put, home, monkeypatch):
    put("site/carrier/inner.gguf")
    info = home / "site" / "llm_carrier-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: llm-carrier\nVersion: 1.0\n")
    (info / "RECORD").write_text("carrier/inner.gguf,,\nllm_carrier-1.0.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(home / "site")
    assert ("gguf/inner", "package llm-carrier") in [(file.model, file.of) for file in local_files()]
    assert find_file("inner") == home / "site" / "carrier" / "inner.gguf"


def test_a_model_is_found_by_name_in_any_case(put, monkeypatch):
    path = put(f"{LM_STUDIO}/Some-Model.Q8_0.gguf")
    assert find_file("some-model.q8_0") == find_file("Some-Model.Q8_0.gguf") == path
    assert load_model("gguf/some-model.q8_0?max_tokens=5").name == "gguf/Some-Model.Q8_0"


def test_a_name_that_several_files_have_names_them_and_each_is_listed_by_its_path(put):
    one, other = put(f"{LM_STUDIO}/model.gguf"), put(".cache/llama.cpp/model.gguf")
    with pytest.raises(UsageError, match=r"^several GGUF files are called model; name one of them: ") as error:
        find_file("model")
    assert str(one) in str(error.value)
    assert listed() == sorted([(f"gguf/{one}", "LM Studio"), (f"gguf/{other}", "llama.cpp")])
    assert load_model(f"gguf/{one}").name == "gguf/model"


def test_a_name_that_no_file_has_is_an_error_with_the_ones_that_are_alike(put):
    put(f"{LM_STUDIO}/SmolLM2-135M-Instruct.Q4_1.gguf")
    with pytest.raises(
        UsageError, match=r"there is no file smollm2, .*; did you mean gguf/SmolLM2-135M-Instruct.Q4_1\?$"
    ):
        load_model("gguf/smollm2")
    with pytest.raises(UsageError, match=r"promptkit models lists those there are$"):
        load_model("gguf/zzz")


def test_a_path_is_a_model_without_a_provider(put, home, monkeypatch):
    path = put("models/mine.gguf")
    monkeypatch.chdir(path.parent)
    for name in (
        "./mine.gguf",
        "mine.gguf",
        str(path),
        "~/models/mine.gguf",
        "gguf/~/models/mine.gguf",
        "gguf/mine.gguf",
    ):
        assert load_model(f"{name}?max_tokens=5").name == "gguf/mine"


def test_a_path_where_nothing_is_names_it():
    with pytest.raises(UsageError, match=r"nowhere/mine.gguf can't be read: No such file"):
        load_model("./nowhere/mine.gguf")
