"""People's text: checking it, rendering its Markdown, and reading plain words out of it.

Text is kept as it was written and rendered once, when it is written. Everything here is pure: no
model, no setting, no request, so services, doors and importers share one idea of what text is.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import nh3
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_LENGTH: Final = 10_000
MAX_MENTIONS: Final = 20

# Blocks within blocks. A list item costs two levels and a quotation one, so that nobody who writes
# by hand comes near. markdown-it-py drops what is nested deeper than its limit without a word;
# such a text is shown as it was typed instead (see `_parse`).
MAX_NESTING: Final = 20
# markdown-it pads every row of a table to the width of its head, so a few characters per row buy
# many cells. Wider tables than this are unreadable on a telephone anyway.
MAX_TABLE_COLUMNS: Final = 20
MAX_TABLE_CELLS: Final = 2_000
# Every line after a quotation may belong to it, and is looked at once for each level.
MAX_QUOTED_LINES: Final = 10_000
# One reference definition, used a thousand times, makes megabytes out of 10,000 characters. Honest
# text grows two- or threefold.
MAX_HTML_LENGTH: Final = 20 * MAX_LENGTH

LINK_REL: Final = "nofollow ugc noopener"
URL_SCHEMES: Final = frozenset({"http", "https", "mailto"})
ALLOWED_TAGS: Final = frozenset(
    [
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
    ]
)
ALLOWED_ATTRIBUTES: Final = {"a": frozenset({"href", "title"}), "ol": frozenset({"start"})}


class TextError(ValueError):
    """A text that cannot be taken as it is.

    ``code`` is stable and meant for programs; ``message`` is lazy, translated and meant for people;
    ``params`` are the values the message names.
    """

    MESSAGES: Final[dict[str, str | Promise]] = {
        "blank": _("This field may not be blank."),
        "too_long": _("Use at most %(limit)d characters."),
        "nul_character": _("Null characters are not allowed."),
        "surrogate": _("Half of a character is missing. Type or paste the text again."),
        "control_character": _("Control characters are not allowed."),
        "too_many_mentions": _("Mention at most %(limit)d people."),
    }

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.code = code
        self.message = self.MESSAGES[code]
        self.params = params

    def __str__(self) -> str:
        message = str(self.message)
        return message % self.params if self.params else message


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_BIDI_OVERRIDE: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str, *, max_length: int = MAX_LENGTH) -> str:
    """Return a text of several lines as it will be kept.

    Line ends become ``\\n``, the text is NFC-normalised and loses blank space at its end; nothing
    else changes. Blank text is returned as ``""``: whether it may be blank is the caller's to say.

    Raises:
        TextError: ``too_long``, ``nul_character``, ``surrogate`` or ``control_character``.
    """
    if "\0" in value:
        raise TextError("nul_character")
    if _SURROGATE.search(value):
        raise TextError("surrogate")
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise TextError("control_character")
    value = value.rstrip()
    # Sorting a long run of combining marks takes quadratic time, hence a limit before normalising
    # too. Twice as much may still shrink to fit.
    if len(value) > 2 * max_length:
        raise TextError("too_long", limit=max_length)
    value = unicodedata.normalize("NFC", value)
    if len(value) > max_length:
        raise TextError("too_long", limit=max_length)
    return value


def clean_line(value: str, *, max_length: int) -> str:
    """Return a title, name or label as it will be kept: one line, with single blanks.

    Bidirectional overrides are taken out, for they would turn around what stands beside the title
    on a page. They are invisible, so nobody could find and remove them if they were refused.

    Raises:
        TextError: ``blank`` if nothing visible is left, and the codes of `clean_text`.
    """
    line = clean_text(_BIDI_OVERRIDE.sub("", " ".join(value.split())), max_length=max_length)
    if all(unicodedata.category(character)[0] in "ZC" for character in line):
        raise TextError("blank")
    return line


def render_markdown(text: str) -> str:
    """Return the sanitised HTML of a Markdown text.

    Raw HTML shows as typed. Images become links, because loading them would tell their server who
    reads what. Headings begin at h3, below those of the page. Line breaks are kept, as most people
    who type a list of paints line by line know no Markdown. Text that is nested absurdly, longer
    than `MAX_LENGTH` or inflated by references shows as it was typed, so rendering never fails and
    its time is bounded.
    """
    text = _SURROGATE.sub("\ufffd", text)
    tokens = _parse(text)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}) if tokens is not None else ""
    if tokens is None or len(html) > MAX_HTML_LENGTH:
        html = _render_as_typed(text)
    return sanitise(html)


def sanitise(html: str) -> str:
    """Return HTML reduced to what rendered Markdown may contain.

    The last gate: it must hold even where the Markdown renderer has a hole.
    """
    return _CLEANER.clean(html)


def is_allowed_url(url: str) -> bool:
    """Tell whether an address may be a link in a text: absolute, and http, https or mailto."""
    return _MARKDOWN.validateLink(_MARKDOWN.normalizeLink(url))


def find_mentions(text: str) -> tuple[str, ...]:
    """Return the names mentioned as ``@name`` in a Markdown text, each once, in order.

    Names in code, links and e-mail addresses are no mentions. Whether such a person exists is not
    known here.
    """
    names: dict[str, None] = {}
    for children in _inline_children(_parse(text) or ()):
        link_level = 0
        for token in children:
            if token.type in ("link_open", "link_close"):
                link_level += token.nesting
            elif token.type == "text" and not link_level:
                names.update(dict.fromkeys(_MENTION.findall(token.content)))
    return tuple(names)


def check_mentions(text: str) -> tuple[str, ...]:
    """Return the names mentioned in a Markdown text.

    Raises:
        TextError: ``too_many_mentions``, so that one post cannot call a whole community.
    """
    names = find_mentions(text)
    if len(names) > MAX_MENTIONS:
        raise TextError("too_many_mentions", limit=MAX_MENTIONS)
    return names


def plain_text(markdown: str, *, length: int | None = None) -> str:
    """Return the words of a Markdown text on one line, without markup.

    Meant for excerpts, search documents and descriptions. With ``length`` it is cut to at most that
    many characters, between words where possible, and then ends with an ellipsis. It is text, not
    HTML: escape it.
    """
    tokens = _parse(markdown)
    parts = [markdown] if tokens is None else []
    for token in tokens or ():
        if token.type in ("fence", "code_block"):
            parts.append(token.content)
        elif token.type == "inline":
            parts.append(
                "".join(
                    " " if child.type in ("softbreak", "hardbreak") else child.content
                    for child in token.children or ()
                )
            )
    words = " ".join(" ".join(parts).split())
    if length is None or len(words) <= length:
        return words
    cut = words[: max(length - 1, 0)]
    if not words[len(cut)].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return f"{cut.rstrip()}…" if length > 0 else ""


def link_words(text: str, words: Sequence[tuple[int, int, str]], *, max_length: int) -> str:
    """Return a Markdown text in which some of its words are links.

    Only where they are words that somebody reads: not in code, addresses, mentions or other links.
    Those that the text has no room for stay words.

    Args:
        words: where each begins and ends, in order and apart, and the address it leads to.
    """
    # Letters that nobody wrote stand for each word, so that the parser says where it has come to.
    mark = f"wm{secrets.token_hex(8)}n"
    marked, end = [], 0
    for number, (start, stop, _address) in enumerate(words):
        marked += [text[end:start], f"{mark}{number}n"]
        end = stop
    read = _words_read("".join([*marked, text[end:]]), re.compile(f"{mark}([0-9]+)n"))
    parts, end, room = [], 0, max_length - len(text)
    for number, (start, stop, address) in enumerate(words):
        link = f"[{text[start:stop]}]({address})"
        grows = len(link) - (stop - start)
        is_plain = not _SYNTAX.search(text, start, stop) and text[start - 1 : start] not in _TIES
        if number in read and is_plain and grows <= room:
            room -= grows
            parts += [text[end:start], link]
            end = stop
    return "".join([*parts, text[end:]])


def _words_read(text: str, mark: re.Pattern[str]) -> set[int]:
    """The numbers of the marks that stand in running text."""
    read: set[int] = set()
    for children in _inline_children(_parse(text) or ()):
        link_level = 0
        for token in children:
            if token.type in ("link_open", "link_close"):
                link_level += token.nesting
            elif token.type == "text" and not link_level:
                read.update(int(number) for number in mark.findall(token.content))
    return read


# In the text of a link they would end it, or begin something else.
_SYNTAX: Final = re.compile(r"[\[\]<>`\\\n]")
# What before a word makes something of both: an escape, a mention, an image.
_TIES: Final = frozenset("\\@!")
_MENTION: Final = re.compile(r"(?<![\w@/.+\-])@(\w(?:[\w.+\-]{0,148}\w)?)")
_SCHEME_BEFORE_COLON: Final = re.compile(r"(?:^|[^\w.+\-])(https?)$", re.IGNORECASE)
_AFTER_COLON: Final = re.compile(r"://\w[^\s<>\[\]\\\"`{}|^]*")
_ALLOWED_SCHEME: Final = re.compile(r"(?:https?://\w|mailto:[^/])", re.IGNORECASE)
_LINE_START: Final = re.compile(r"^[ \t>*+\-\d.)]+", re.MULTILINE)
_HEADING_SHIFT: Final = 2


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Allow absolute web and mail addresses only; anything else stays as typed."""
        return _ALLOWED_SCHEME.match(url) is not None

    def normalizeLinkText(self, link: str) -> str:
        """Show an address as it was typed: decoding punycode would help look-alike domains."""
        return link


