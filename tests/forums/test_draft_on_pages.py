"""Drafts on the pages of the forums: found again, gone on with, thrown away; and what they cost."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.photos.conftest import make_photo
from tests.web.pages import html_of, picture, signed_in, text_of, url
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumDraft, ForumPost, ForumTopic
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def keep(actor: Any, topic: ForumTopic | None = None, category: Any = None, **data: Any) -> str:
    draft = services.keep_draft(
        actor=actor, draft_id=uuid4(), data=data, topic=topic, category=category
    )
    return str(draft.pk)


def key_on(page: Any) -> str:
    found = re.search(
        r'name="form_token"[^>]*><input[^>]*name="draft" value="([^"]+)"', html_of(page)
    )
    assert found
    return str(found[1])


def content_on(page: Any) -> str:
    found = re.search(
        r'<textarea name="content"[^>]*>\n?(.*?)</textarea>', html_of(page), re.DOTALL
    )
    assert found
    return str(found[1])


def put(client: Client, address: str, **fields: Any) -> Any:
    """As the page's script does: the form as a browser encodes it."""
    body = urlencode(fields, doseq=True)
    return client.put(address, body, content_type="application/x-www-form-urlencoded")


def reply(**fields: Any) -> dict[str, Any]:
    return {"form_token": str(uuid4()), "content": "Thin it.", **fields}


def opening(**fields: Any) -> dict[str, Any]:
    given = {"title": "Which glue?", "description": "For *resin*", "tags": "", "language": "en"}
    return {"form_token": str(uuid4()), **given, **fields}


# --------------------------------------------------------------------------- found again, sent


def test_a_reply_begun_on_the_phone_is_found_on_the_desk_and_sent() -> None:
    ada, post = make_user("ada"), make_post()
    topic, photo = post.topic, make_photo(ada)
    phone, desk = signed_in(ada), signed_in(ada)
    key = key_on(phone.get(forum_topic_url(topic)))
    fields = {"draft": key, "content": "Thin it,\r\nthen", "reply_to_id": post.pk}
    saved = put(phone, url("reply-draft", topic.pk), photo_ids=[str(photo.pk)], **fields)
    assert (saved.status_code, saved.json()["draft"]) == (200, key)

    page = desk.get(forum_topic_url(topic))

    assert "Your draft from" in text_of(page)
    assert (key_on(page), content_on(page)) == (key, "Thin it,\r\nthen")
    assert f'name="reply_to_id" value="{post.pk}"' in html_of(page)
    assert f'name="photo_ids" value="{photo.pk}"' in html_of(page)
    answer = desk.post(
        url("reply-topic", topic.pk), reply(draft=key, photo_ids=str(photo.pk), reply_to_id=post.pk)
    )
    assert answer.status_code == 302
    assert ForumPost.objects.filter(topic=topic, author=ada.pk, reply_to=post).exists()
    assert not ForumDraft.objects.exists()
    assert "Your draft from" not in text_of(desk.get(forum_topic_url(topic)))
    late = put(phone, url("reply-draft", topic.pk), draft=key, content="Thin it")
    assert (late.status_code, late.json()["code"]) == (409, "draft_gone")


def test_a_topic_begun_on_the_phone_is_found_on_the_desk_and_sent() -> None:
    ada, category = make_user("ada"), make_forum_category()
    photo, address = make_photo(ada), url("start-topic", category.slug)
    phone, desk = signed_in(ada), signed_in(ada)
    key = key_on(phone.get(address))
    put(
        phone,
        url("start-topic-draft", category.slug),
        **opening(draft=key, tags="glue, re", language="de", photo_ids=[str(photo.pk)]),
    )

    page = desk.get(address)

    html = html_of(page)
    assert "Your draft from" in text_of(page)
    assert key_on(page) == key
    assert 'value="Which glue?"' in html
    assert "For *resin*" in html
    assert 'value="glue, re"' in html
    assert '<option value="de" selected>' in html
    assert f'name="photo_ids" value="{photo.pk}"' in html
    assert desk.post(address, opening(draft=key)).status_code == 302
    assert ForumTopic.objects.filter(title="Which glue?").exists()
    assert not ForumDraft.objects.exists()
    assert "Your draft from" not in text_of(desk.get(address))


