"""Pages as passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from intents.pages import LONGEST, PageError, read_folder, read_html, read_markdown


def test_markdown_gives_a_passage_a_heading_with_its_source() -> None:
    text = (
        '---\ntitle: "Busking"\nurl: https://t.example/busking\nupdated: 2026-03-11\n---\n# Busking\n\nYou may play.\n'
    )
    found = read_markdown(f"{text}\n## Hours\n\n- From ten in the morning\n- Until eight at night\n", "busking.md")
    assert [passage.heading for passage in found] == ["Hours"]
    assert found[0].text == "From ten in the morning. Until eight at night."
    assert (found[0].source.title, found[0].source.updated) == ("Busking", "2026-03-11")


def test_html_gives_what_is_said_and_not_what_is_around_it() -> None:
    page = (
        '<html><head><title>The pool - Testham</title><link rel="canonical" href="https://t.example/pool">'
        '<meta name="dcterms.modified" content="2026-04-01T09:00"></head><body><nav><p>Home is over here now</p></nav>'
        "<main><h1>The pool</h1><p>The pool is open on <b>Sunday</b>, all day.</p><script>a()</script></main></body>"
    )
    (passage,) = read_html(page, "pool.html")
    assert passage.text == "The pool is open on Sunday, all day."
    source = passage.source
    assert (source.title, source.url, source.updated) == ("The pool", "https://t.example/pool", "2026-04-01")


def test_a_long_page_is_cut_between_sentences() -> None:
    found = read_markdown("# Rules\n\n" + "This is one sentence of exactly eight words. " * 40, "rules.md")
    assert all(len(passage.text.split()) <= LONGEST for passage in found)
    assert all(passage.text.endswith("words.") for passage in found)


@pytest.mark.parametrize("text", ["", "<", "---\n", "<p>" * 500, "\x00", "# \n\n- \n"])
def test_no_page_is_too_broken_to_be_read(text: str) -> None:
    assert read_html(text, "a") == ()
    assert read_markdown(text, "a") == () or text.startswith("<p>")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="expected a folder"):
        read_folder(tmp_path)
    (tmp_path / "latin.html").write_bytes(b"\xe9\xe8")
    with pytest.raises(PageError, match=r"latin\.html"):
        read_folder(tmp_path)
