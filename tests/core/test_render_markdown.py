"""What people write is kept, checked, rendered and never run."""

import gc
import time
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.utils.functional import Promise
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.core.payloads import load_payloads
from wargame_mentorship.core.text import (
    MAX_LENGTH,
    MAX_MENTIONS,
    TextError,
    check_mentions,
    clean_line,
    clean_text,
    find_mentions,
    plain_text,
    render_markdown,
    sanitise,
)

# Written out rather than imported, so that widening the allowlist is noticed here.
TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}}
REL = ' rel="nofollow ugc noopener"'


class Auditor(HTMLParser):
    """Collect whatever in a piece of HTML rendered Markdown may not contain."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        if self.rawdata:
            self.faults.append(f"unfinished markup {self.rawdata!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"element {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, ()):
                self.faults.append(f"attribute {tag} {name}")
            if name == "href" and not self.is_web_or_mail_address(value or ""):
                self.faults.append(f"address {value}")
            if name == "start" and not (value or "").isdecimal():
                self.faults.append(f"start {value}")
        if tag == "a" and dict(attrs).get("rel") != "nofollow ugc noopener":
            self.faults.append("link that vouches for its target")

    @staticmethod
    def is_web_or_mail_address(url: str) -> bool:
        # Browsers drop blanks and control characters before they look for the scheme.
        seen = "".join(c for c in url if not c.isspace() and unicodedata.category(c)[0] != "C")
        return seen == url and url.lower().startswith(("http://", "https://", "mailto:"))

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


# Hostile texts


@pytest.mark.parametrize("payload", load_payloads())
def test_nothing_hostile_survives(payload: str) -> None:
    html = render_markdown(payload)
    assert Auditor(html).faults == []
    assert sanitise(html) == html


@pytest.mark.parametrize("payload", load_payloads())
def test_the_sanitiser_holds_alone(payload: str) -> None:
    # Were raw HTML let through by the renderer one day, this is the gate behind it.
    html = sanitise(MarkdownIt("js-default", {"html": True}).render(payload))
    assert Auditor(html).faults == []


def test_the_auditor_notices_an_open_gate() -> None:
    careless = MarkdownIt("js-default", {"html": True})
    caught = [payload for payload in load_payloads() if Auditor(careless.render(payload)).faults]
    assert len(caught) >= 200


def test_there_are_enough_different_payloads() -> None:
    payloads = load_payloads()
    assert len(payloads) == len(set(payloads)) >= 400


def test_plain_text_of_hostile_texts_is_on_one_line() -> None:
    for payload in load_payloads():
        assert "\n" not in plain_text(payload)


pieces = st.one_of(
    st.sampled_from(
        [
            "*",
            "**",
            "_",
            "`",
            "```",
            "~~",
            "#",
            ">",
            "-",
            "1.",
            "[",
            "]",
            "(",
            ")",
            "![",
            "](",
            "<",
            ">",
            "&",
            "|",
            "\\",
            ":",
            '"',
            "'",
            "@",
            "http://",
            "https://a.example/",
            "javascript:",
            "<script>",
            "</a>",
            "<img",
            "onerror=x>",
            "&lt;",
            "&#x6A;",
            "[a]:",
            "=-=",
            "---",
            "|-|-|",
            "",
        ]
    ),
    st.sampled_from([" ", "\n", "\n\n", "    ", "\t", "\r", "  \n"]),
    st.text(max_size=5),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=40).map("".join))
def test_rendering_is_clean_and_stable(text: str) -> None:
    html = render_markdown(text)
    assert Auditor(html).faults == []
    assert sanitise(html) == html
    plain_text(text)
    find_mentions(text)


# Markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>"),
        ("# a", "<h3>a</h3>"),
        ("## a", "<h4>a</h4>"),
        ("a\n---", "<h4>a</h4>"),
        ("###### a", "<h6>a</h6>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("<b>a</b> & <!-- b -->", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;!-- b --&gt;</p>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("```python\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("[a](https://b.example 'c')", f'<p><a href="https://b.example" title="c"{REL}>a</a></p>'),
        ("<a@b.example>", f'<p><a href="mailto:a@b.example"{REL}>a@b.example</a></p>'),
        ("[a](/b) [c](ftp://d)", "<p>[a](/b) [c](ftp://d)</p>"),
        ("", ""),
    ],
)
def test_markdown_is_rendered(text: str, html: str) -> None:
    assert render_markdown(text).strip() == html


def test_table_is_rendered_without_inline_styles() -> None:
    html = render_markdown("|a|b|\n|:-|-:|\n|1|2|")
    assert "<th>a</th>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![a *b*](https://c.example/d.png)", ("https://c.example/d.png", "a b")),
        ("![](https://c.example/d.png)", ("https://c.example/d.png", "https://c.example/d.png")),
        ("[![a](https://c.example/d.png)](https://e.example)", ("https://e.example", "a")),
    ],
)
def test_images_become_links(text: str, html: tuple[str, str]) -> None:
    href, words = html
    assert render_markdown(text).strip() == f'<p><a href="{href}"{REL}>{words}</a></p>'


@pytest.mark.parametrize(
    ("text", "url", "rest"),
    [
        ("https://a.example/b_c_d.", "https://a.example/b_c_d", "."),
        ("https://a.example/b_(c)!", "https://a.example/b_(c)", "!"),
        ("https://a.example/b)", "https://a.example/b", ")"),
        ("HTTPS://a.example/?b=1&c=2", "HTTPS://a.example/?b=1&amp;c=2", ""),
        ("https://bücher.example", "https://bücher.example", ""),
    ],
)
def test_bare_addresses_become_links_as_typed(text: str, url: str, rest: str) -> None:
    assert f">{url}</a>{rest}</p>" in render_markdown(text)


@pytest.mark.parametrize("text", ["ahttps://b", "`https://b`", "https://", "README.md", "a@b.org"])
def test_other_text_becomes_no_link(text: str) -> None:
    assert "<a" not in render_markdown(text)


def test_link_within_a_link_is_text() -> None:
    html = render_markdown("[a <https://b.example> https://c.example](https://d.example)")
    assert html.count("<a ") == 1
    assert ">a https://b.example https://c.example</a>" in html


# Absurd texts


def filled(pattern: str) -> str:
    return (pattern * (MAX_LENGTH // len(pattern) + 1))[:MAX_LENGTH]


ABSURD = {
    **{
        f"many {pattern!r}": filled(pattern)
        for pattern in [
            "[",
            "]",
            "(",
            "!",
            "*",
            "_",
            "`",
            "~",
            "~~",
            "<",
            "&",
            "|",
            "\\",
            ">",
            ">",
            "-",
            "#",
            "@",
            '"',
            "'",
            "![",
            "[[",
            "[]",
            "](",
            "![[[[",
            "*[",
            "_[",
            "`[",
            "[a](",
            "[a][",
            "[a]",
            "*a_",
            "a**",
            "**a``",
            "&#",
            "http://",
            "http://a(",
            "http://a)",
            "<http:",
            "<a@b.c",
            "-",
            "a|b|",
            "a|",
            "|-",
            "```",
        ]
    },
    **{
        f"many {pattern!r}": filled(pattern)
        for pattern in (
            "a\n",
            "|a\n",
            "|-|\n",
            "> ",
            "- ",
            "1. ",
            "> - ",
            "* - + ",
            "\n",
            "*a **a ",
        )
    },
    "half open, half closed": "[" * 5_000 + "]" * 5_000,
    "nested images": ("![a" * 900 + "](http://b)" * 650)[:MAX_LENGTH],
    "backticks in runs": " ".join("`" * n for n in range(1, 140)),
    "nested lists": "\n".join("  " * (n % 10) + "- a" for n in range(700))[:MAX_LENGTH],
    "deeply nested lists": "\n".join("  " * n + "- a" for n in range(96)),
    "quotation with lazy lines": (">" * 18 + " a\n" + "a\n" * 5_000)[:MAX_LENGTH],
    "quotations": (("> " * 17 + "a\n") * 300)[:MAX_LENGTH],
    "one definition, many references": "[a]: http://" + "x" * 5_000 + "\n\n" + "[a]" * 1_600,
    "many definitions": "".join(f"[a{n}]: http://x\n" for n in range(550)),
    "wide table": "|a" * 1_500 + "|\n" + "|-" * 1_500 + "|\n" + "|\n" * 1_900,
    "long table": "|a" * 18 + "|\n" + "|-" * 18 + "|\n" + "|\n" * 4_900,
    "many tables": ("|a" * 18 + "|\n" + "|-" * 18 + "|\n" + "|\n" * 80 + "\n") * 42,
    "setext": "a\n" * 4_990 + "===\n",
    "unclosed titles": ('[a](http://b "' * 800)[:MAX_LENGTH],
}


ORDINARY = filled("Thin it *twice*, with **care**, and see [this](http://a.b), @ada.\n\n")
"""As long as the absurd ones."""


def effort(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor; without the collector, which walks what other tests have left."""
    gc.disable()
    try:
        start = time.process_time()
        function(text)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)