def test_what_is_typed_comes_back_as_it_was_typed() -> None:
    """A form that comes back changed would look to the script as if it were somebody else's."""
    ada, category = make_user("ada"), make_forum_category()
    client = signed_in(ada)
    typed = {"title": "  A", "description": "\n x ", "tags": "a,b ,, c,"}
    put(client, url("start-topic-draft", category.slug), **opening(draft=str(uuid4()), **typed))

    html = html_of(client.get(url("start-topic", category.slug)))

    assert 'value="a,b ,, c,"' in html
    assert 'value="  A"' in html
    assert "\n\n x </textarea>" in html


def test_a_topic_begun_for_another_category_is_offered_there() -> None:
    ada, here, there = make_user("ada"), make_forum_category(), make_forum_category()
    key, client = keep(ada, category=there, title="Which glue?"), signed_in(ada)

    page = client.get(url("start-topic", here.slug))

    assert "You were writing “Which glue?”." in text_of(page)
    assert f'href="{url("start-topic", there.slug)}"' in html_of(page)
    assert key_on(page) != key
    assert 'value="Which glue?"' not in html_of(page)
    assert key_on(client.get(url("start-topic", there.slug))) == key


def test_a_topic_for_a_category_out_of_use_goes_on_anywhere() -> None:
    ada, here, there = make_user("ada"), make_forum_category(), make_forum_category()
    key = keep(ada, category=there, title="Which glue?")
    there.is_active = False
    there.save()

    assert key_on(signed_in(ada).get(url("start-topic", here.slug))) == key


def test_a_draft_that_another_one_replaced_is_there_to_be_read() -> None:
    ada, topic, category = make_user("ada"), make_topic(), make_forum_category()
    for said in ("From the phone", "From the desk"):
        keep(ada, topic, content=said)
        keep(ada, category=category, title=said, description=f"{said}, at length")
    client = signed_in(ada)

    for page in (
        client.get(forum_topic_url(topic)),
        client.get(url("start-topic", category.slug)),
    ):
        assert "Another draft, which this one replaced" in text_of(page)
        assert "From the phone" in html_of(page)


def test_nobody_else_finds_it() -> None:
    category = make_forum_category()
    ada, topic = make_user("ada"), make_topic(category=category)
    keep(ada, topic, content="canary-5k")
    keep(ada, category=category, title="canary-5k")

    for client in (
        Client(),
        signed_in(make_user("bruno")),
        signed_in(make_forum_moderator(category)),
    ):
        for address in (
            forum_topic_url(topic),
            url("start-topic", category.slug),
            url("topic-detail-fragment", topic.pk),
            url("forum-list", "mine"),
        ):
            assert "canary-5k" not in client.get(address).content.decode()


# --------------------------------------------------------------------------------------- quoting


def test_a_quote_goes_below_what_is_there_once() -> None:
    ada = make_user("ada")
    post = make_post(content="Use\nice.")
    key, client = keep(ada, post.topic, content="First:\r\n\r\n> Use\r\n> water."), signed_in(ada)
    address = f"{forum_topic_url(post.topic)}?quote={post.pk}"

    page = client.get(address)

    assert key_on(page) == key
    said = "First:\n\n&gt; Use\n&gt; water.\n\n&gt; Use\n&gt; ice.\n\n"
    assert content_on(page) == said
    assert f'name="reply_to_id" value="{post.pk}"' in html_of(page)
    put(
        client,
        url("reply-draft", post.topic_id),
        draft=key,
        content=said.replace("&gt;", ">").replace("\n", "\r\n"),
    )
    assert content_on(client.get(address)) == said


def test_a_post_that_is_gone_keeps_nobody_from_sending() -> None:
    ada, expert = make_user("ada"), make_user("expert")
    post = make_post(author=expert)
    keep(ada, post.topic, content="To that:", reply_to_id=str(post.pk))
    services.delete_post(actor=expert, post=post)

    page = signed_in(ada).get(forum_topic_url(post.topic))

    assert content_on(page) == "To that:"
    assert str(post.pk) not in html_of(page).partition('id="reply"')[2]


