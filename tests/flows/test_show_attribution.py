"""Imported content names its author, its original and its licence, on pages and in the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, signed_in
from tests.flows.dump_files import (
    MINIS,
    answer,
    post_of,
    question,
    request_of,
    response_of,
    run,
    topic_of,
    write_dump,
)
from tests.web.pages import picture, text_of, url
from wargame_mentorship.flows.imports.claims import claim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.help_requests import services
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

ADA = {
    "author_name": "Ada Lovelace",
    "author_url": "https://minis.stackexchange.com/users/10",
    "source_url": "https://minis.stackexchange.com/q/1",
    "licence": "CC BY-SA 4.0",
    "licence_url": "https://creativecommons.org/licenses/by-sa/4.0/",
    "was_changed": False,
}


def detail_page(entry: HelpRequest) -> Any:
    page = Client().get(url("help-request", entry.pk))
    assert page.status_code == 200
    return page


def lines(entry: HelpRequest) -> list[tuple[str, list[str]]]:
    """What stands below the posts of a page: the words and where they link to."""
    soup = BeautifulSoup(detail_page(entry).content.decode(), "html.parser")
    return [
        (" ".join(line.get_text().split()), [str(link["href"]) for link in line.select("a")])
        for line in soup.select(".wm-attribution")
    ]


def read(entry: HelpRequest) -> Any:
    return anonymous().ask("GET", "help-request", entry.pk).json()


def listed() -> dict[str, Any]:
    results = anonymous().ask("GET", "help-requests").json()["results"]
    return {result["title"]: result["attribution"] for result in results}


def test_a_page_names_author_original_and_licence_of_every_post() -> None:
    run(MINIS)
    entry = request_of(1)

    said = text_of(detail_page(entry))
    found = lines(entry)

    assert found[0] == (
        "Author: Ada Lovelace · Original at minis.stackexchange.com · Licence: CC BY-SA 4.0",
        [ADA["author_url"], ADA["source_url"], ADA["licence_url"]],
    )
    assert len(found) == 1 + entry.response_count
    # Named where people are named, too; with no account at the source there is no link to it.
    assert said.count("Ada Lovelace") >= 2
    assert "a former member" not in said
    [unlinked] = [links for words, links in found if "user99" in words]
    assert unlinked[0] == "https://minis.stackexchange.com/a/3"


@override_settings(LANGUAGE_CODE="de", LANGUAGES=[("de", "Deutsch")])
def test_the_line_speaks_the_readers_language() -> None:
    run(MINIS)

    assert lines(request_of(1))[0][0] == (
        "Von: Ada Lovelace · Original bei minis.stackexchange.com · Lizenz: CC BY-SA 4.0"
    )


def test_who_is_not_named_at_the_source_is_a_former_member() -> None:
    run(MINIS)

    page = detail_page(request_of(7))

    assert "a former member" in text_of(page)
    assert lines(request_of(7))[0][0].startswith("Original at minis.stackexchange.com · Licence:")


def test_a_change_made_here_is_told(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1)]))
    entry = request_of(1)
    assert "changed here" not in lines(entry)[0][0]

    services.edit(actor=make_moderator("general"), help_request=entry, changes={"title": "Ours"})

    assert lines(entry)[0][0].endswith("· changed here")
    assert read(entry)["attribution"]["was_changed"] is True


def test_a_name_of_the_source_is_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    users = [{"Id": 10, "DisplayName": evil}]
    run(write_dump(tmp_path, [question(1)], users=users))

    html = detail_page(request_of(1)).content.decode()

    assert evil not in html
    assert "&lt;script&gt;alert(1)" in html


def test_content_of_our_own_says_nothing_of_the_kind() -> None:
    entry = make_help_request()
    make_response(entry)

    assert lines(entry) == []
    seen = read(entry)
    assert seen["attribution"] is None
    assert [one["attribution"] for one in seen["responses"]] == [None]


def test_the_api_names_them_in_lists_and_in_detail() -> None:
    run(MINIS)
    own = make_help_request(title="Our own")

    seen = read(request_of(1))
    answered = {one["id"]: one["attribution"] for one in seen["responses"]}

    assert seen["requester"] is None
    assert seen["attribution"] == ADA
    assert answered[str(response_of(3).pk)] == {
        **ADA,
        "author_name": "user99",
        "author_url": None,
        "source_url": "https://minis.stackexchange.com/a/3",
    }
    assert seen["solution"]["attribution"] == answered[seen["solution"]["id"]]
    assert listed()[request_of(1).title] == ADA
    assert listed()[own.title] is None


def test_the_account_that_claims_speaks_for_itself_until_it_is_forgotten(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1), answer(2, 1)]))
    entry, user = request_of(1), make_user("ada")
    assert listed()["Title 1"]["author_name"] == "user10"

    claim_author(actor=None, author=ImportedAuthor.objects.get(key="10"), user=user)

    assert listed()["Title 1"] is None
    assert [words.split(" · ")[0] for words, _links in lines(entry)] == ["Author: user20"]

    erase_user(user)

    assert "user10" not in text_of(detail_page(entry))
    assert (listed()["Title 1"]["author_name"], listed()["Title 1"]["author_url"]) == ("", None)
    assert lines(entry)[0][0].startswith("Original at minis.stackexchange.com")


def test_the_forums_name_them_on_pages_and_in_the_api(tmp_path: Path) -> None:
    make_forum_category("General", slug="general")
    run(MINIS, into="forums")
    topic = topic_of(1)
    address = forum_topic_url(topic)

    page = Client().get(address)
    soup = BeautifulSoup(page.content.decode(), "html.parser")
    found = [" ".join(line.get_text().split()) for line in soup.select(".wm-attribution")]
    listed_page = text_of(Client().get(url("forum-category", "general")))
    seen = anonymous().ask("GET", "forum-topic", topic.pk).json()
    posts = anonymous().ask("GET", "forum-posts", topic.pk).json()["results"]

    assert found[0] == (
        "Author: Ada Lovelace · Original at minis.stackexchange.com · Licence: CC BY-SA 4.0"
    )
    # The solution stands above the others, and again in its place where that is not the first.
    assert len(found) >= 1 + topic.reply_count
    assert "Ada Lovelace" in listed_page
    [data] = soup.select('script[type="application/ld+json"]')
    assert json.loads(data.text)["mainEntity"]["author"]["name"] == "Ada Lovelace"
    assert (seen["created_by"], seen["attribution"]) == (None, ADA)
    named = {post["id"]: post["attribution"] for post in posts}
    assert named[str(post_of(3).pk)]["author_name"] == "user99"
    assert seen["solution"]["attribution"] == named[str(post_of(2).pk)]


def test_a_list_of_topics_names_who_wrote_first_and_last_at_the_same_cost(tmp_path: Path) -> None:
    make_forum_category("General", slug="general")
    address = url("forum-category", "general")
    rows = [row for key in (1, 2) for row in (question(key), answer(50 + key, key))]
    users = [{"Id": 10, "DisplayName": "Ada"}, {"Id": 20, "DisplayName": "Bruno"}]
    run(write_dump(tmp_path, rows, users=users), into="forums")
    two = queries(Client(), address)

    said = text_of(Client().get(address))

    assert "Bruno replied" in said
    assert "Ada" in said
    assert "a former member" not in said
    rows += [row for key in range(3, 21) for row in (question(key), answer(50 + key, key))]
    run(write_dump(tmp_path, rows, users=users), into="forums")
    assert queries(Client(), address) == two


def test_the_forums_say_nothing_of_the_kind_of_what_was_written_there() -> None:
    post = make_post()

    page = Client().get(forum_topic_url(post.topic))
    seen = anonymous().ask("GET", "forum-topic", post.topic_id).json()
    posts = anonymous().ask("GET", "forum-posts", post.topic_id).json()["results"]

    assert "wm-attribution" not in page.content.decode()
    assert seen["attribution"] is None
    assert [one["attribution"] for one in posts] == [None]


def queries(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_without_imports_cost_no_query_more_and_with_them_as_many_for_all(
    tmp_path: Path,
) -> None:
    own = make_help_request()
    make_response(own)
    with CaptureQueriesContext(connection) as found:
        detail_page(own)
        read(own)
        listed()
    assert not any("importeditem" in query["sql"] for query in found.captured_queries)

    rows = [question(1), question(2), *(answer(10 + key, 1, OwnerUserId=key) for key in range(2))]
    run(write_dump(tmp_path, rows))
    address = url("help-request", request_of(1).pk)
    two = queries(Client(), address)
    more = [question(key) for key in range(100, 118)]
    more += [answer(200 + key, 1, OwnerUserId=key) for key in range(18)]
    run(write_dump(tmp_path, [*rows, *more]))

    assert queries(Client(), address) == two


@pytest.mark.parametrize("query", [{}, {"search": "title"}])
def test_a_list_with_imports_costs_the_same_for_2_and_for_20(
    tmp_path: Path, query: dict[str, Any]
) -> None:
    client = signed_in(make_moderator("general"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.ask("GET", "help-requests", query=query).status_code == 200
        return len(found)

    asker = make_user("asker")
    photo = upload_photo(actor=asker, file=picture(), alt_text="A mini")
    mine = make_help_request(asker, title="Title of our own", photo_ids=[photo.pk])
    services.claim(actor=make_user("helper"), help_request=mine)
    rows = [question(key, OwnerUserId=key) for key in range(1, 3)]
    run(write_dump(tmp_path, rows))
    cost()
    two = cost()
    run(write_dump(tmp_path, [question(key, OwnerUserId=key) for key in range(1, 20)]))

    assert len(listed()) == 20
    assert cost() == two
    assert two <= 9
