"""Topics and posts in the Wagtail admin: lists, mending, steering, bringing back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.photos.pictures import upload
from tests.wagtail_hooks.admin import (
    FORUM_KINDS,
    HOLDING,
    bulk_url,
    edit_form,
    forum,
    forum_moderator,
    html_of,
    index_url,
    let_in,
    make_subject,
    moderator,
    said,
    signed_in,
    text_of,
    url_of,
)
from wargame_mentorship.core.errors import Invalid, NotAllowed, NotFound
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.moderation.services import MOST_AT_ONCE, Named
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def topic(**fields: Any) -> ForumTopic:
    made: ForumTopic = make_subject("forum_topic", **fields)
    return made


def listed(client: Any, kind: str = "forum_topic", query: str = "") -> list[Any]:
    page = client.get(f"{index_url(kind)}?{query}")
    assert page.status_code == 200
    return [entry.pk for entry in page.context["object_list"]]


# Lists


def test_the_list_is_of_ones_own_forums_newest_first() -> None:
    mine = [make_subject("forum_topic", state) for state in ("visible", "held", "hidden")]
    topic(category="gaming")
    make_subject("forum_topic", "deleted")

    assert listed(signed_in(forum_moderator())) == [entry.pk for entry in reversed(mine)]
    assert len(listed(signed_in(make_superuser()))) == 4
    # Somebody who moderates help of the same name moderates no forum.
    assert listed(signed_in(moderator("painting"))) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("moderation_state=held", {"held"}),
        ("category=painting&moderation_state=hidden", {"hidden"}),
        ("category=gaming", {"held", "hidden", "pinned", "locked"}),
        ("is_pinned=true", {"pinned"}),
        ("is_locked=true", {"locked"}),
        ("deleted=only", {"deleted"}),
        ("deleted=only&is_pinned=true", set()),
        ("deleted=x", {"held", "hidden", "pinned", "locked"}),
        ("q=aubergine", {"pinned"}),
        ("q=%00", None),
        ("author=%00", None),
    ],
)
def test_the_list_can_be_narrowed(query: str, found: set[str] | None) -> None:
    forum("gaming")
    entries = {
        "held": make_subject("forum_topic", "held"),
        "hidden": make_subject("forum_topic", "hidden"),
        "deleted": make_subject("forum_topic", "deleted"),
        "pinned": topic(title="Aubergine varnish"),
        "locked": topic(),
    }
    ForumTopic.objects.filter(pk=entries["pinned"].pk).update(is_pinned=True)
    ForumTopic.objects.filter(pk=entries["locked"].pk).update(is_locked=True)
    topic(category="gaming", title="Aubergine orcs")
    names = {entry.pk: name for name, entry in entries.items()}

    shown = {names[key] for key in listed(signed_in(forum_moderator()), query=query)}

    assert shown == (set(entries) - {"deleted"} if found is None else found)


def test_posts_are_found_by_their_words_and_those_of_their_topic() -> None:
    entry = topic(title="Aubergine varnish")
    thin = make_post(entry, content="Thin it **twice**.")
    thick = make_post(topic(), content="Thicker, 100% sure.")
    client = signed_in(forum_moderator())

    assert listed(client, "forum_post", "q=aubergine+thin") == [thin.pk]
    assert listed(client, "forum_post", "q=100%25") == [thick.pk]
    assert listed(client, "forum_post", f"author={thin.author}") == [thin.pk]
    assert "Thin it twice." in text_of(client.get(index_url("forum_post")))


@pytest.mark.parametrize("query", ["", "q=wash", "deleted=only"])
@pytest.mark.parametrize("kind", FORUM_KINDS)
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    kind: str, query: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(forum_moderator())

    def make(count: int) -> None:
        for _ in range(count):
            person = make_user()
            photo = upload_photo(actor=person, file=upload())
            entry = make_topic(
                person, forum(), title="A wash, held", description="hold-me", photo_ids=[photo.pk]
            )
            post = make_post(topic(), content="A wash, held: hold-me")
            if query == "deleted=only":
                services.delete_topic(actor=person, topic=entry)
                services.delete_post(actor=make_superuser(), post=post)

    make(2)
    url = f"{index_url(kind)}?{query}"
    client.get(url)
    with django_assert_max_num_queries(100) as short:
        assert len(client.get(url).context["object_list"]) >= 2
    make(10)
    with django_assert_num_queries(len(short)):
        assert len(client.get(url).context["object_list"]) >= 12


def test_menus_and_panel_are_of_those_who_moderate_their_kind() -> None:
    make_subject("forum_topic", "held", title="Aubergine varnish")
    home = reverse("wagtailadmin_home")

    page = signed_in(forum_moderator()).get(home)
    assert index_url("forum_topic") in html_of(page)
    assert index_url("help_request") not in html_of(page)
    assert "Topics: 1" in text_of(page)
    assert "Aubergine varnish" in text_of(page)
    page = signed_in(moderator()).get(home)
    assert index_url("forum_topic") not in html_of(page)
    assert "Aubergine" not in text_of(page)
    assert index_url("forum_topic") not in html_of(signed_in(let_in(make_user())).get(home))


# Looking and mending


def test_the_page_of_a_topic_shows_what_a_moderator_looks_for() -> None:
    entry = topic(tags=["brushes"])
    post = make_post(entry, content="A size 1.")
    services.pin(actor=forum_moderator(), topic=entry, reason="Often asked")
    client = signed_in(forum_moderator())

    page = client.get(url_of("inspect", entry))

    for word in ("brushes", "pinned", "A size 1.", "started it", "replied", "pinned it"):
        assert word in text_of(page), word
    assert url_of("inspect", post) in html_of(page)
    for action in ("unpin", "lock", "move"):
        assert f"/forumtopic/{action}/" in html_of(page)
    assert "/forumtopic/pin/" not in html_of(page)
    below = client.get(url_of("inspect", post))
    assert url_of("inspect", entry) in html_of(below)
    assert "replied" in text_of(below)


def test_a_topic_is_mended_and_keeps_what_it_said() -> None:
    ada = make_user("ada")
    ids = [upload_photo(actor=ada, file=upload()).pk for _ in range(2)]
    entry = make_topic(ada, forum(), photo_ids=ids, tags=["brushes"])
    client = signed_in(forum_moderator())
    form = edit_form(entry, title="Which brush?", tags="brushes, Eyes ,", drop_photo=[str(ids[0])])

    assert "Saved." in said(client, client.post(url_of("edit", entry), form))

    entry.refresh_from_db()
    assert (entry.title, entry.tag_names) == ("Which brush?", ["brushes", "eyes"])
    assert [photo.pk for photo in photos_of("forum_topic", [entry.pk])[entry.pk]] == [ids[1]]
    assert entry.versions.count() == 1
    stale = client.post(url_of("edit", entry), form)
    assert "This has changed since you opened it." in text_of(stale)


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("forum_topic", {"title": ""}, "title"),
        ("forum_topic", {"title": "bell\x07"}, "title"),
        ("forum_topic", {"tags": "a,b,c,d,e,f"}, "tags"),
        ("forum_topic", {"language": "xx"}, "language"),
        ("forum_post", {"content": " "}, "content"),
    ],
)
def test_what_the_service_refuses_stands_beside_its_field(
    kind: str, wrong: dict[str, str], field: str
) -> None:
    subject = make_subject(kind)

    page = signed_in(forum_moderator()).post(url_of("edit", subject), edit_form(subject, **wrong))

    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert type(subject).objects.get(pk=subject.pk).version == subject.version


def test_a_solution_that_is_deleted_leaves_its_topic_unsolved_and_comes_back() -> None:
    entry = topic()
    post = make_post(entry)
    services.accept(actor=make_superuser(), topic=entry, post_id=post.pk)
    client = signed_in(forum_moderator())

    client.post(url_of("delete", post), {"reason": "Dangerous", "version": post.version})

    assert listed(client, "forum_post") == []
    assert client.get(url_of("inspect", post)).status_code == 404
    post.refresh_from_db()
    assert not post.is_solution
    assert "Dangerous" in text_of(client.get(f"{index_url('forum_post')}?deleted=only"))
    shown = client.get(url_of("undelete", post))
    assert "It was deleted: Dangerous" in text_of(shown)
    answer = client.post(url_of("undelete", post), {"reason": "It was right"})
    assert "is back." in said(client, answer)
    assert listed(client, "forum_post") == [post.pk]
    entry.refresh_from_db()
    assert entry.reply_count == 1
    assert client.post(url_of("undelete", post)).status_code == 404


def test_a_post_does_not_come_back_before_its_topic() -> None:
    post = make_subject("forum_post", "deleted")
    services.delete_topic(actor=make_superuser(), topic=post.topic)
    client = signed_in(forum_moderator())

    assert listed(client, "forum_post", "deleted=only") == []
    assert client.post(url_of("undelete", post)).status_code == 404
    client.post(url_of("undelete", post.topic))
    assert listed(client, "forum_post", "deleted=only") == [post.pk]


def test_what_is_deleted_is_ticked_for_nothing() -> None:
    subject = make_subject("forum_topic", "deleted")
    client = signed_in(forum_moderator())

    page = html_of(client.get(f"{index_url('forum_topic')}?deleted=only"))

    assert url_of("undelete", subject) in page
    assert "data-bulk-action-checkbox" not in page
    assert client.post(bulk_url("pin", "forum_topic", subject.pk)).status_code == 404


def test_moderators_reach_what_a_block_hides_and_what_is_out_of_use() -> None:
    author = make_user("blocker")
    blocker = make_topic(author, forum())
    retired = topic(category="gaming")
    ForumCategory.objects.filter(slug="gaming").update(is_active=False)
    person = forum_moderator("painting", "gaming")
    MemorySocial.block(person, author)
    client = signed_in(person)

    for entry in (blocker, retired):
        client.post(url_of("edit", entry), edit_form(entry, title="Mended"))
        client.post(bulk_url("pin", "forum_topic", entry.pk))
        entry.refresh_from_db()
        assert (entry.title, entry.is_pinned) == ("Mended", True)
        client.post(url_of("delete", entry))
        entry.refresh_from_db()
        assert entry.deleted_at is not None
    page = reverse("wargame_mentorship:forum-topic", args=[retired.pk, retired.slug])
    assert client.get(page).status_code == 404


# Together


def test_a_selection_is_steered_and_what_cannot_be_is_said() -> None:
    mine = [topic() for _ in range(2)]
    done = services.lock(actor=make_superuser(), topic=topic())
    foreign = topic(category="gaming", title="Secret orcs")
    gone = make_subject("forum_topic", "deleted")
    url = bulk_url("lock", "forum_topic", *(e.pk for e in (*mine, done, foreign, gone)))
    client = signed_in(forum_moderator())

    shown = client.get(url)
    answer = client.post(url, {"reason": "Enough said"})

    assert "2 more are not yours to decide." in text_of(shown)
    assert text_of(shown).count("(stays as it is)") == 1
    assert "Secret orcs" not in html_of(shown)
    text = said(client, answer)
    assert "2 are left as they were: This does not exist, or you may not see it." in text
    for entry in (*mine, done, foreign, gone):
        entry.refresh_from_db()
    assert [e.is_locked for e in (*mine, done, foreign, gone)] == [True, True, True, False, False]
    assert {entry.moderation_reason for entry in mine} == {"Enough said"}
    assert Event.objects.filter(verb="forum_topic.locked").count() == 3


def test_topics_are_moved_only_where_one_moderates_too() -> None:
    entries = [topic(), topic()]
    forum("tools"), forum("terrain")
    url = bulk_url("move", "forum_topic", *(entry.pk for entry in entries))
    client = signed_in(forum_moderator("painting", "tools"))

    shown = client.get(url)
    foreign = client.post(url, {"category": "terrain"})
    nowhere = client.post(url, {"category": ""})
    answer = client.post(url, {"category": "tools", "reason": "Better there"})

    offered = {slug for slug, _label in shown.context["form"].fields["category"].choices}
    assert offered == {"", "painting", "tools"}
    for page in (foreign, nowhere):
        assert page.context["form"].errors["category"]
    assert "2 are done." in said(client, answer)
    assert {ForumTopic.objects.get(pk=entry.pk).category.slug for entry in entries} == {"tools"}


def test_a_selection_is_deleted_as_it_was_shown() -> None:
    entry, other = topic(), topic()
    client = signed_in(forum_moderator())
    url = bulk_url("delete", "forum_topic", entry.pk, other.pk)
    seen = [f"{one.pk}:{one.version}" for one in (entry, other)]
    services.edit_topic(actor=make_superuser(), topic=entry, changes={"title": "Better"})

    text = said(client, client.post(url, {"seen": seen, "reason": "Adverts"}))

    assert "1 is done." in text
    assert "This has changed since you opened it." in text
    assert listed(client) == [entry.pk]


@pytest.mark.parametrize("action", ["pin", "move", "delete"])
def test_a_selection_has_its_limit_and_its_token(action: str) -> None:
    entry = topic()
    keys = [entry.pk, *(uuid4() for _ in range(MOST_AT_ONCE))]
    person = forum_moderator()

    page = signed_in(person).post(bulk_url(action, "forum_topic", *keys), {"category": "painting"})
    forged = signed_in(person, enforce_csrf_checks=True).post(
        bulk_url(action, "forum_topic", entry.pk), {"category": "painting"}
    )

    assert f"{MOST_AT_ONCE} at once, and no more." in text_of(page)
    assert forged.status_code == 403
    assert listed(signed_in(person)) == [entry.pk]


def test_the_service_asks_for_itself() -> None:
    entry, post = topic(), make_post(topic())
    everything = [Named(e.KIND, e.pk) for e in (entry, post)]

    def steer(actor: Any, action: str, **given: Any) -> list[str]:
        outcomes = services.steer_all(actor=actor, action=action, subjects=everything, **given)
        return [outcome.error.code if outcome.error else "" for outcome in outcomes]

    with pytest.raises(NotAllowed):
        steer(moderator(), "pin")
    with pytest.raises(Invalid):
        steer(forum_moderator(), "pin", reason="x" * 201)
    with pytest.raises(Invalid):
        services.steer_all(actor=forum_moderator(), action="pin", subjects=[])
    with pytest.raises(Invalid):
        steer(forum_moderator(), "move")
    assert steer(forum_moderator("gaming"), "delete") == [NotFound.code] * 2
    # A post is not pinned, and nothing is done that has no name.
    assert steer(forum_moderator(), "pin") == ["", NotFound.code]
    assert steer(forum_moderator(), "sink") == [NotFound.code] * 2
    assert steer(forum_moderator(), "delete") == ["", ""]
    assert not ForumPost.objects.filter(deleted_at=None).exists()
