"""Turn HTML posts of other sites into Markdown, for importers.

markdownify does the conversion; this module prepares its input, so that what is read afterwards is
what could be read before, and closes the cases in which its Markdown would be read differently.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from bs4.exceptions import ParserRejectedMarkup
from markdownify import MarkdownConverter

from wargame_mentorship.core.text import is_allowed_url, without_trailing_punctuation

# Deeper HTML is nobody's writing; markdownify recurses, and the renderer nests 20 levels at most.
MAX_DEPTH: Final = 50

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS: Final = ("ol", "ul")
_CELLS: Final = ("td", "th")
_BLOCKS: Final = frozenset(
    {"blockquote", "div", "hr", "li", "p", "pre", "table", *_HEADINGS, *_LISTS}
) | frozenset({"caption", "tbody", "thead", "tfoot", "tr", *_CELLS})
_CODE: Final = frozenset({"code", "pre"})
_EMPHASIS: Final = frozenset({"em", "strong", "del"})
_KNOWN: Final = _BLOCKS | _CODE | _EMPHASIS | {"a", "br", "img"}
_UNREAD: Final = ("head", "noscript", "script", "style", "template", "title")
_SYNONYMS: Final = {
    "b": "strong",
    "i": "em",
    "cite": "em",
    "s": "del",
    "strike": "del",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
} | dict.fromkeys(
    [
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "details",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "main",
        "nav",
        "section",
        "summary",
    ],
    "div",
)
# Markdown has neither superscript nor subscript, but 10<sup>2</sup> must not become 102.
_RAISED: Final = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

_BARE_URL: Final = re.compile(r"(?<![\w.+\-])https?://\w[^\s<>\[\]\\\"`{}|^]*", re.IGNORECASE)
_UNSAFE_IN_URL: Final = re.compile(r"[\s<>\\`|\x00-\x1f]")
_ENTITY_IN_URL: Final = re.compile(r"&(?=#?\w+;)")


def html_to_markdown(html: str) -> str:
    """Return Markdown that reads like an HTML fragment when it is rendered.

    Known elements become their Markdown, all others their text. Images become links, because that
    is how they are rendered; links that are not http, https or mailto become their text. What looks
    like Markdown in the text is escaped. The result may be longer than a text may be, which is the
    caller's to check.
    """
    soup = _parse(html)
    if _is_deeper(soup, MAX_DEPTH):
        text = soup.get_text(" ")
        soup = BeautifulSoup("", "html.parser")
        soup.append(NavigableString(text))
    _drop_what_is_not_read(soup)
    _rename(soup)
    _link_images(soup)
    _mend_links(soup)
    _mend_tables(soup)
    _mend_lists(soup)
    _mend_code(soup)
    for element in soup.find_all((*_HEADINGS, *_CELLS, "a")):
        _put_on_one_line(element)
    _mend_emphasis(soup)
    for element in reversed(soup.find_all(("blockquote", "div", "p", "pre", *_HEADINGS))):
        if not element.get_text().strip() and not element.find("hr"):
            element.replace_with(" ")  # markdownify would let its neighbours touch
    soup.smooth()
    return str(_Converter().convert_soup(soup)).strip()


class _Converter(MarkdownConverter):
    """markdownify, where its Markdown would be read differently by our renderer."""

    def __init__(self) -> None:
        # ``wrap`` without a width only makes one line of each paragraph: our renderer keeps breaks.
        super().__init__(escape_misc=True, heading_style="ATX", wrap=True, wrap_width=None)

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        # The stub of markdownify 1.2.3 lists the public methods only.
        text = str(super().process_text(el, parent_tags=parent_tags))  # type: ignore[misc]
        # An exclamation mark before a link would make an image of it.
        following = el.next_sibling
        if text.endswith("!") and isinstance(following, Tag) and following.name == "a":
            text = f"{text[:-1]}\\!"
        return text

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape text, but write addresses as autolinks, which take no escapes."""
        if "a" in parent_tags:
            return self._escape(text, parent_tags)
        parts: list[str] = []
        end = 0
        for match in _BARE_URL.finditer(text):
            url = without_trailing_punctuation(match[0])
            if not is_allowed_url(url):
                continue
            parts += [self._escape(text[end : match.start()], parent_tags), f"<{url}>"]
            end = match.start() + len(url)
        return "".join([*parts, self._escape(text[end:], parent_tags)])

    def _escape(self, text: str, parent_tags: set[str]) -> str:
        escaped = str(super().escape(text, parent_tags))  # type: ignore[misc]  # see process_text
        # markdownify 1.2.3 leaves the rule of a one-column table, and every second of several #s.
        return re.sub(r"^(\s*)(?=:-)|(?<!\S)(?=#+(?:\s|$))", r"\1\\", escaped)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        label = " ".join(text.split())
        if "_noformat" in parent_tags or not label:
            return text
        url = str(el["href"])
        if el.get_text() == url and re.fullmatch(r"[^\s<>|\x00-\x1f]+", url):
            return f"<{url}>"
        url = _UNSAFE_IN_URL.sub(lambda match: quote(match[0]), url)
        url = _ENTITY_IN_URL.sub("&amp;", url)
        return f"[{label}](<{url}>)" if "(" in url or ")" in url else f"[{label}]({url})"

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if not parent_tags.isdisjoint(_CELLS):
            text = text.replace("|", "\\|")
        converted = super().convert_code(el, text, parent_tags)  # type: ignore[misc]  # ditto
        return str(converted)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Fence with more backticks than the code has in a row."""
        text = re.sub(r"^(?:[ \t]*\n)+|\s+$", "", text)
        longest = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}\n{text}\n{fence}\n\n" if text else ""

    def convert_list(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n")
        # Only a list that begins at 1 may follow a line of text directly.
        tight = "li" in parent_tags and el.get("start", "1") == "1"
        return f"{chr(10) if tight else chr(10) * 2}{text}\n\n"

    convert_ol = convert_list
    convert_ul = convert_list


def _parse(html: str) -> BeautifulSoup:
    # With an element around it, Beautiful Soup does not warn that a text looks like a file name.
    html = f"<body>{html}"
    try:
        return BeautifulSoup(html, "html.parser")
    except ParserRejectedMarkup:  # html.parser gives up on "<![" without a name
        return BeautifulSoup(html.replace("<![", "&lt;!["), "html.parser")


def _is_deeper(soup: BeautifulSoup, limit: int) -> bool:
    level = [soup.contents]
    for _ in range(limit):
        level = [node.contents for nodes in level for node in nodes if isinstance(node, Tag)]
    return bool(level)


def _drop_what_is_not_read(soup: BeautifulSoup) -> None:
    for element in soup.find_all(_UNREAD):
        element.decompose()
    for string in soup.find_all(string=True):
        if isinstance(string, PreformattedString):  # comments, declarations and their like
            string.extract()


def _rename(soup: BeautifulSoup) -> None:
    """Reduce the elements to a few and drop the rest to their text."""
    for element in soup.find_all(("sup", "sub")):
        table = _RAISED if element.name == "sup" else _LOWERED
        text = element.get_text()
        if all(ord(character) in table for character in text):
            for string in element.find_all(string=True):
                string.replace_with(NavigableString(string.translate(table)))
    for element in soup.find_all(True):
        element.name = _SYNONYMS.get(element.name, element.name)
        if element.name not in _KNOWN:
            element.unwrap()


def _link_images(soup: BeautifulSoup) -> None:
    for image in soup.find_all("img"):
        source = str(image.get("src") or "")
        words = " ".join(str(image.get("alt") or "").split()) or source
        image.name = "a"
        image.attrs = {"href": source}
        image.string = words


def _mend_links(soup: BeautifulSoup) -> None:
    for link in soup.find_all("a"):
        href = str(link.get("href") or "").strip()
        if href.startswith("//"):
            href = f"https:{href}"
        link["href"] = href
    for link in soup.find_all("a"):
        if not is_allowed_url(str(link["href"])) or link.find_parent("a"):
            link.unwrap()


def _mend_tables(soup: BeautifulSoup) -> None:
    """Make tables plain: rows of equally many cells, and nothing between them."""
    for table in soup.find_all("table"):
        for cell in [cell for head in table.find_all("thead") for cell in head.find_all("td")]:
            cell.name = "th"
    for name, outside in (("td", "tr"), ("th", "tr"), ("tr", "table"), ("caption", "table")):
        for element in soup.find_all(name):
            if not element.find_parent(outside):
                element.name = "div"
    for section in soup.find_all(("thead", "tbody", "tfoot")):
        section.unwrap()
    for table in soup.find_all("table"):
        for child in list(table.children):
            if not isinstance(child, Tag) or child.name != "tr":
                table.insert_before(child)
                if isinstance(child, Tag) and child.name == "caption":
                    child.name = "div"
        _mend_rows(soup, table)


def _mend_rows(soup: BeautifulSoup, table: Tag) -> None:
    rows = table.find_all("tr", recursive=False)
    for row in rows:
        for child in list(row.children):
            if isinstance(child, Tag) and child.name in _CELLS:
                span = str(child.get("colspan", "1"))
                if not re.fullmatch("[1-9]|1[0-9]|20", span):
                    del child["colspan"]
            elif child.get_text().strip():
                child.wrap(soup.new_tag("td"))
            else:
                child.extract()
    widths = [
        sum(int(str(cell.get("colspan", "1"))) for cell in row.find_all(_CELLS, recursive=False))
        for row in rows
    ]
    # Cells beyond the width of the first row would not be shown.
    for _ in range(max(widths, default=0) - (widths[0] if widths else 0)):
        first = rows[0].find_all(_CELLS, recursive=False)
        rows[0].append(soup.new_tag(first[-1].name if first else "td"))


def _mend_lists(soup: BeautifulSoup) -> None:
    """Put items into lists and lists into items, as unclosed and misplaced tags leave them not."""
    for item in reversed(soup.find_all("li")):
        if item.parent is not None and item.parent.name == "li":
            item.parent.insert_after(item)
    for item in soup.find_all("li"):
        if item.parent is None or item.parent.name not in _LISTS:
            item.name = "div"
    for element in soup.find_all(_LISTS):
        if not re.fullmatch("[0-9]{1,8}", str(element.get("start", "1"))):
            del element["start"]
        for child in list(element.children):
            if isinstance(child, Tag) and child.name == "li":
                if not child.get_text().strip():
                    child.extract()
            elif child.get_text().strip():
                previous = child.find_previous_sibling("li")
                if previous:
                    previous.append(child)
                else:
                    child.wrap(soup.new_tag("li"))


def _mend_code(soup: BeautifulSoup) -> None:
    for element in soup.find_all(("pre", "code")):
        for line_break in element.find_all("br"):
            line_break.replace_with("\n")
        text = element.get_text()
        if element.name == "pre" and element.find_parent((*_HEADINGS, *_CELLS, "a")):
            element.name = "code"
        if element.name == "code" and not element.find_parent("pre"):
            text = re.sub(r"\s+", " ", text)
        element.string = text


def _put_on_one_line(element: Tag) -> None:
    for inner in element.find_all((*_BLOCKS, "br")):
        inner.insert_before(" ")
        inner.insert_after(" ")
        inner.unwrap()


def _mend_emphasis(soup: BeautifulSoup) -> None:
    """Keep emphasis only where its asterisks will be read as such.

    Whether they are depends on the characters on both sides:
    https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    for element in reversed(soup.find_all((*_EMPHASIS, "a", "code"))):
        _move_blanks_out(element)
    for element in soup.find_all(tuple(_EMPHASIS)):
        if (
            element.find_parent(element.name)
            or element.find(tuple(_BLOCKS))
            or len(element.find_all("br")) > 1
        ):
            element.unwrap()
    soup.smooth()
    for element in soup.find_all((*_EMPHASIS, "code")):
        following = element.next_sibling
        while isinstance(following, Tag) and following.name == element.name:
            element.extend(list(following.children))
            following.extract()
            following = element.next_sibling
        element.smooth()
    for element in soup.find_all(tuple(_EMPHASIS)):
        if not (_is_edge_read(element, forward=False) and _is_edge_read(element, forward=True)):
            element.unwrap()


