"""Every link between README and docs leads to a file and a heading that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


def anchors(page):
    """As GitHub makes them of headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        to = page.parent / target if target else page
        assert to.exists(), "%s links to %s" % (page.name, target)
        if anchor:
            assert anchor in anchors(to), "%s links to %s#%s" % (page.name, target, anchor)


def test_the_readme_leads_to_every_page():
    linked = {target for target, anchor in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {"docs/" + page.name for page in PAGES[1:]} <= linked
