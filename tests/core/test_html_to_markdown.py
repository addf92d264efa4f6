"""Posts of other sites read the same after their way through Markdown."""

import html as html_module
import unicodedata

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.payloads import load_payloads
from wargame_mentorship.core.html_to_markdown import MAX_DEPTH, html_to_markdown
from wargame_mentorship.core.text import MAX_LENGTH, render_markdown

BLOCKS = {
    "section",
    "dt",
    "dd",
    "p",
    "br",
    "div",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "hr",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
}


def visible_text(html: str) -> str:
    """Return what a reader sees, with single blanks: an image counts as its alternative text."""
    soup = BeautifulSoup(f"<body>{html}", "html.parser")
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt") or image["src"]))

    def read(element: Tag) -> str:
        words = "".join(
            read(child) if isinstance(child, Tag) else str(child)
            for child in element.contents
            if isinstance(child, Tag) or type(child) is NavigableString
        )
        return f" {words} " if element.name in BLOCKS else words

    # Raised and lowered figures are characters of their own in Markdown.
    text = unicodedata.normalize("NFKC", read(soup)).replace("\u2212", "-")
    return " ".join(text.split())


def assert_reads_the_same(html: str) -> None:
    markdown = html_to_markdown(html)
    assert visible_text(render_markdown(markdown)) == visible_text(html), markdown


# Elements


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("a", "a"),
        ("<p>a</p>\n\n<p>b\nc</p>", "a\n\nb c"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<p>a<br></p><p>b</p>", "a\n\nb"),
        ("<em>a</em> <i>b</i> <strong>c</strong> <b>d</b>", "*a* *b* **c** **d**"),
        ("<del>a</del> <s>b</s> <strike>c</strike>", "~~a~~ ~~b~~ ~~c~~"),
        ("<b> a </b>b", "**a** b"),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("<b></b>a<i> </i>b", "a b"),
        ("<code>a</code> <kbd>b</kbd>", "`a` `b`"),
        ("<code>a</code><code>b</code>", "`ab`"),
        ("<code>a`b</code>", "`` a`b ``"),
        ("<code>&lt;b&gt; * _</code>", "`<b> * _`"),
        ("<pre><code>a\n  b\n</code></pre>", "```\na\n  b\n```"),
        ("<pre>``` a</pre>", "````\n``` a\n````"),
        ("<h1>a</h1><h6>b</h6>", "# a\n\n###### b"),
        ("<h2>a<br>b</h2>", "## a b"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "* a\n  + b\n* c"),
        ("<ol start='3'><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "* a\n\n  b"),
        ("<ul><li>a<ol start=2><li>b</li></ol>c</li></ul>", "* a\n\n  2. b\n\n  c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "* a\n  + b"),
        ("<ul><li>a<li>b</ul>", "* a\n* b"),
        ("x<sup>2</sup> H<sub>2</sub>O 1<sup>st</sup>", "x² H₂O 1st"),
        ("<span>a</span><xyz>b</xyz><u>c</u>", "abc"),
        ("a<div>b</div><section>c</section>", "a\n\nb\n\nc"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n\nb"),
        ("a<!-- b --><script>c</script><style>d</style>e", "ae"),
    ],
)
def test_elements_become_markdown(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown
    if "script" not in html:
        assert_reads_the_same(html)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            '<a href="https://a.example/b" title="c">d <b>e</b></a>',
            "[d **e**](https://a.example/b)",
        ),
        ('<a href="https://a.example/">https://a.example/</a>', "<https://a.example/>"),
        ('<a href="//a.example/b">c</a>', "[c](https://a.example/b)"),
        ('<a href="https://a.example/b_(c)">d</a>', "[d](<https://a.example/b_(c)>)"),
        ('<a href="https://a.example/b c">d</a>', "[d](https://a.example/b%20c)"),
        (
            '<a href="https://a.example/?b&amp;copy;=c">d</a>',
            "[d](https://a.example/?b&amp;copy;=c)",
        ),
        ('<a href="mailto:a@b.example">c</a>', "[c](mailto:a@b.example)"),
        ('<a href="/questions/1">a</a> <a name="b">c</a>', "a c"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href="https://a.example/"></a>b', "b"),
        ('<a href="https://a.example/"><p>b</p><p>c</p></a>', "[b c](https://a.example/)"),
        ("https://a.example/b_c_d.", "<https://a.example/b_c_d>."),
        ('<img src="https://a.example/b.png" alt="c *d*">', r"[c \*d\*](https://a.example/b.png)"),
        ('<img src="//a.example/b.png">', "[//a.example/b.png](https://a.example/b.png)"),
        ('<img src="data:image/png;base64,x" alt="a">', "a"),
        (
            '<a href="https://a.example/"><img src="https://b.example/c.png" alt="d"></a>',
            "[d](https://a.example/)",
        ),
        ('Wow!<a href="https://a.example/">b</a>', r"Wow\![b](https://a.example/)"),
    ],
)
def test_links_and_images_become_links(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown
    assert_reads_the_same(html)


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d|e</td></tr></table>",
        "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td><code>b|c</code></td></tr></tbody>"
        "<tfoot><tr><td>d</td></tr></tfoot></table>",
        "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
        "<table><caption>a</caption><tr><td colspan=2>b</td></tr>"
        "<tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td><p>a</p><ul><li>b</li></ul><pre>c\nd</pre></td></tr></table>",
    ],
)
def test_tables_stay_tables(html: str) -> None:
    rendered = render_markdown(html_to_markdown(html))
    assert rendered.count("<tr>") >= html.count("<tr>")
    assert_reads_the_same(html)