# -------------------------------------------------------------------- kept without any script


def test_a_reply_is_kept_for_later_without_a_script() -> None:
    ada, topic = make_user("ada"), make_topic()
    client = signed_in(ada)
    key = key_on(client.get(forum_topic_url(topic)))

    answer = client.post(
        url("reply-topic", topic.pk), reply(draft=key, keep="1", photo_0=picture())
    )

    assert (answer.status_code, answer["Location"]) == (302, f"{forum_topic_url(topic)}#reply")
    assert not ForumPost.objects.exists()
    page = client.get(answer["Location"])
    [photo] = Photo.objects.all()
    assert (key_on(page), content_on(page)) == (key, "Thin it.")
    assert f'name="photo_ids" value="{photo.pk}"' in html_of(page)


def test_a_topic_is_kept_for_later_without_a_script() -> None:
    category, client = make_forum_category(), signed_in(make_user())
    address = url("start-topic", category.slug)

    answer = client.post(address, opening(keep="1", title=""))

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "For *resin*" in html_of(client.get(address))
    assert not ForumTopic.objects.exists()


def test_what_is_too_long_to_be_kept_is_given_back() -> None:
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())
    long = "canary " + "x" * 40_001

    for answer in (
        client.post(url("reply-topic", topic.pk), reply(keep="1", content=long)),
        client.post(url("start-topic", category.slug), opening(keep="1", description=long)),
    ):
        assert answer.status_code == 413
        assert long in answer.content.decode()


def test_a_picture_that_is_none_keeps_the_words() -> None:
    topic, client = make_topic(), signed_in(make_user())
    broken = SimpleUploadedFile("mini.png", b"no picture", "image/png")

    answer = client.post(url("reply-topic", topic.pk), reply(keep="1", photo_0=broken))

    assert answer.status_code == 400
    assert "Thin it." in html_of(client.get(forum_topic_url(topic)))


@pytest.mark.parametrize(
    "wrong", [{"content": "x" * 10_001}, {"photo_ids": [], "content": " ", "photo_0": "picture"}]
)
def test_a_reply_that_cannot_be_sent_is_kept(wrong: dict[str, Any]) -> None:
    ada, topic = make_user("ada"), make_topic()
    client, key = signed_in(ada), str(uuid4())
    if "photo_0" in wrong:
        wrong = {**wrong, "photo_0": picture()}

    answer = client.post(url("reply-topic", topic.pk), reply(draft=key, **wrong))

    assert answer.status_code == 400
    assert key_on(answer) == key
    assert "Your draft from" not in text_of(answer)
    assert "Your draft from" in text_of(signed_in(ada).get(forum_topic_url(topic)))


def test_a_topic_that_cannot_be_sent_is_kept() -> None:
    category, client, key = make_forum_category(), signed_in(make_user()), str(uuid4())
    address = url("start-topic", category.slug)

    for wrong in ({"title": ""}, {"tags": "a,b,c,d,e,f"}):
        answer = client.post(address, opening(draft=key, **wrong))
        assert answer.status_code == 400
        assert key_on(answer) == key
    assert 'value="a,b,c,d,e,f"' in html_of(client.get(address))


def test_a_reply_to_a_topic_that_was_locked_meanwhile_is_kept_until_it_is_opened() -> None:
    category = make_forum_category()
    topic, moderator = make_topic(category=category), make_forum_moderator(category)
    client = signed_in(make_user())
    key = key_on(client.get(forum_topic_url(topic)))
    services.lock(actor=moderator, topic=topic)

    assert client.post(url("reply-topic", topic.pk), reply(draft=key)).status_code == 409

    page = client.get(forum_topic_url(topic))
    assert "Your draft from" in text_of(page)
    assert re.search("readonly>Thin it.</textarea>", html_of(page))
    services.unlock(actor=moderator, topic=topic)
    page = client.get(forum_topic_url(topic))
    assert (key_on(page), content_on(page)) == (key, "Thin it.")