def test_absurd_text_costs_no_more_than_a_few_ordinary_ones(text: str) -> None:
    """However slow the machine is; what is not linear costs hundreds of them."""
    for function in (render_markdown, plain_text, find_mentions):
        assert effort(function, text) < 50 * min(effort(function, ORDINARY) for _ in range(3))


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)
def test_absurd_text_stays_small(text: str) -> None:
    assert len(render_markdown(text)) <= 20 * MAX_LENGTH


@pytest.mark.parametrize(
    "text", ["> " * 30 + "brass", "- " * 15 + "brass", "*a " * 40 + "brass" + " a*" * 40]
)
def test_deeply_nested_text_is_shown_as_typed(text: str) -> None:
    html = render_markdown(text)
    assert "brass" in html
    assert "<blockquote>" not in html
    assert "brass" in plain_text(text)


def test_nesting_that_people_use_is_kept() -> None:
    html = render_markdown("\n".join("  " * n + "- a" for n in range(8)))
    assert html.count("<ul>") == 8


def test_rows_beyond_the_budget_of_tables_are_still_shown() -> None:
    html = render_markdown("|a|b|\n|-|-|\n" + "|1|2|\n" * 1_200 + "|last|row|")
    assert html.count("<tr>") <= 1_001
    assert "|last|row|" in html


