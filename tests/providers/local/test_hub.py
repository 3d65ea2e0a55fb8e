from types import SimpleNamespace

import httpx2
import pytest

from promptkit import UsageError
from promptkit.providers.local.hub import download

FILES = [
    "README.md",
    "m-Q4_K_M.gguf",
    "m-Q8_0.gguf",
    "mmproj-m-Q8_0.gguf",
    "m-F16-00001-of-00002.gguf",
    "m-F16-00002-of-00002.gguf",
]


def hub(files=FILES, fails=None):
    """What stands in for huggingface_hub."""

    def listed(repository):
        if fails:
            raise fails
        return files

    fetched = []

    def fetch(repository, name):
        fetched.append((repository, name))
        return f"/cache/{name}"

    return SimpleNamespace(list_repo_files=listed, hf_hub_download=fetch, fetched=fetched)


def names(model, files=FILES):
    library = hub(files)
    download(model, library)
    return [name for _, name in library.fetched]


def test_the_usual_quantisation_is_downloaded_unless_one_is_asked_for():
    assert names("org/m") == ["m-Q4_K_M.gguf"]
    assert names("org/m:q8_0") == ["m-Q8_0.gguf"]


def test_all_parts_of_a_model_are_downloaded():
    assert names("org/m:F16") == ["m-F16-00001-of-00002.gguf", "m-F16-00002-of-00002.gguf"]


def test_a_repository_s_only_file_needs_no_quantisation():
    assert names("org/m", ["weird.gguf"]) == ["weird.gguf"]


@pytest.mark.parametrize(
    ("model", "files", "told"),
    [
        ("m", FILES, "'m' names no repository; write OWNER/NAME or OWNER/NAME:QUANT"),
        ("org/m", ["model.safetensors"], "org/m has no GGUF files; look for a repository whose name ends in -GGUF"),
        ("org/m:Q2_K", FILES, "org/m has no file of Q2_K; write org/m:QUANT for one of m-F16-00001-of-00002.gguf, "),
        ("org/m", ["a-IQ1_S.gguf", "b-IQ2_S.gguf"], "org/m has several files; write org/m:QUANT for one of a-IQ1_S"),
        ("org/m:Q8_0", ["a-Q8_0.gguf", "b-Q8_0.gguf"], "org/m has several such files: a-Q8_0.gguf, b-Q8_0.gguf"),
    ],
)
def test_what_can_not_be_chosen_is_an_error_with_the_choice(model, files, told):
    library = hub(files)
    with pytest.raises(UsageError) as error:
        download(model, library)
    assert str(error.value).startswith(told)
    assert library.fetched == []


@pytest.mark.parametrize("kind", [OSError, httpx2.ConnectError])
def test_a_hub_out_of_reach_is_one_line(kind):
    with pytest.raises(UsageError, match=r"^org/m can't be downloaded: no route$"):
        download("org/m", hub(fails=kind("no route\nand more")))