# Text that looks like Markdown


@pytest.mark.parametrize(
    "text",
    [
        "*a* **b** _c_ __d__ ~~e~~ `f` ``g``",
        "2 * 3 * 4 snake_case_name",
        "# a",
        "## a ## #",
        "1. a",
        "2) a",
        "10. 11. a",
        "- a",
        "+ a",
        "* a",
        "---",
        "***",
        "===",
        "> a",
        "< b > <c> </c> <!-- d -->",
        "&amp; &lt; &copy; &#65;",
        "[a](https://b.example) ![c](https://d.example) [e]: f [g] [^1]",
        "```",
        "~~~",
        "| a | b |",
        "|-|-|",
        "\\ \\* \\\\",
        "    a",
        "!",
        "https:// http://_ xhttps://a.example https://a.example/*b*_c_",
        "<https://a.example/b>",
        "C:\\paints\\*.txt",
    ],
)
@pytest.mark.parametrize(
    "frame",
    ["{}", "<p>{}</p>", "<p>a<br>{}</p>", "<ul><li>{}</li></ul>", "<h2>{}</h2>", "<b>{}</b>"]
    + ["<blockquote>{}</blockquote>", "<pre><code>{}</code></pre>", "a <code>{}</code> b"]
    + ["<table><tr><td>{}</td></tr></table>", "<a href='https://a.example'>{}</a>", "a<i>{}</i>b"],
)
def test_literal_markdown_comes_out_as_typed(frame: str, text: str) -> None:
    assert_reads_the_same(frame.format(html_module.escape(text)))


@pytest.mark.parametrize(
    "html",
    [
        "a<b>(b)</b>c",
        "a<b>b!</b>c",
        "<b>a</b><i>b</i>",
        "<i>a<b>b</b></i>c",
        "a<b>b<i>c</i></b>",
        "<b><b>a</b></b>",
        "<b><code>a</code></b>b",
        "<b>a<br><br>b</b>",
        "<b><p>a</p></b>",
        "a<b>&nbsp;b&nbsp;</b>c",
        "<span>1</span>. a",
        "1<b></b>. a",
        "<b>*</b>a<b>*</b>",
    ],
)
def test_emphasis_leaves_no_asterisks_behind(html: str) -> None:
    assert_reads_the_same(html)


# Hostile and absurd input


@pytest.mark.parametrize("depth", [MAX_DEPTH - 2, MAX_DEPTH, 3_000])
def test_deep_html_keeps_its_text(depth: int) -> None:
    assert "brass" in html_to_markdown("<div>" * depth + "brass" + "</div>" * depth)
    assert "brass" in html_to_markdown("<ul><li>" * depth + "brass")


def test_hostile_html_does_not_fail() -> None:
    for payload in load_payloads():
        render_markdown(html_to_markdown(payload))


def test_long_posts_are_not_cut() -> None:
    assert len(html_to_markdown("<p>brass</p>" * MAX_LENGTH)) > MAX_LENGTH


words = st.lists(
    st.sampled_from(
        [
            "a",
            "b c",
            " ",
            "1",
            "1.",
            "2)",
            "-",
            "+",
            "*",
            "**",
            "_",
            "#",
            "## ",
            "`",
            "``",
            "~~",
            "!",
            "[",
            "]",
            "(",
            ")",
            "<",
            ">",
            "&",
            "&amp;",
            ":-",
            "\\",
            "=",
            "---",
            ".",
            ",",
            "\n",
            "\xa0",
            "é",
            "https://x.org/a_b",
            "https://",
            "@n",
            "<b>",
            "'",
            '"',
            "    x",
            "^",
            "{",
            "0",
        ]
        + ["|", "|-|"]
    ),
    min_size=1,
    max_size=5,
).map(lambda parts: html_module.escape("".join(parts), quote=False))


def element(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"<{name}>{{}}</{name}>" for name in names])


inline = st.recursive(
    words,
    lambda inner: st.one_of(
        st.builds(str.format, element("b", "i", "em", "s", "code", "kbd", "span", "sup"), inner),
        st.builds('<a href="https://x.org/a_(b)?c&amp;copy;=d">{}</a>'.format, inner),
        st.sampled_from(["<br>", '<img src="https://x.org/i" alt="an *alt*">']),
        st.lists(inner, min_size=2, max_size=4).map("".join),
    ),
    max_leaves=6,
)
blocks = st.recursive(
    st.builds("<p>{}</p>".format, inline),
    lambda inner: st.one_of(
        st.builds(str.format, element("p", "h2", "pre"), inline),
        st.builds(
            str.format, element("blockquote", "div"), st.builds("{}{}".format, inline, inner)
        ),
        st.builds("<ul><li>{}</li><li>{}{}</li></ul>".format, inner, inline, inner),
        st.builds('<ol start="3"><li>{}{}</li><li>{}</li></ol>'.format, inner, inline, inner),
        st.builds("<table><tr><td>{}</td></tr><tr><td>{}<td>{}</tr></table>".format, *[inline] * 3),
        st.builds("{}<hr>{}".format, inner, inner),
    ),
    max_leaves=4,
)


# The same examples each time: HTML nests in so many ways that a new one should not stop a release.
@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.one_of(inline, blocks))
def test_any_html_reads_the_same(html: str) -> None:
    assert_reads_the_same(html)
