"""Posts as texts of ours; no database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.dump_files import SITE
from wargame_mentorship.core.text import MAX_LENGTH, clean_line, clean_text, render_markdown
from wargame_mentorship.flows.imports.posts import PastOpening, PastReply, Source
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.flows.imports.stackexchange import MOST_HTML
from wargame_mentorship.flows.imports.texts import Empty, Text, cut, text_of

NOTE = "…(note)"


def ask(html: str, title: str = "Title", *, language: str = "en") -> Text:
    # Only `source.language` matters to a text; a place needs a database.
    source = Source(name=SITE, room=ROOMS["help"], place=None, language=language)
    post = PastOpening(
        key="1",
        html=html,
        title=title,
        created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        source_url=f"https://{SITE}/q/1",
    )
    return text_of(post, source)


def test_short_text_stays_as_it_is() -> None:
    assert cut("x" * 100, note=NOTE, limit=100) == ("x" * 100, False)


def test_long_text_ends_with_a_paragraph_and_the_note() -> None:
    text = "\n\n".join(["word " * 10] * 10)

    shortened, was_cut = cut(text, note=NOTE, limit=300)

    assert was_cut
    assert len(shortened) <= 300
    paragraphs = shortened.split("\n\n")
    assert paragraphs[-1] == NOTE
    assert {one.strip() for one in paragraphs[:-1]} == {("word " * 10).strip()}


@pytest.mark.parametrize(
    ("opening", "margin"), [("```", ""), ("````python", ""), ("* ```", "  "), ("> ~~~", "> ")]
)
def test_cut_through_code_closes_it(opening: str, margin: str) -> None:
    text = f"Before\n\n{opening}\n" + f"{margin}line of code\n" * 100

    shortened, _ = cut(text, note=NOTE, limit=300)

    assert len(shortened) <= 300
    html = render_markdown(shortened)
    assert html.count("<pre>") == 1
    assert f"<p>{NOTE}</p>" in html.rsplit("</pre>", 1)[1]


@given(st.text(min_size=50, max_size=400), st.integers(100, 200))
def test_cut_never_exceeds_the_limit(text: str, limit: int) -> None:
    shortened, was_cut = cut(text, note=NOTE, limit=limit)

    assert len(shortened) <= limit
    assert was_cut is (len(text) > limit)


def test_long_body_links_to_the_rest() -> None:
    text = ask("".join(f"<p>Paragraph {number} {'word ' * 30}</p>" for number in range(100)))

    assert text.was_cut
    assert len(text.markdown) <= MAX_LENGTH
    assert text.markdown.endswith(f"…([continues at the source](https://{SITE}/q/1))")
    assert f'href="https://{SITE}/q/1"' in text.html


@pytest.mark.parametrize("html", ["x" * 250_000, "<b>" * 50_000, "<pre>" + "a\n\n" * 60_000])
def test_monstrous_body_is_cut_too(html: str) -> None:
    text = ask(html[:MOST_HTML])

    assert 0 < len(text.markdown) <= MAX_LENGTH


def test_links_by_path_lead_back_to_the_site() -> None:
    text = ask(
        '<p><a href="/questions/tagged/moka">moka</a> <a href="//b.org/x">b</a>'
        '<img src="/i.png" alt="i"> <code>href="/path"</code></p>'
    )

    assert text.markdown == (
        f"[moka](https://{SITE}/questions/tagged/moka) [b](https://b.org/x)"
        f'[i](https://{SITE}/i.png) `href="/path"`'
    )


def test_long_title_is_cut_at_a_word() -> None:
    text = ask("<p>x</p>", "wonderful " * 30)

    assert text.was_cut
    assert len(text.title) <= 200
    assert text.title.endswith("wonderful…")


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "\u202e"])
def test_missing_title_is_made_of_the_first_words(title: str) -> None:
    text = ask(f"<p>Why is <em>my</em> white chalky? {'More of it. ' * 20}</p>", title)

    assert text.title.startswith("Why is my white chalky? More of it.")
    assert len(text.title) <= 80
    assert text.title.endswith("…")


def test_missing_text_is_the_title() -> None:
    text = ask("", "All *in* <b>it</b>?")

    assert text.title == "All *in* <b>it</b>?"
    assert text.html == "<p>All *in* &lt;b&gt;it&lt;/b&gt;?</p>\n"


@pytest.mark.parametrize("html", ["", " ", "<p>&nbsp;</p>", "<p></p><script>1</script>"])
def test_post_without_words_is_empty(html: str) -> None:
    with pytest.raises(Empty):
        ask(html, "")


def test_many_mentions_are_history_and_no_reason_to_refuse() -> None:
    text = ask(" ".join(f"@person{number}" for number in range(50)))

    assert "@person49" in text.markdown


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_becomes_one_that_we_would_take(body: str, title: str) -> None:
    try:
        text = ask(body, title)
    except Empty:
        return
    assert clean_text(text.markdown) == text.markdown
    assert clean_line(text.title, max_length=200) == text.title


def test_answer_has_no_title() -> None:
    post = PastReply(
        key="2", html="<p>a</p>", parent_key="1", created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )

    text = text_of(post, Source(name=SITE, room=ROOMS["help"], place=None))

    assert text == Text(markdown="a", html="<p>a</p>\n", title="", was_cut=False)
