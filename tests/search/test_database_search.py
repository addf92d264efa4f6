from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.search import database, full_text
from wargame_mentorship.search.database import MOST_UNCOMMITTED, DatabaseSearch
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.testing.search_contract import HARMLESS, SearchBackendContract


class TestDatabaseSearch(SearchBackendContract):
    def make_backend(self) -> DatabaseSearch:
        return DatabaseSearch()

    def test_a_write_that_is_rolled_back_leaves_no_document(self) -> None:
        kept = self.add("Gold")

        with transaction.atomic():
            self.add("Gold")
            self.make_backend().index([self.document(kept, title="Silver")])
            self.make_backend().remove("help_request", [kept.pk])
            transaction.set_rollback(True)

        assert list(self.find("gold")) == [kept]
        assert list(self.find("silver")) == []
        assert SearchDocument.objects.count() == 1

    def test_a_write_is_found_in_its_own_transaction(self) -> None:
        with transaction.atomic():
            entry = self.add("Gold")

            assert list(self.find("gold")) == list(self.similar("gold")) == [entry]

    def test_a_write_is_found_after_what_waits_for_the_commit_has_run(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        """In a test, that is: there it runs inside the transaction."""
        with django_capture_on_commit_callbacks(execute=True):
            entry = self.add("Gold")

        assert list(self.find("gold")) == list(self.similar("gold")) == [entry]

    def test_only_the_best_are_joined_where_the_host_says_so(self) -> None:
        best = self.add("Verdigris")
        self.add("Bronze", "verdigris")

        backend = DatabaseSearch(most_found=1)

        assert list(backend.find(HelpRequest.objects.all(), "help_request", "verdigris")) == [best]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="The others rank all matches.")
    def test_a_common_word_is_looked_for_in_titles_and_in_the_newest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "SAMPLE", 10)
        monkeypatch.setattr(database, "MANY", 5)
        entries = [self.add("Gold" if number == 0 else "Leather", "gold") for number in range(20)]
        rare = self.add("Silver")
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {SearchDocument._meta.db_table}")

        backend = DatabaseSearch(most_found=3)

        found = backend.find(HelpRequest.objects.all(), "help_request", "gold")
        assert list(found) == [entries[0], entries[-1]]
        assert list(backend.find(HelpRequest.objects.all(), "help_request", "silver")) == [rare]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="The others rank all matches.")
    def test_a_word_is_not_common_for_how_much_there_is_of_other_kinds(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "SAMPLE", 10)
        monkeypatch.setattr(database, "MANY", 5)
        golden = {0, 1, 18, 19}
        entries = [
            self.add("Leather", "gold" if number in golden else "silver") for number in range(20)
        ]
        SearchDocument.objects.bulk_create(
            SearchDocument(kind="forum_post", object_id=uuid4(), body_words=" wmsilver ")
            for _ in range(60)
        )
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {SearchDocument._meta.db_table}")

        found = DatabaseSearch(most_found=4).find(HelpRequest.objects.all(), "help_request", "gold")

        assert set(found) == {entries[number] for number in golden}

    def test_documents_from_a_fixture_are_found(self, tmp_path: Path) -> None:
        entry = self.add("Gold on leather")
        fixture = tmp_path / "documents.json"
        call_command("dumpdata", "wargame_mentorship.searchdocument", output=str(fixture))
        rows = json.loads(fixture.read_text())
        rows[0]["fields"]["title_words"] = " wmsilver "
        fixture.write_text(json.dumps(rows))

        SearchDocument.objects.all().delete()
        call_command("loaddata", str(fixture), verbosity=0)

        if connection.vendor != "mysql":
            # MariaDB shows to a transaction of its own writes what the backend wrote.
            assert list(self.find("silver")) == [entry]
            assert list(self.find("gold")) == []
        assert SearchDocument.objects.get().title_words == " wmsilver "


# Elsewhere a transaction sees its own writes in the index, so that once is enough.
if connection.vendor == "mysql":

    class TestCommittedSearch(SearchBackendContract):
        """The same promises of what MariaDB's index knows, which is what is committed."""

        @pytest.fixture(autouse=True)
        def database(self, transactional_db: None, django_db_serialized_rollback: None) -> None: ...

        def make_backend(self) -> DatabaseSearch:
            return DatabaseSearch()

        def test_any_text_is_harmless(self) -> None:  # type: ignore[override] # once for all
            self.add("Wash and tide marks", "wash, tide")

            for query in HARMLESS:
                assert len(self.find(query)) <= 1
                assert len(self.similar(query)) <= 1

        def test_a_transaction_sees_its_own_changes_of_committed_documents(self) -> None:
            changed, gone, kept = self.add("Gold"), self.add("Gold"), self.add("Gold")

            with transaction.atomic():
                self.make_backend().index([self.document(changed, title="Silver")])
                self.make_backend().remove("help_request", [gone.pk])

                assert list(self.find("gold")) == list(self.similar("gold")) == [kept]
                assert list(self.find("silver")) == list(self.similar("silver")) == [changed]

        def test_more_than_it_remembers_is_found_once_committed(self) -> None:
            documents = []
            with transaction.atomic():
                first = self.add("Gold")
                others = [
                    HelpRequest(title="Silver", category=first.category)
                    for _ in range(MOST_UNCOMMITTED + 1)
                ]
                HelpRequest.objects.bulk_create(others)
                documents = [self.document(entry) for entry in others]
                self.make_backend().index(documents)

            assert list(self.find("gold")) == [first]
            assert len(self.find("silver")) == len(others)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_index_can_be_taken_away_and_made_again() -> None:
    contract = TestDatabaseSearch()
    entry = contract.add("Gold on leather")

    # What migration 0003 does and undoes; those after it would take the rows along.
    with connection.schema_editor(atomic=False) as editor:
        full_text.uninstall(editor)
    contract.add("Silver on leather")
    with connection.schema_editor(atomic=False) as editor:
        full_text.install(editor)

    assert list(contract.find("gold leather")) == [entry]
    assert list(contract.similar("gold")) == [entry]
    assert len(contract.find("leather")) == 2