def _move_blanks_out(element: Tag) -> None:
    """Move blanks at the ends of an element out of it, and drop it if nothing is left."""
    element.smooth()
    for index, insert in ((0, element.insert_before), (-1, element.insert_after)):
        edge = element.contents[index] if element.contents else None
        if isinstance(edge, NavigableString):
            words = edge.lstrip() if index == 0 else edge.rstrip()
            blanks = edge[: len(edge) - len(words)] if index == 0 else edge[len(words) :]
            if blanks:
                insert(NavigableString(blanks))
            if words:
                edge.replace_with(NavigableString(words))
            else:
                edge.extract()
    if not element.get_text():
        element.unwrap()


def _is_edge_read(element: Tag, *, forward: bool) -> bool:
    outside = _outer_character(element, forward=forward)
    if outside == "*":
        return False
    if outside.isspace() or unicodedata.category(outside)[0] in "PS":
        return True
    leaf: Tag | NavigableString = element
    while isinstance(leaf, Tag) and leaf.contents:
        if leaf.name not in _EMPHASIS:
            return False  # a link or code, whose Markdown begins and ends with punctuation
        leaf = leaf.contents[-1 if forward else 0]  # type: ignore[assignment]  # only these two
    inside = str(leaf)[-1 if forward else 0]
    return "://" not in str(leaf) and unicodedata.category(inside)[0] not in "PS"


def _outer_character(element: Tag, *, forward: bool) -> str:
    """Return a character of the kind that will stand beside the asterisks of an element."""
    node: Tag = element
    while True:
        sibling = node.next_sibling if forward else node.previous_sibling
        while isinstance(sibling, NavigableString) and not sibling:
            sibling = sibling.next_sibling if forward else sibling.previous_sibling
        if isinstance(sibling, NavigableString):
            return str(sibling)[0 if forward else -1]
        if isinstance(sibling, Tag):
            if sibling.name in _EMPHASIS:
                return "*"
            return "]" if sibling.name in ("a", "code") else " "
        if node.parent is None or node.parent.name not in _EMPHASIS:
            return "]" if node.parent is not None and node.parent.name == "a" else " "
        node = node.parent
