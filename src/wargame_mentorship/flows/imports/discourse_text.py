"""What Discourse adds to HTML and Markdown, put into plain ones; pure."""

from __future__ import annotations

import re
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag
from bs4.exceptions import ParserRejectedMarkup

_OWN: Final = re.compile(r"""<aside|class=["'][^"']*(?:lightbox|emoji|mention|hashtag|anchor)""")
"""What makes a post worth parsing."""

_TAG: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_BBCODE: Final = re.compile(r"\[/?(?:details|poll|spoiler|wrap|date|grid|event|chat)\b[^\]\n]*\]")
_QUOTE: Final = re.compile(r'^\[quote(?:="?(?P<who>[^",\]\n]{0,60})[^\]\n]*)?\][ \t]*$', re.M)
_END_OF_QUOTE: Final = re.compile(r"^\[/quote\][ \t]*$", re.M)
_UPLOAD: Final = re.compile(r"upload://([A-Za-z0-9]+(?:\.[A-Za-z0-9]+)?)")
_BY_PATH: Final = re.compile(r"(\]\()/(?!/)")


def plain_html(cooked: str) -> str:
    """A post as Discourse renders it, without what only Discourse's own pages make sense of.

    Quotations name who is quoted, previews of links become links, pictures lead to the whole
    picture, and emoji and mentions are what was typed.
    """
    if not _OWN.search(cooked):
        return cooked
    try:
        soup = BeautifulSoup(f"<body>{cooked}", "html.parser")
    except ParserRejectedMarkup:
        return cooked  # for `html_to_markdown`, which knows what to do with it
    for image in soup.select("img.emoji"):
        image.replace_with(str(image.get("alt") or image.get("title") or ""))
    for image in soup.select("img.avatar"):
        image.decompose()
    for link in soup.select("a.mention, a.mention-group, span.mention"):
        link.replace_with(link.get_text())
    for link in soup.select("a.anchor"):
        if not link.get_text().strip():
            link.decompose()
    for aside in soup.select("aside.onebox"):
        _shorten_preview(soup, aside)
    for link in soup.select("a.lightbox"):
        _keep_whole_picture(link)
    for aside in soup.select("aside.quote"):
        _name_quoted(soup, aside)
    return str(soup.body.decode_contents()) if soup.body else str(soup)


def _shorten_preview(soup: BeautifulSoup, aside: Tag) -> None:
    link = aside.select_one("header a[href], h3 a[href], h4 a[href], a[href]")
    address = str(aside.get("data-onebox-src") or (link.get("href") if link else "") or "")
    if not address:
        return
    heading = aside.select_one("h3, h4")
    paragraph = soup.new_tag("p")
    anchor = soup.new_tag("a", href=address)
    anchor.string = (heading.get_text(" ", strip=True) if heading else "") or address
    paragraph.append(anchor)
    aside.replace_with(paragraph)


def _keep_whole_picture(link: Tag) -> None:
    image = link.find("img")
    alt = str(image.get("alt") or "") if isinstance(image, Tag) else ""
    words = alt or str(link.get("title") or "") or str(link.get("href") or "")
    link.string = words


def _name_quoted(soup: BeautifulSoup, aside: Tag) -> None:
    quotation = aside.find("blockquote", recursive=False)
    if not isinstance(quotation, Tag):
        return
    title = aside.find(class_="title", recursive=False)
    words = title.get_text(" ", strip=True) if isinstance(title, Tag) else ""
    words = words or (f"{aside['data-username']}:" if aside.get("data-username") else "")
    if words:
        paragraph = soup.new_tag("p")
        paragraph.string = words
        quotation.insert(0, paragraph)
    aside.replace_with(quotation)


def plain_markdown(raw: str, site: str) -> str:
    """A post as it was typed, in Markdown that is read everywhere; "" if that cannot be had.

    It cannot where the post has HTML, or blocks that only Discourse knows.
    """
    if not raw.strip() or _TAG.search(raw) or _BBCODE.search(raw):
        return ""
    text = _quote_by_lines(raw.replace("\r\n", "\n").replace("\r", "\n"))
    if text is None or "[quote" in text or "[/quote]" in text:
        return ""
    text = _UPLOAD.sub(rf"https://{site}/uploads/short-url/\1", text)
    return _BY_PATH.sub(rf"\1https://{site}/", text)


def _quote_by_lines(text: str) -> str | None:
    """Turn `[quote]` blocks into lines with `>`; None if they are not nested properly."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        if (opened := _QUOTE.match(line)) is not None:
            lines.append("> " * depth)
            depth += 1
            if depth > 5:
                return None
            if who := (opened["who"] or "").strip():
                lines += [f"{'> ' * depth}{who}:", "> " * depth]
        elif _END_OF_QUOTE.match(line):
            depth -= 1
            if depth < 0:
                return None
            lines.append("> " * depth)
        else:
            lines.append(f"{'> ' * depth}{line}")
    return "\n".join(line.rstrip() for line in lines) if depth == 0 else None