def test_overlong_text_is_shown_as_typed() -> None:
    assert "**a**" in render_markdown("**a** " * 2_000)


# Checks


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\0b", "nul_character"),
        ("a\ud800b", "surrogate"),
        ("a\x1bb", "control_character"),
        ("a\x0bb", "control_character"),
        ("a" * (MAX_LENGTH + 1), "too_long"),
        ("a\u0301\u0316" * MAX_LENGTH, "too_long"),
        # U+0958 is two characters in NFC.
        ("\u0958" * MAX_LENGTH, "too_long"),
    ],
)
def test_bad_text_is_refused_with_a_stable_code(value: str, code: str) -> None:
    with pytest.raises(TextError) as caught:
        clean_text(value)
    assert caught.value.code == code
    assert isinstance(caught.value.message, Promise)
    assert "%" not in str(caught.value)


def test_error_names_the_limit() -> None:
    with pytest.raises(TextError, match="at most 3 characters"):
        clean_text("four", max_length=3)


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("a\r\nb\rc\n", "a\nb\nc"),
        ("    code\n\tmore  \n\n", "    code\n\tmore"),
        ("e\u0301", "\u00e9"),
        ("a" * MAX_LENGTH + "\n", "a" * MAX_LENGTH),
        ("e\u0301" * MAX_LENGTH, "\u00e9" * MAX_LENGTH),
        ("👩\u200d🎨 \u0627\u0644", "👩\u200d🎨 \u0627\u0644"),
        (" \n ", ""),
    ],
)
def test_text_is_kept_as_written(value: str, cleaned: str) -> None:
    assert clean_text(value) == cleaned
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  Wet \t blending\n reds ", "Wet blending reds"),
        ("a\u202egpj.exe\u202c", "agpj.exe"),
        ("\u2066a\u2069", "a"),
        ("a\u2028b", "a b"),
    ],
)
def test_line_is_made_one_line(value: str, cleaned: str) -> None:
    assert clean_line(value, max_length=100) == cleaned


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "blank"),
        (" \n\t", "blank"),
        ("\u200b\u202e\ufeff", "blank"),
        ("a\0", "nul_character"),
        ("\udfff", "surrogate"),
        ("a\x07", "control_character"),
        ("a" * 101, "too_long"),
    ],
)
def test_bad_line_is_refused(value: str, code: str) -> None:
    with pytest.raises(TextError) as caught:
        clean_line(value, max_length=100)
    assert caught.value.code == code


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_cleaning_is_stable(value: str) -> None:
    try:
        cleaned = clean_text(value)
    except TextError:
        return
    assert clean_text(cleaned) == cleaned
    cleaned.encode()


# Mentions and plain text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ann and @bob.smith, @ann!", ("ann", "bob.smith")),
        (
            "**@ann** (@bob) > @cy\n\n- @dee\n\n|@eve|\n|-|\n|@flo|",
            ("ann", "bob", "cy", "dee", "eve", "flo"),
        ),
        ("@snake_case_name", ("snake_case_name",)),
        ("mail ann@example.org or <bob@example.org>", ()),
        ("`@ann` https://a.example/@bob [@cy](https://b.example)", ()),
        ("```\n@ann\n```\n\n    @bob", ()),
        ("@ @. @@ann", ()),
        ("@Zoë", ("Zoë",)),
    ],
)
def test_mentions_are_found(text: str, names: tuple[str, ...]) -> None:
    assert find_mentions(text) == names


def test_too_many_mentions_are_refused() -> None:
    few = " ".join(f"@user{n}" for n in range(MAX_MENTIONS))
    assert len(check_mentions(f"{few} @user0")) == MAX_MENTIONS
    with pytest.raises(TextError) as caught:
        check_mentions(f"{few} @another")
    assert caught.value.code == "too_many_mentions"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# a\n\nb *c*\nd  \ne", "a b c d e"),
        ("- a\n- `b`\n\n```\nc\n d\n```", "a b c d"),
        ("[a](https://b.example) ![c](https://d.example/e.png)", "a c"),
        ("a &amp; <b>", "a & <b>"),
        ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
    ],
)
def test_plain_text_has_no_markup(text: str, words: str) -> None:
    assert plain_text(text) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (100, "thin your paints"),
        (16, "thin your paints"),
        (15, "thin your…"),
        (10, "thin your…"),
        (9, "thin…"),
    ]
    + [(3, "th…"), (1, "…"), (0, "")],
)
def test_plain_text_is_cut_between_words(length: int, words: str) -> None:
    assert plain_text("thin *your* paints", length=length) == words