def test_what_was_sent_in_another_tab_is_not_brought_back_by_what_is_refused_here() -> None:
    """It is kept as something new, under a key of its own."""
    ada, topic = make_user("ada"), make_topic()
    client, key = signed_in(ada), str(uuid4())
    client.post(url("reply-topic", topic.pk), reply(draft=key))

    answer = client.post(url("reply-topic", topic.pk), reply(draft=key, content="x" * 10_001))

    assert answer.status_code == 400
    [draft] = ForumDraft.objects.all()
    assert str(draft.pk) == key_on(answer) != key


def test_a_reply_sent_twice_leaves_no_draft() -> None:
    topic, client = make_topic(), signed_in(make_user())
    filled = reply(draft=str(uuid4()))

    first, second = (client.post(url("reply-topic", topic.pk), filled) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert (ForumPost.objects.count(), ForumDraft.objects.count()) == (1, 0)


def test_keeping_is_not_counted_as_writing(settings: Any) -> None:
    given = settings.WARGAME_MENTORSHIP
    throttles = {**given["THROTTLES"], "post-user": "1/hour", "topic-user": "1/hour"}
    settings.WARGAME_MENTORSHIP = {**given, "THROTTLES": throttles}
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())

    for _ in range(3):
        kept = client.post(url("reply-topic", topic.pk), reply(keep="1"))
        assert kept.status_code == 302
        kept = client.post(url("start-topic", category.slug), opening(keep="1"))
        assert kept.status_code == 302


# --------------------------------------------------------------------------- the script's address


def test_start_over_throws_it_away_and_leads_back_to_an_empty_form() -> None:
    ada, topic, category = make_user("ada"), make_topic(), make_forum_category()
    client = signed_in(ada)
    replied, started = keep(ada, topic, content="x"), keep(ada, category=category, title="x")

    answer = client.post(url("reply-draft", topic.pk), {"draft": replied})
    page = client.get(answer["Location"], follow=True)
    assert (content_on(page), page.redirect_chain) == ("", [(f"{forum_topic_url(topic)}", 301)])
    answer = client.post(url("start-topic-draft", category.slug), {"draft": started})
    assert answer["Location"] == url("start-topic", category.slug)
    assert not ForumDraft.objects.exists()
    assert put(client, url("reply-draft", topic.pk), draft=replied).status_code == 409


def test_the_script_throws_it_away() -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    key = keep(ada, topic, content="x")
    address = f"{url('reply-draft', topic.pk)}?draft={key}"

    assert signed_in(bruno).delete(address).status_code == 204
    assert ForumDraft.objects.exists()
    assert Client().delete(address).status_code == 401
    assert signed_in(ada).delete(address).status_code == 204
    assert not ForumDraft.objects.exists()


def test_a_stranger_and_nobody_keep_nothing() -> None:
    asker, category = make_user("asker"), make_forum_category(is_active=False)
    topic = make_topic(asker)
    services.delete_topic(actor=asker, topic=topic)
    stranger, fields = signed_in(make_user()), {"draft": str(uuid4()), "content": "x", "title": "x"}

    for address, status in (
        (url("reply-draft", topic.pk), 404),
        (url("reply-draft", uuid4()), 404),
        (url("start-topic-draft", category.slug), 404),
        (url("start-topic-draft", "none"), 404),
    ):
        assert put(stranger, address, **fields).status_code == status
        assert put(Client(), address, **fields).status_code == 401
    assert not ForumDraft.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "x\0", "7"])
