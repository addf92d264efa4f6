"""The sitemap that a host puts among its own: what everybody may see, in files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sites.requests import RequestSite
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.pages import asker_of, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import deactivate, make_help_request, make_user
from wargame_mentorship.web.sitemaps import HelpRequestSitemap

pytestmark = pytest.mark.django_db


class SmallFiles(HelpRequestSitemap):
    limit = 3


def site() -> RequestSite:
    return RequestSite(RequestFactory().get("/"))


def locations(page: Any = 1, sitemap: Any = None) -> list[str]:
    urls = (sitemap or SmallFiles()).get_urls(page=page, site=site(), protocol="https")
    return [entry["location"] for entry in urls]


def put(entry: HelpRequest, **columns: Any) -> HelpRequest:
    HelpRequest.objects.filter(pk=entry.pk).update(**columns)
    return entry


def page_of(entry: HelpRequest) -> str:
    return f"https://testserver{url('help-request', entry.pk)}"


def test_each_question_stands_in_one_file_the_oldest_first() -> None:
    entries = [make_help_request() for _ in range(7)]
    sitemap = SmallFiles()

    files = [locations(number, sitemap) for number in (1, 2, 3)]

    assert sitemap.paginator.num_pages == 3
    assert [len(entry) for entry in files] == [3, 3, 1]
    assert [found for part in files for found in part] == [page_of(entry) for entry in entries]


def test_a_full_file_stays_as_it_is_when_more_is_asked() -> None:
    for _ in range(4):
        make_help_request()
    before = locations(1)

    make_help_request()

    assert locations(1) == before


def test_the_last_change_or_answer_is_told() -> None:
    now = timezone.now()
    changed = put(make_help_request(), updated_at=now + timedelta(hours=2))
    answered = put(make_help_request(), last_activity_at=now + timedelta(hours=5))
    sitemap = HelpRequestSitemap()

    told = {entry["location"]: entry["lastmod"] for entry in sitemap.get_urls(site=site())}

    assert told == {
        page_of(changed): now + timedelta(hours=2),
        page_of(answered): now + timedelta(hours=5),
    }
    assert sitemap.get_latest_lastmod() == now + timedelta(hours=5)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: put(entry, is_public=False),
        lambda entry: put(entry, moderation_state=ModerationState.HELD),
        lambda entry: put(entry, moderation_state=ModerationState.HIDDEN),
        lambda entry: put(entry, deleted_at=timezone.now()),
        lambda entry: deactivate(asker_of(entry)),
    ],
    ids=["private", "held", "hidden", "deleted", "asker inactive"],
)
def test_what_is_not_for_everybody_is_in_no_file_and_not_counted(
    change: Callable[[HelpRequest], Any],
) -> None:
    for _ in range(3):
        make_help_request()
    entry = make_help_request()
    put(entry, updated_at=timezone.now() + timedelta(days=1))
    sitemap = SmallFiles()
    assert sitemap.paginator.num_pages == 2

    change(entry)

    assert page_of(entry) not in locations(1, sitemap)
    assert sitemap.paginator.num_pages == 1
    latest = sitemap.get_latest_lastmod()
    assert latest is not None
    assert latest < timezone.now()


def test_a_site_without_questions_has_one_empty_file() -> None:
    sitemap = SmallFiles()

    assert locations(1, sitemap) == []
    assert sitemap.paginator.num_pages == 1
    assert sitemap.get_latest_lastmod() is None


@pytest.mark.parametrize("number", ["2", "99999"])
def test_a_file_behind_the_last_is_none(number: str) -> None:
    make_help_request()

    with pytest.raises(EmptyPage):
        locations(number)


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "1.5", "²", "9" * 5000])
def test_what_is_no_number_is_no_file(number: str) -> None:
    with pytest.raises((PageNotAnInteger, EmptyPage)):
        locations(number)


def test_a_file_is_one_query_however_many_are_in_it() -> None:
    for count in (2, 20):
        asker = make_user()
        for _ in range(count):
            make_help_request(asker)
        with CaptureQueriesContext(connection) as queries:
            HelpRequestSitemap().get_urls(site=site())
        [query] = queries.captured_queries
        assert "COUNT(" not in query["sql"]


def test_a_host_with_a_language_in_its_addresses_lists_each_language() -> None:
    class InEachLanguage(HelpRequestSitemap):
        i18n = True
        languages = ("en", "de")

    make_help_request()

    assert len(locations(1, InEachLanguage())) == 2
