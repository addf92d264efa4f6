from __future__ import annotations

from typing import Any

import pytest

from wargame_mentorship.core import registry
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Document
from wargame_mentorship.search import services as search
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.testing.factories import make_help_request

pytestmark = pytest.mark.django_db


class WriteOnlySearch:
    """A host's backend that cannot tell what it holds."""

    indexed_titles: list[str] = []

    def index(self, documents: Any) -> None:
        self.indexed_titles += [document.title for document in documents]

    def remove(self, kind: str, object_ids: Any) -> None: ...

    def find(self, queryset: Any, kind: str, text: str) -> Any:
        return queryset.filter(title__icontains=text)

    def similar(self, queryset: Any, kind: str, title: str) -> Any:
        return queryset.none()


def test_what_the_services_wrote_is_as_it_should_be() -> None:
    make_help_request(title="Gold on leather")

    report = search.recount()

    assert report.is_clean
    assert report.looked_at == 1


def test_missing_stale_and_surplus_documents_are_told_and_left_alone() -> None:
    missing, stale, gone = [make_help_request(title="Gold on leather") for _ in range(3)]
    SearchDocument.objects.filter(object_id=missing.pk).delete()
    HelpRequest.objects.filter(pk=stale.pk).update(title="Silver on wood")
    HelpRequest.objects.filter(pk=gone.pk).delete()
    make_document("no_such_kind", missing)

    reports = [search.recount(), search.recount()]

    assert [(r.missing, r.stale, r.surplus) for r in reports] == [(1, 1, 2), (1, 1, 2)]
    assert not reports[0].is_clean


def test_differences_are_repaired() -> None:
    missing, stale, gone = [make_help_request(title="Gold on leather") for _ in range(3)]
    SearchDocument.objects.filter(object_id=missing.pk).delete()
    HelpRequest.objects.filter(pk=stale.pk).update(title="Silver on wood")
    HelpRequest.objects.filter(pk=gone.pk).delete()
    make_document("no_such_kind", missing)

    search.recount(fix=True)

    assert search.recount().is_clean
    requests = HelpRequest.objects.all()
    assert list(search.find(requests, "gold")) == [missing]
    assert list(search.find(requests, "silver wood")) == [stale]
    assert SearchDocument.objects.count() == 2


def test_many_are_recounted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BATCH", 2)
    entries = [make_help_request(title="Gold") for _ in range(5)]
    SearchDocument.objects.all().delete()

    report = search.recount(fix=True)

    assert (report.looked_at, report.missing) == (5, 5)
    assert set(search.find(HelpRequest.objects.all(), "gold")) == set(entries)


def test_a_backend_that_cannot_compare_is_given_everything(settings: Any) -> None:
    make_help_request(title="Gold")
    WriteOnlySearch.indexed_titles.clear()
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SEARCH": {"BACKEND": f"{__name__}.WriteOnlySearch"},
    }

    assert not search.recount().compared
    assert WriteOnlySearch.indexed_titles == []
    search.recount(fix=True)

    assert WriteOnlySearch.indexed_titles == ["Gold"]


def test_the_hosts_backend_answers_instead_of_the_database(settings: Any) -> None:
    entry = make_help_request(title="100 % gold")
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SEARCH": {"BACKEND": f"{__name__}.WriteOnlySearch"},
    }

    assert list(search.find(HelpRequest.objects.all(), "% gold")) == [entry]
    assert list(search.similar(HelpRequest.objects.all(), "gold")) == []


def test_a_model_without_kind_is_refused() -> None:
    with pytest.raises(LookupError):
        search.find(SearchDocument.objects.all(), "gold")


def test_the_kind_may_be_said() -> None:
    entry = make_help_request(title="Gold")
    search.remove("help_request", [entry.pk])
    search.index(document_of("another_kind", entry))

    found = search.find(HelpRequest.objects.all(), "gold", kind="another_kind")

    assert list(found) == [entry]
    assert list(search.find(HelpRequest.objects.all(), "gold")) == []


def document_of(kind: str, entry: HelpRequest) -> Document:
    documents = registry.get("help_request").documents
    assert documents is not None
    (known,) = documents(HelpRequest.objects.filter(pk=entry.pk))
    return Document(
        kind=kind,
        object_id=known.object_id,
        title=known.title,
        body=known.body,
        language=known.language,
        created_at=known.created_at,
    )


def make_document(kind: str, entry: HelpRequest) -> None:
    search.index(document_of(kind, entry))
