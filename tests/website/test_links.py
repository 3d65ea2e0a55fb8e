"""Links of pages lead to pages of the site, and names of other files stay names."""

import pytest

from website.elsewhere import ELSEWHERE, ROOT, listed, relinked


@pytest.mark.parametrize(
    ("page", "written", "led"),
    [
        ("verdicts.md", "[p](judges.md#labels)", "[p](judges.md#labels)"),
        ("verdicts.md", "[p](../benchmarks/statistics/RESULTS.md)", "[p](elsewhere/statistics.md)"),
        ("techniques/plan.md", "[p](../fidelity.md)", "[p](../fidelity.md)"),
        ("elsewhere/contributing.md", "[p](docs/plugins.md#by-path)", "[p](../plugins.md#by-path)"),
        ("elsewhere/contributing.md", "[the start](README.md)", "[the start](../index.md)"),
        ("hosted.md", "[`models.toml`](../promptkit/models.toml)", "`models.toml` (`promptkit/models.toml`)"),
        ("hosted.md", "[p](https://arxiv.org/abs/2205.10625)", "[p](https://arxiv.org/abs/2205.10625)"),
        ("hosted.md", "[p](#images)", "[p](#images)"),
    ],
)
def test_a_link_leads_to_a_page_of_the_site_or_names_its_file(page, written, led):
    assert relinked(f"See {written}.", page) == f"See {led}."


def test_code_keeps_what_looks_like_a_link():
    code = "```python\nf = table[row](../x.md)\n```\n"
    assert relinked(code, "hosted.md") == code


def test_the_pages_that_stand_elsewhere_exist():
    assert [source for source in ELSEWHERE.values() if not (ROOT / source).is_file()] == []


def test_the_pages_of_a_folder_take_the_place_of_its_name_in_the_navigation():
    (section,) = listed([{"Techniques": ["techniques/README.md", "*techniques"]}])
    pages = section["Techniques"]
    assert pages[0] == "techniques/README.md"
    assert "techniques/plan.md" in pages
    assert len(pages) == len(set(pages))
