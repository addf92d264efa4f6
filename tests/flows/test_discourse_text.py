"""What Discourse adds to HTML and Markdown; no database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame_mentorship.core.html_to_markdown import html_to_markdown
from wargame_mentorship.core.text import render_markdown
from wargame_mentorship.flows.imports.discourse_text import plain_html, plain_markdown

SITE = "forum.example.org"


def read(cooked: str) -> str:
    return html_to_markdown(plain_html(cooked))


@pytest.mark.parametrize(
    ("cooked", "markdown"),
    [
        (
            '<aside class="quote no-group" data-username="bob" data-post="1" data-topic="2">\n'
            '<div class="title">\n<div class="quote-controls"></div>\n'
            '<img alt="" width="24" src="/u/bob.png" class="avatar"> bob:</div>\n'
            "<blockquote>\n<p>Thin it.</p>\n</blockquote>\n</aside>\n<p>I did.</p>",
            "> bob:\n>\n> Thin it.\n\nI did.",
        ),
        (
            '<aside class="quote" data-username="bo"><blockquote><p>Thin.</p></blockquote></aside>',
            "> bo:\n>\n> Thin.",
        ),
        (
            '<aside class="quote"><blockquote><p>a</p><aside class="quote" data-username="b">'
            "<blockquote><p>b</p></blockquote></aside></blockquote></aside>",
            "> a\n>\n> > b:\n> >\n> > b",
        ),
        (
            '<p><div class="lightbox-wrapper"><a class="lightbox" href="https://x.example/full.jpg"'
            ' title="mini.jpg"><img src="https://x.example/small.jpg" alt="my mini" width="690">'
            '<div class="meta"><svg></svg><span class="filename">mini.jpg</span>'
            '<span class="informations">1920×1080 300 KB</span></div></a></div></p>',
            "[my mini](https://x.example/full.jpg)",
        ),
        (
            '<p>Nice <img src="/e/brush.png?v=12" title=":paintbrush:" class="emoji"'
            ' alt=":paintbrush:"> work, <a class="mention" href="/u/ada">@ada</a>!</p>',
            "Nice :paintbrush: work, @ada!",
        ),
        (
            '<aside class="onebox allowlistedgeneric" data-onebox-src="https://x.example/a">'
            '<header class="source"><a href="https://x.example/a">x.example</a></header>'
            '<article class="onebox-body"><img src="https://x.example/t.png">'
            '<h3><a href="https://x.example/a">How to thin</a></h3><p>Long.</p></article></aside>',
            "[How to thin](https://x.example/a)",
        ),
        (
            '<h2><a name="p-1" class="anchor" href="#p-1"></a>Primer</h2>',
            "## Primer",
        ),
        ("<p>Plain <em>words</em>.</p>", "Plain *words*."),
    ],
)
def test_what_only_discourse_shows_reads_like_it(cooked: str, markdown: str) -> None:
    assert read(cooked) == markdown


@pytest.mark.parametrize(
    "cooked",
    [
        '<aside class="quote"><script>alert(1)</script><blockquote>a</blockquote></aside>',
        '<a class="lightbox" href="javascript:alert(1)"><img alt="x"></a>',
        '<aside class="onebox" data-onebox-src="javascript:alert(1)"></aside>',
        '<img class="emoji" alt="<script>alert(1)</script>">',
        '<a class="mention" href="x" onclick="alert(1)">@<img src=x onerror=alert(1)></a>',
    ],
)
def test_hostile_html_stays_text(cooked: str) -> None:
    html = render_markdown(read(cooked))

    assert not [part for part in ("<script", "<img", 'href="javascript') if part in html]


@pytest.mark.parametrize(
    ("raw", "markdown"),
    [
        ("Thin *it*.\r\nThen wait.", "Thin *it*.\nThen wait."),
        (
            '[quote="bob, post:1, topic:2"]\nThin it.\n\nTwice.\n[/quote]\nI did.',
            "\n> bob:\n>\n> Thin it.\n>\n> Twice.\n\nI did.",
        ),
        ("[quote]\nThin it.\n[/quote]", "\n> Thin it.\n"),
        (
            '[quote="a"]\nx\n[quote="b"]\ny\n[/quote]\n[/quote]',
            "\n> a:\n>\n> x\n>\n> > b:\n> >\n> > y\n>\n",
        ),
        (
            "![mini|690x388](upload://a1B2.jpeg) [rules](/t/rules/5)",
            f"![mini|690x388](https://{SITE}/uploads/short-url/a1B2.jpeg) "
            f"[rules](https://{SITE}/t/rules/5)",
        ),
        ("See <https://x.example/a> and a < b", "See <https://x.example/a> and a < b"),
    ],
)
def test_what_was_typed_is_taken_as_it_is(raw: str, markdown: str) -> None:
    assert plain_markdown(raw, SITE) == markdown


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " \n",
        "<b>bold</b>",
        "a<br>b",
        '[details="More"]\nx\n[/details]',
        "[poll type=regular]\n* a\n[/poll]",
        '[quote="bob"]\nnever closed',
        "closed\n[/quote]",
        '[quote="bob"]on one line[/quote]',
        "[quote]\n" * 9 + "[/quote]\n" * 9,
    ],
)
def test_what_markdown_has_no_word_for_is_left_to_the_rendered_post(raw: str) -> None:
    assert plain_markdown(raw, SITE) == ""


@given(st.text())
def test_nothing_that_was_typed_or_rendered_is_an_error(text: str) -> None:
    plain_markdown(f"[quote]\n{text}\n[/quote]", SITE)
    read(f'<aside class="quote">{text}<blockquote>{text}</blockquote></aside>')
