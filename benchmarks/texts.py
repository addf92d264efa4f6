"""Questions and answers that nobody wrote: words by Zipf's law, always the same ones.

A few hundred words of the hobby come first, then 20,000 that only sound like words. So a search
for a common word meets half of all texts, and one for a rare word a handful.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from wargame_mentorship.core.text import plain_text, render_markdown
from wargame_mentorship.search.words import LANGUAGES, lexemes


def _words(text: str) -> list[str]:
    return text.split()


_SMALL = _words("""
    the a to i my and it is of with in on for that but how do you this not have are can as be
    or if when what so after from at then was they too more very some all just out get will no
    use does there into up would your than which before does about me any one like still only
""")
_HOBBY = _words("""
    paint primer wash brush layer highlight base coat model varnish thin shade edge dry armour
    cloak metal gold leather skin face eye red blue white black grey green bone steel rust mud
    flock tuft glue putty gap seam line mould clip sprue resin plastic drill magnet pin arm
    weapon wing airbrush pressure nozzle tip clog spider webbing chalky streak frosted gloss
    matt satin ultra medium flow improver retarder palette wet sponge stippling feather glaze
    contrast speed pigment powder weathering chipping scratch oil enamel spirit acrylic
    lacquer filter pin-wash zenithal undercoat spray can humidity temperature garage winter
    summer batch army squad troop hero knight dragon tank walker drone terrain ruin tree water
    effect snow sand rock cork slate decal freehand stripe tartan symbol banner transfer
    softener setter sealant coverage opaque translucent pot dropper shake drop ratio water tap
    distilled light lamp magnifier grip holder handle stand pose conversion kitbash sculpt
    green-stuff milliput file sandpaper knife cutter tweezers rule charge move shoot objective
    mission points list detachment deployment flank screen reserve morale phase turn dice
    measure photo background camera shadow exposure sharp blurry tutorial recipe video step
    technique beginner mistake strip isopropyl toothbrush overnight repaint save rescue smooth
    rough texture grain tide mark ring pool recess raised panel rivet trim lens glow object
    source reflection mirror chrome non-metallic blend transition gradient loaded two-brush
    wet-blend hairspray salt masking tape
""")
_SYLLABLES = _words("""
    ba be bo da de do fa fe fi ga ge go ka ke ko la le li lo ma me mi mo na ne no pa pe po ra
    re ri ro sa se si so ta te ti to va ve vo za
""")
_OPENINGS = ("How do I", "Why does my", "What is the best", "Can I", "Which", "Help with", "My")

RARE = 20_000
PARAGRAPHS = 6_000


def _invented(number: int) -> str:
    word = ""
    for _ in range(4):
        number, at = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[at]
    return f"{word}x"


def vocabulary() -> list[str]:
    """Every word, the most frequent first."""
    known = dict.fromkeys([*_SMALL, *_HOBBY])
    return [*known, *(_invented(number * 37) for number in range(RARE))]


@dataclass(frozen=True)
class Paragraph:
    text: str
    html: str
    words: Mapping[str, str]
    """As search indexes them, by language."""


@cache
def _label(*words: str) -> Paragraph:
    text = " ".join(words).capitalize()
    return Paragraph(text, "", _by_language(text))


def _by_language(text: str) -> dict[str, str]:
    return {language: lexemes(text, language) for language in LANGUAGES}


class Texts:
    """Makes titles one by one, and longer texts of a stock of paragraphs rendered once."""

    def __init__(self, seed: int, *, paragraphs: int = PARAGRAPHS) -> None:
        self._random = random.Random(seed)
        self._vocabulary = vocabulary()
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._vocabulary))))
        self._stock = [self._paragraph() for _ in range(paragraphs)]

    def title(self) -> str:
        words = self._words(self._random.randint(4, 10))
        return f"{self._random.choice(_OPENINGS)} {' '.join(words)}?"

    def label(self) -> Paragraph:
        """What somebody answers to a guided question: few words, the same ones again and again."""
        return _label(*self._random.choices(_HOBBY[:60], k=2))

    def paragraphs(self, least: int, most: int) -> list[Paragraph]:
        return self._random.choices(self._stock, k=self._random.randint(least, most))

    def _paragraph(self) -> Paragraph:
        sentences = []
        for _ in range(self._random.randint(2, 5)):
            words = self._words(self._random.randint(6, 18))
            if self._random.random() < 0.1:
                words[0] = f"**{words[0]}**"
            sentences.append(f"{' '.join(words).capitalize()}.")
        text = " ".join(sentences)
        return Paragraph(text, render_markdown(text), _by_language(plain_text(text)))

    def _words(self, count: int) -> list[str]:
        return self._random.choices(self._vocabulary, cum_weights=self._weights, k=count)


def text_of(paragraphs: Sequence[Paragraph]) -> str:
    return "\n\n".join(paragraph.text for paragraph in paragraphs)


def html_of(paragraphs: Sequence[Paragraph]) -> str:
    return "".join(paragraph.html for paragraph in paragraphs)


def words_of(paragraphs: Sequence[Paragraph], language: str) -> str:
    return f" {' '.join(paragraph.words[language].strip() for paragraph in paragraphs)} "