def test_a_key_that_is_none_is_a_400(key: str) -> None:
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())

    for address in (
        url("reply-draft", topic.pk),
        url("start-topic-draft", category.slug),
    ):
        assert put(client, address, draft=key).status_code == 400
        assert client.post(address, {"draft": key}).status_code == 400
        assert client.delete(f"{address}?{urlencode({'draft': key})}").status_code == 400
    assert not ForumDraft.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"title": 7, "content": ["x"], "tags": {"a": 1}, "photo_ids": "x", "language": None},
        {"title": "a\ud800", "content": "b\ud800", "reply_to_id": "x" * 99},
    ],
)
def test_whatever_a_script_sends_is_kept_or_refused(fields: dict[str, Any]) -> None:
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())
    body = {**fields, "draft": str(uuid4())}

    for address, page in (
        (url("reply-draft", topic.pk), forum_topic_url(topic)),
        (url("start-topic-draft", category.slug), url("start-topic", category.slug)),
    ):
        answer = client.put(address, json.dumps(body), content_type="application/json")
        assert answer.status_code in {200, 400}
        body["draft"] = str(uuid4())
        assert client.get(page).status_code == 200


def test_what_is_too_much_or_no_form_is_refused() -> None:
    topic, client = make_topic(), signed_in(make_user())
    address, body = url("reply-draft", topic.pk), {"draft": str(uuid4()), "content": "x" * 40_001}

    assert put(client, address, **body).status_code == 413
    huge = client.put(address, json.dumps(body), content_type="application/json")
    assert huge.status_code == 413
    assert client.put(address, "x", content_type="text/plain").status_code == 415


# ---------------------------------------------------------------------- the list, and the queries


def test_one_s_drafts_are_listed_with_where_they_go_on() -> None:
    ada, category, topic = make_user("ada"), make_forum_category(), make_topic(title="Eyes & brows")
    keep(ada, category=category, title="Which <glue>?", description="For resin")
    keep(ada, topic, content="Thin it")
    asker = make_user("asker")
    gone = make_topic(asker, title="Gone")
    keep(ada, gone, content="Too late")
    services.delete_topic(actor=asker, topic=gone)
    client = signed_in(ada)

    page = client.get(url("forum-list", "mine"))

    html = html_of(page)
    assert "Drafts" in text_of(page)
    assert f'href="{forum_topic_url(topic)}#reply"' in html
    assert f'href="{url("start-topic", category.slug)}"' in html
    assert "Which &lt;glue&gt;?" in html
    assert "Eyes &amp; brows" in html
    assert "Thin it" in html
    assert "Gone" not in html
    assert "Drafts" not in text_of(client.get(url("forum-list", "latest")))
    assert "Drafts" not in text_of(signed_in(make_user()).get(url("forum-list", "mine")))


def test_a_draft_without_a_place_leads_to_where_one_is_chosen() -> None:
    ada = make_user("ada")
    keep(ada, description="No title yet")

    html = html_of(signed_in(ada).get(url("forum-list", "mine")))

    assert re.search(rf'<a href="{url("forums")}"[^>]*><svg.*?</svg> Start a topic</a>', html)


def queries_of(client: Client, address: str) -> int:
    # Counted once, and read; what is cached for everybody is.
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_topic_costs_its_readers_no_query_for_the_draft_that_they_have() -> None:
    ada, topic = make_user("ada"), make_topic()
    client, address = signed_in(ada), forum_topic_url(topic)
    without = queries_of(client, address)

    keep(ada, topic, content="Thin it")

    assert queries_of(client, address) == without
    [named] = [one["sql"] for one in seen_by(client, address) if "forumdraft" in one["sql"].lower()]
    assert "forumtopic" in named.lower()
    assert not [one for one in seen_by(Client(), address) if "forumdraft" in one["sql"].lower()]


def seen_by(client: Client, address: str) -> list[dict[str, str]]:
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return list(seen.captured_queries)


def test_the_list_of_drafts_costs_one_query_however_long() -> None:
    ada = make_user("ada")
    client = signed_in(ada)

    def of_drafts() -> int:
        return len(
            [1 for one in seen_by(client, url("forum-list", "mine")) if "forumdraft" in one["sql"]]
        )

    counts = []
    for more in (2, 18):
        for _ in range(more):
            keep(ada, make_topic(), content="x")
        counts.append((of_drafts(), queries_of(client, url("forum-list", "mine"))))
    assert counts[0] == counts[1]
    assert counts[0][0] == 1