def _link_bare_url(state: StateInline, silent: bool) -> bool:
    """Make a link of an address that stands in the text, after GFM's extended autolinks.

    Instead of linkify-it-py, which is one more dependency and also guesses at ``file.name`` and
    ``README.md``. https://github.github.com/gfm/#autolinks-extension-
    """
    # Silently means: looking for the end of a link's text, where an address is text like any other.
    if silent or state.linkLevel or state.src[state.pos] != ":":
        return False
    scheme = _SCHEME_BEFORE_COLON.search(state.pending[-len(" https") :])
    rest = _AFTER_COLON.match(state.src, state.pos, state.posMax)
    if not scheme or not rest:
        return False
    tail = without_trailing_punctuation(rest.group())
    url = scheme[1] + tail
    href = state.md.normalizeLink(url)
    if not state.md.validateLink(href):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos += len(tail)
    return True


def without_trailing_punctuation(url: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    surplus = url.count(")") - url.count("(")
    while True:
        url = url.rstrip("?!.,:;*_~'")
        if surplus <= 0 or not url.endswith(")"):
            return url
        url = url[:-1]
        surplus -= 1


def _table_within_budget(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table as long as the text has cells left; the rows after that are a paragraph."""
    if start + 2 > end:
        return False
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    left = state.env.get("table_cells", MAX_TABLE_CELLS)
    rows = left // columns
    if columns > MAX_TABLE_COLUMNS or rows < 1:
        return False
    found = table(state, start, min(end, start + 1 + rows), silent)
    if found and not silent:
        state.env["table_cells"] = left - columns * (state.line - start - 1)
    return found


def _demote_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + _HEADING_SHIFT, 6)}"


def _link_images(state: StateCore) -> None:
    """Turn images into links, and take links out of links, which HTML does not have."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        children: list[Token] = []
        link_level = 0
        for child in token.children or ():
            if child.type == "link_open":
                link_level += 1
                if link_level == 1:
                    children.append(child)
            elif child.type == "link_close":
                link_level -= 1
                if link_level == 0:
                    children.append(child)
            elif child.type == "image":
                children += _image_as_link(child, level=child.level, linked=link_level > 0)
            else:
                children.append(child)
        token.children = children


def _image_as_link(image: Token, *, level: int, linked: bool) -> list[Token]:
    href = str(image.attrs["src"])
    words = " ".join(_words_of(image.children or ()).split())
    text = Token("text", "", 0, content=words or href, level=level)
    if linked:
        return [text]
    attrs = {"href": href} | ({"title": image.attrs["title"]} if "title" in image.attrs else {})
    opening = Token("link_open", "a", 1, attrs=attrs, level=level)
    return [opening, text, Token("link_close", "a", -1, level=level)]


def _words_of(tokens: Sequence[Token]) -> str:
    return "".join(
        _words_of(token.children or ()) if token.type == "image" else token.content or " "
        for token in tokens
    )


def _parse(text: str) -> list[Token] | None:
    """Return the tokens of a Markdown text, or None if it is better shown as typed."""
    if len(text) > MAX_LENGTH:
        return None
    levels = max((start.count(">") for start in _LINE_START.findall(text)), default=0)
    if levels * (text.count("\n") + 1) > MAX_QUOTED_LINES:
        return None
    tokens = _MARKDOWN.parse(text)
    # A block at the last level but one is where markdown-it may have dropped what was inside.
    if any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in tokens):
        return None
    # Emphasis within emphasis knows no limit of its own.
    if any(
        child.level > MAX_NESTING for children in _inline_children(tokens) for child in children
    ):
        return None
    return tokens


def _inline_children(tokens: Sequence[Token]) -> list[list[Token]]:
    return [token.children for token in tokens if token.type == "inline" and token.children]


def _render_as_typed(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n".join(f"<p>{escape(p).replace(chr(10), '<br>')}</p>" for p in paragraphs)


def _build_markdown() -> _Markdown:
    markdown = _Markdown("js-default", {"maxNesting": MAX_NESTING, "breaks": True})
    markdown.inline.ruler.at("linkify", _link_bare_url)
    markdown.block.ruler.at("table", _table_within_budget, {"alt": ["paragraph", "reference"]})
    markdown.core.ruler.push("demote_headings", _demote_headings)
    markdown.core.ruler.push("link_images", _link_images)
    return markdown


# Both are safe to share between threads: what changes while they work is in objects of each call.
_MARKDOWN: Final = _build_markdown()
_CLEANER: Final = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes=URL_SCHEMES,
    url_relative="deny",
    link_rel=LINK_REL,
)


def as_version(value: str) -> int | None:
    """The version that a form was made from; None: it names none, and the latest will do."""
    return int(value) if value.isdecimal() and len(value) < 10 else None


def as_named(value: str) -> tuple[UUID, int | None] | None:
    """What a box or a button of a form names as it was shown, `<key>:<version>`; None: nothing."""
    key, _colon, version = value.partition(":")
    try:
        return UUID(key), as_version(version)
    except ValueError:
        return None
