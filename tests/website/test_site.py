"""The site as it is built: it is whole, fetches nothing from elsewhere, and says to language models what it has."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import promptkit
from website.api import contents

pytest.importorskip("mkdocs", reason="the site needs the extra `docs`")
ROOT = Path(__file__).parents[2]
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:\w+:)?//"
    r"|<link\b[^>]*rel=[\"']?(?:stylesheet|preload|preconnect|icon)\b[^>]*href=[\"']?(?:\w+:)?//"
    r"|<link\b[^>]*href=[\"']?(?:\w+:)?//[^>]*rel=[\"']?(?:stylesheet|preload|preconnect|icon)\b"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built without a warning."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_nothing_is_fetched_from_another_host(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 50
    assert [str(page) for page in pages if FETCHED.search(page.read_text(encoding="utf-8"))] == []
    styles = [style.read_text(encoding="utf-8") for style in site.rglob("*.css")]
    assert styles
    assert not any(re.search(r"(?:url\(|@import )[\"']?(?:https?:)?//", style) for style in styles)


def test_it_can_be_searched_where_it_is_opened_from_a_folder(site):
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert index.startswith("var __index = ")
    assert "What the statistics promise, measured" in index
    assert 'src="assets/iframe-worker.js"' in (site / "index.html").read_text(encoding="utf-8")


def test_llms_txt_names_every_page_and_each_of_its_links_leads_to_one(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", text, re.MULTILINE)
    pages = {str(page.relative_to(site)) for page in site.rglob("*.html")} - {"404.html"}
    assert set(links) == pages
    assert len(links) == len(set(links))
    assert re.match(r"# promptkit\n\n> [^\n]+\n\n## Start\n\n- \[Start\]\(index\.html\): promptkit has ", text)


def test_llms_txt_says_a_whole_sentence_of_each_page_that_has_prose(site):
    said = re.findall(r"^- \[[^\]]+\]\([^)]+\): (.+)$", (site / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(said) > 50
    assert [line for line in said if not re.match(r"[A-Z`\"(*]|promptkit ", line) or "```" in line] == []


def test_llms_full_txt_has_the_text_of_the_pages(site):
    text = (site / "llms-full.txt").read_text(encoding="utf-8")
    for heading in ("# Start", "# Plan, then solve: `plan`", "# How to read the table", "# Exit codes", "# Changelog"):
        assert f"\n{heading}\n" in text
    assert "<!-- file:" not in text


def test_every_public_name_has_its_place_in_the_reference(site):
    shown = {name.rpartition(".")[2] for names in contents().values() for name in names}
    assert set(promptkit.__all__) <= shown
    pages = "".join(page.read_text(encoding="utf-8") for page in (site / "api").glob("*.html"))
    for names in contents().values():
        for name in names:
            assert f'id="{name}"' in pages or re.search(rf'id="promptkit\.[\w.]+\.{name.rpartition(".")[2]}"', pages), (
                name
            )
