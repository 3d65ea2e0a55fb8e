"""`llms.txt` and `llms-full.txt` at the root of the site: its pages for a reader that is a language model.

The form is that of llmstxt.org: a title, a sentence, and by section a link to each page with its first sentence. The
full file has the text of all pages but those of the API.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PROSE = re.compile(r"(?![0-9:])[\w`\"(\[]|\*\*")  # how prose begins: not as a heading, list, table or directive
NAVIGATION: dict[str, Navigation] = {}


def on_nav(nav: Navigation, config: MkDocsConfig, **_: object) -> Navigation:
    """Keeps the navigation for the end of the build."""
    NAVIGATION[config.site_dir] = nav
    return nav


def on_post_build(config: MkDocsConfig) -> None:
    """Writes both files."""
    nav = NAVIGATION.pop(config.site_dir)
    site = Path(config.site_dir)
    (site / "llms.txt").write_text(overview(nav, config.site_name, config.site_description or ""), encoding="utf-8")
    (site / "llms-full.txt").write_text(whole(nav), encoding="utf-8")


def overview(nav: Navigation, name: str, description: str) -> str:
    """The text of `llms.txt`."""
    lines = [f"# {name}", "", f"> {description}"]
    loose = [item for item in nav.items if isinstance(item, Page)]
    sections = [item for item in nav.items if isinstance(item, Section)]
    for title, pages in [("Start", loose), *((section.title, pages_below(section)) for section in sections)]:
        lines += ["", f"## {title}", "", *map(entry, pages)]
    return "\n".join(lines) + "\n"


def pages_below(section: Section) -> list[Page]:
    """The pages of a section and of those in it, in order."""
    found: list[Page] = []
    for item in section.children:
        found += pages_below(item) if isinstance(item, Section) else [item] if isinstance(item, Page) else []
    return found


def entry(page: Page) -> str:
    """The line of a page: its title, its address, and its first sentence."""
    said = first_sentence(page.markdown or "")
    return f"- [{page.title}]({page.url})" + (f": {said}" if said else "")


def first_sentence(markdown: str) -> str:
    """The first sentence of the prose of a page, in one line; nothing where it has none."""
    paragraphs = re.split(r"\n\s*\n", BLOCK.sub("", COMMENT.sub("", markdown)))
    prose = next((text for text in paragraphs if PROSE.match(text.strip())), "")
    line = " ".join(re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", prose).split())
    return re.split(r"(?<=[.?!]) (?=[A-Z\"`])", line)[0].removesuffix(":")


def whole(nav: Navigation) -> str:
    """The text of `llms-full.txt`."""
    pages = [page for page in nav.pages if "\n::: " not in (page.markdown or "")]
    return (
        "\n\n".join(f"<!-- {page.url} -->\n\n{COMMENT.sub('', page.markdown or '').strip()}" for page in pages) + "\n"
    )
