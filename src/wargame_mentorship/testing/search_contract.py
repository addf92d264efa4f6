"""The contract of a search backend, for a host's own test suite.

Subclass it in a module that pytest collects and say in `make_backend` how yours is made; override
`refresh` where the index lives elsewhere and takes a moment to show what it was sent.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Document, SearchBackend
from wargame_mentorship.taxonomy.models import Category

KIND = HelpRequest.KIND

HARMLESS = [
    "",
    "   \t\n",
    "\0",
    "wash\0tide",
    "\ud800",
    "wash \udfff",
    '"',
    '"wash',
    "'",
    "wash'",
    "''; drop table x; --",
    "*",
    "wash*",
    "**wash",
    "-wash",
    "wash -tide",
    "+wash +",
    "NOT wash",
    "wash AND",
    "wash OR",
    "NEAR(wash tide)",
    "title_words : wash",
    "wash:*",
    "a:b:c",
    "(wash",
    "wash)",
    "((((",
    "!wash & | <->",
    "wash~ @5 >tide <x",
    "%",
    "%s %(x)s",
    "_",
    "\\",
    "wash\\",
    "$$",
    "{}[]^",
    "🎨",
    "🎨 wash 🖌️",
    "水彩",
    "ドライブラシ",
    "сухая кисть",
    "ʰᵉˡˡᵒ ½ ² ﬁ",
    "e\u0301\u0301\u0301",
    "\u0301",
    "\u202ewash",
    "wash " * 2_000,
    " ".join(f"word{number}" for number in range(2_000)),
    "a" * 5_000,
    "水" * 5_000,
    ".".join("abcdefghij" * 50),
    "a'b'c-d.e_f&g",
]
"""Queries that must neither fail nor do anything but search."""


class SearchBackendContract:
    @pytest.fixture(autouse=True)
    def database(self, db: None) -> None:
        """Override with `transactional_db` if your backend acts once a transaction is committed."""

    def make_backend(self) -> SearchBackend:
        raise AssertionError("Say in your subclass how the host does this.")

    def refresh(self) -> None:
        """Wait until what was indexed can be found."""

    def add(
        self, title: str, body: str = "", *, language: str = "en", **fields: Any
    ) -> HelpRequest:
        """A help request in `painting`, indexed by the backend under test."""
        entry = HelpRequest.objects.create(
            title=title,
            description=body,
            language=language,
            category=Category.objects.get(slug="painting"),
            **fields,
        )
        self.make_backend().index([self.document(entry)])
        self.refresh()
        return entry

    def document(self, entry: HelpRequest, **changes: Any) -> Document:
        given: dict[str, Any] = {
            "kind": KIND,
            "object_id": entry.pk,
            "title": entry.title,
            "body": entry.description,
            "language": entry.language,
            "created_at": entry.created_at,
            "category_id": entry.category_id,
        }
        return Document(**{**given, **changes})

    def find(self, text: str) -> QuerySet[HelpRequest]:
        return self.make_backend().find(HelpRequest.objects.all(), KIND, text)

    def similar(self, title: str) -> QuerySet[HelpRequest]:
        return self.make_backend().similar(HelpRequest.objects.all(), KIND, title)

    # What is found

    def test_finds_a_word_of_title_or_body(self) -> None:
        title = self.add("Verdigris on bronze")
        body = self.add("An old statue", "How do I paint verdigris?")
        self.add("Something else", "about washes")

        assert set(self.find("verdigris")) == {title, body}

    def test_a_title_weighs_more_than_a_body(self) -> None:
        body = self.add("An old statue", "I want verdigris, much verdigris.")
        title = self.add("Verdigris", "How is it done on old statues?")
        again = self.add("A new statue", "Also with verdigris.")

        found = list(self.find("verdigris"))

        assert found[0] == title
        assert set(found[1:]) == {body, again}

    def test_every_word_is_required(self) -> None:
        both = self.add("Gold on leather", "with an airbrush")
        self.add("Gold on wood", "with a brush")
        self.add("Silver", "with an airbrush")

        assert list(self.find("airbrush gold")) == [both]

    def test_the_last_word_may_be_unfinished_and_no_other(self) -> None:
        entry = self.add("Drybrushing large terrain")

        assert list(self.find("large terr")) == [entry]
        assert list(self.find("terr large")) == []

    def test_another_form_of_a_word_finds_it(self) -> None:
        paints = self.add("Thin your paints")
        painted = self.add("I painted it twice")
        bases = self.add("Magnets under bases")

        assert set(self.find("painting ")) == {paints, painted}
        assert list(self.find("base magnet")) == [bases]

    def test_another_form_of_a_german_word_finds_it(self) -> None:
        entry = self.add("Welche Farben für Wälder?", language="de")

        assert list(self.find("Farbe Wald")) == [entry]

    @pytest.mark.parametrize("query", ["oil", "ink", "oi", "x1", "nmm", "NMM"])
    def test_short_words_are_words(self, query: str) -> None:
        entry = self.add("Oil and ink: NMM with x1")
        self.add("Soil, drinking, hammm, x2")

        assert list(self.find(query)) == [entry]

    def test_words_that_say_nothing_are_left_out_beside_others(self) -> None:
        entry = self.add("Painting gold")

        assert list(self.find("how do I get to paint the gold")) == [entry]
        assert list(self.find("paint gold i")) == [entry]

    def test_words_that_say_nothing_are_found_when_asked_for_alone(self) -> None:
        entry = self.add("To whom it may concern")
        self.add("Gold")

        assert list(self.find("to")) == [entry]

    @pytest.mark.parametrize("query", ["grün", "GRÜN", "gru\u0308n", "ｇｒün", "grü"])
    def test_case_and_composition_of_accents_do_not_matter(self, query: str) -> None:
        entry = self.add("Grün auf Grau", language="de")
        self.add("Gram und Gras", language="de")

        assert list(self.find(query)) == [entry]

    @pytest.mark.parametrize("query", ["70.950", "70950", "950", "70-950", "vallejo 70.9"])
    def test_paint_codes_are_found_as_people_write_them(self, query: str) -> None:
        entry = self.add("Which black?", "Vallejo 70.950 is my choice")
        self.add("Which white?", "Vallejo 70.951, or 72001")

        assert list(self.find(query)) == [entry] or query == "vallejo 70.9"
        assert entry in self.find(query)

    @pytest.mark.parametrize("query", ["XV-88", "xv88", "XV 88", "xv-8", "t'au xv88", "tau"])
    def test_hyphens_and_apostrophes_may_be_there_or_not(self, query: str) -> None:
        entry = self.add("A T'au XV-88 in winter")
        self.add("A tank in winter, 1988")

        assert list(self.find(query)) == [entry]

    def test_a_hyphenated_query_finds_words_written_together_or_apart(self) -> None:
        together, apart = self.add("Drybrush it"), self.add("Dry brush it")
        hyphen = self.add("Dry-brush it")
        self.add("Dry it")

        assert set(self.find("dry-brush")) == {together, apart, hyphen}

    def test_possessives_are_found_by_their_word(self) -> None:
        entry = self.add("A painter’s hand")

        assert list(self.find("painter")) == list(self.find("painter's hand")) == [entry]

    def test_a_language_without_blanks_is_found_in_parts(self) -> None:
        entry = self.add("水彩筆の使い方", language="ja")
        self.add("筆塗り", language="ja")

        assert list(self.find("水彩")) == list(self.find("彩筆")) == [entry]
        assert len(self.find("筆")) == 2

    # What it does not mind

    @pytest.mark.parametrize("query", HARMLESS, ids=range(len(HARMLESS)))
    def test_any_text_is_harmless(self, query: str) -> None:
        self.add("Wash and tide marks", "wash, tide")

        assert len(self.find(query)) <= 1
        assert len(self.similar(query)) <= 1

    @pytest.mark.parametrize(
        "query", ["", " ", "\0", "🎨", "*", '"', "()", "\ud800", "%", "\u0301"]
    )
    def test_text_without_a_word_finds_nothing(self, query: str) -> None:
        self.add("Wash and tide marks")

        assert list(self.find(query)) == list(self.similar(query)) == []

    @pytest.mark.parametrize("query", ["wash\0", '"wash"', "(wash)", "wash*", "🎨 wash", "-wash:"])
    def test_signs_around_a_word_do_not_hide_it(self, query: str) -> None:
        entry = self.add("Wash and tide marks")

        assert list(self.find(query)) == [entry]

    def test_ten_words_count_and_the_rest_does_not(self) -> None:
        words = [f"z{letter}rk" for letter in "abcdefghij"]
        entry = self.add(" ".join(words))

        assert list(self.find(" ".join([*words, "elsewhere"]))) == [entry]
        assert list(self.find(" ".join([*words[:9], "elsewhere"]))) == []

    def test_any_text_can_be_indexed(self) -> None:
        entry = self.add("Plain")
        hostile = "\0 \ud800 🎨 " + "水" * 5_000 + " verdigris " + "x" * 5_000

        self.make_backend().index(
            [self.document(entry, title=f"{hostile[:150]} patina", body=hostile * 20)]
        )
        self.refresh()

        assert list(self.find("verdigris patina")) == [entry]

    # The queryset

    def test_nothing_but_the_given_queryset_is_found(self) -> None:
        public = self.add("Gold")
        private = self.add("Gold", is_public=False)
        backend = self.make_backend()

        found = backend.find(HelpRequest.objects.filter(is_public=True), KIND, "gold")
        alike = backend.similar(HelpRequest.objects.filter(is_public=True), KIND, "gold")

        assert list(found) == list(alike) == [public]
        assert private in self.find("gold")

    def test_results_can_be_filtered_sliced_and_nested(self) -> None:
        entries = [self.add("Gold", urgency="high" if n % 2 else "low") for n in range(6)]

        high = self.find("gold").filter(urgency="high")

        assert set(high) == set(entries[1::2])
        assert list(high[1:3]) == list(high)[1:3]
        assert high.exclude(pk=entries[1].pk).exists()
        assert high.filter(category__slug="painting").select_related("category")[0] in entries
        assert set(HelpRequest.objects.filter(pk__in=high.values("pk"))) == set(entries[1::2])
        assert set(high.values_list("pk", flat=True)) == {entry.pk for entry in entries[1::2]}

    def test_equals_are_ordered_by_age_and_the_order_is_always_the_same(self) -> None:
        now = timezone.now()
        entries = [
            self.add("Gold", created_at=now - dt.timedelta(days=days)) for days in (3, 1, 2, 1)
        ]

        found = list(self.find("gold"))

        assert [entry.created_at for entry in found] == sorted(
            (entry.created_at for entry in entries), reverse=True
        )
        assert found == list(self.find("gold"))
        assert [self.find("gold")[n] for n in range(4)] == found

    def test_another_kind_is_not_found(self) -> None:
        entry = self.add("Gold")
        self.make_backend().remove(KIND, [entry.pk])
        self.make_backend().index([self.document(entry, kind="other_kind")])
        self.refresh()

        assert list(self.find("gold")) == list(self.similar("gold")) == []

    def test_two_and_twenty_results_cost_the_same_queries(self) -> None:
        for number in range(20):
            self.add("Gold" if number < 18 else "Gold and silver")
        # Once, a backend may ask what the database can do.
        list(self.similar("silver"))

        with CaptureQueriesContext(connection) as few:
            assert len(self.find("silver")) == 2
        with CaptureQueriesContext(connection) as many:
            assert len(self.find("gold")) == 20
        with CaptureQueriesContext(connection) as few_alike:
            assert len(self.similar("silver")) == 2
        with CaptureQueriesContext(connection) as many_alike:
            assert len(self.similar("gold")) == 20

        assert len(few) == len(many)
        assert len(few_alike) == len(many_alike)
        assert not any("COUNT(" in query["sql"].upper() for query in [*many, *many_alike])

    def test_a_queryset_asks_nothing_before_it_is_read(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            self.find("gold").filter(is_public=True)

        assert len(queries) == 0

    # Similar titles

    def test_most_alike_titles_come_first(self) -> None:
        some = self.add("Tide marks on my kitchen table")
        most = self.add("Why does my wash leave tide marks?")
        self.add("Gold on leather", "tide marks, wash")

        assert list(self.similar("My wash leaves tide marks")) == [most, some]

    def test_similar_titles_are_found_while_typing(self) -> None:
        entry = self.add("Tide marks after a wash")
        self.add("Gold on leather")

        assert [list(self.similar(typed)) for typed in ("T", "Ti", "Tide ma", "My tide mark")] == [
            [],
            [entry],
            [entry],
            [entry],
        ]

    def test_titles_that_share_only_words_that_say_nothing_are_not_alike(self) -> None:
        self.add("How do I get this to work?")

        assert list(self.similar("How do I get to this")) == []

    # The index

    def test_a_changed_text_is_found_by_its_new_words_only(self) -> None:
        entry = self.add("Gold", "on leather")

        self.make_backend().index([self.document(entry, title="Silver", body="on wood")])
        self.refresh()

        assert list(self.find("gold")) == list(self.find("leather")) == []
        assert list(self.find("silver wood")) == list(self.similar("silver")) == [entry]

    def test_what_is_removed_is_not_found(self) -> None:
        gone, kept = self.add("Gold"), self.add("Gold")

        self.make_backend().remove(KIND, [gone.pk, kept.category_id])
        self.make_backend().remove(KIND, [])
        self.refresh()

        assert list(self.find("gold")) == [kept]

    def test_many_are_indexed_at_once_and_the_last_of_a_key_counts(self) -> None:
        entries = [
            HelpRequest.objects.create(title="x", category=Category.objects.get(slug="painting"))
            for _ in range(5)
        ]
        documents = [self.document(entry, title="Silver") for entry in entries]
        documents += [self.document(entry, title="Gold") for entry in entries]

        self.make_backend().index(documents)
        self.make_backend().index([])
        self.refresh()

        assert list(self.find("silver")) == []
        assert set(self.find("gold")) == set(entries)
