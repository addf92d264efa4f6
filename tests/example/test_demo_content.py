"""The demo's content refers only to what exists, and its pictures can be drawn and repeated."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from demo.art import FAULTS, PALETTES, STAGES, SUBJECTS, draw_avatar, draw_miniature
from wargame_mentorship.forums.seed import SEEDS
from wargame_mentorship.forums.services import LONGEST_TAG, MOST_TAGS
from wargame_mentorship.moderation.models import FlagReason
from wargame_mentorship.templatetags.wargame_mentorship_tags import wm_icon
from wargame_mentorship.web.forums.detail import POSTS_PER_PAGE

CONTENT = Path(__file__).parents[2] / "example_project" / "demo" / "content"
SUBCATEGORIES = {
    "painting": {
        "basecoating",
        "layering",
        "highlighting",
        "washing",
        "drybrushing",
        "weathering",
        "airbrushing",
        "freehand",
        "object-source-lighting",
        "non-metallic-metal",
        "priming",
        "varnishing",
    },
    "modeling": {"assembly", "kitbashing", "sculpting", "basing", "terrain", "magnetising"},
    "gaming": {"rules", "tactics", "list-building", "campaign"},
    "general": {"tools", "workspace", "photography", "motivation"},
}
FIXED_PEOPLE = {"ada", "bruno", "cleo", "dmitri", "edith", "admin"}
SMALL = (200, 150)

Entry = dict[str, Any]


def load(name: str) -> list[Entry]:
    entries: list[Entry] = json.loads((CONTENT / name).read_text(encoding="utf-8"))
    return entries


HELP_REQUESTS = load("help_requests.json")
PEOPLE = load("people.json")
USERNAMES = {person["username"] for person in PEOPLE}
OUTCOMES = [entry["outcome"] for entry in HELP_REQUESTS if "outcome" in entry]
STEPS = [
    step
    for entry in HELP_REQUESTS
    for response in entry["responses"]
    for step in response.get("steps", ())
]
PHOTOS = [
    photo
    for entry in HELP_REQUESTS
    for holder in (entry, *entry["responses"])
    for photo in holder["photos"]
]
PHOTOS += [photo for outcome in OUTCOMES for photo in outcome["photos"]]
PHOTOS += [step["photo"] for step in STEPS if step["photo"]]

each_request = pytest.mark.parametrize(
    "entry", HELP_REQUESTS, ids=[entry["key"] for entry in HELP_REQUESTS]
)

TOPICS = load("forums.json")
REPORTS = load("reports.json")
OWN_FORUMS = load("forum_categories.json")
FORUMS = {seed.slug for seed in SEEDS} | {entry["slug"] for entry in OWN_FORUMS}
# What the demo's moderator is shown waiting is among the help requests; the forums are all seen.
WATCHED = "discount code"
LINK = "://"

each_topic = pytest.mark.parametrize("entry", TOPICS, ids=[entry["key"] for entry in TOPICS])


def test_there_is_enough_of_everything() -> None:
    keys = [entry["key"] for entry in HELP_REQUESTS]
    with_photos = [entry for entry in HELP_REQUESTS if entry["photos"]]
    assert len(keys) >= 40
    assert len(set(keys)) == len(keys)
    assert len(with_photos) >= 0.6 * len(keys)
    assert {entry["language"] for entry in HELP_REQUESTS} == {"en", "de"}
    assert sum(not entry["is_public"] for entry in HELP_REQUESTS) in {2, 3}
    assert {entry["status"] for entry in HELP_REQUESTS} == {
        "open",
        "in_progress",
        "resolved",
        "closed",
    }
    assert len(OUTCOMES) >= 4
    assert len(STEPS) >= 10
    assert sum(bool(entry.get("facets")) for entry in HELP_REQUESTS) >= 10
    asked_back = [
        response["author"]
        for entry in HELP_REQUESTS
        for response in entry["responses"]
        if response.get("asks_back")
    ]
    assert len(asked_back) >= 2


def test_people_are_complete_and_unique() -> None:
    assert len(USERNAMES) == len(PEOPLE)
    assert USERNAMES > FIXED_PEOPLE
    assert all(person["display_name"] and person["bio"] for person in PEOPLE)
    assert all(person["palette"] in PALETTES for person in PEOPLE)


@each_request
def test_a_request_uses_known_words(entry: Entry) -> None:
    assert 0 < len(entry["title"]) <= 200
    assert entry["description"].strip()
    assert entry["subcategory"] in SUBCATEGORIES[entry["category"]] | {None}
    assert entry["difficulty_level"] in {"beginner", "intermediate", "advanced"}
    assert entry["urgency"] in {"low", "normal", "high"}
    assert entry["language"] in {"en", "de"}
    assert isinstance(entry["is_public"], bool)


@each_request
def test_a_request_names_people_who_exist(entry: Entry) -> None:
    assert entry["author"] in USERNAMES
    assert entry["assigned_helper"] in USERNAMES | {None}
    assert entry["assigned_helper"] != entry["author"]
    for response in entry["responses"]:
        voters = response["helpful_by"]
        assert response["author"] in USERNAMES
        assert set(voters) <= USERNAMES - {response["author"]}
        assert len(set(voters)) == len(voters)


@each_request
def test_a_private_request_is_only_seen_by_those_it_concerns(entry: Entry) -> None:
    if entry["is_public"]:
        return
    # Of the moderators, dmitri looks after painting; edith and bruno help where assigned.
    insiders = {entry["author"], entry["assigned_helper"], "dmitri"}
    for response in entry["responses"]:
        assert {response["author"], *response["helpful_by"]} <= insiders


@each_request
def test_a_requests_status_agrees_with_its_answers(entry: Entry) -> None:
    assert entry["status"] in {"open", "in_progress", "resolved", "closed"}
    assert (entry["status"] == "resolved") == (entry["accepted"] is not None)
    assert (entry["status"] == "in_progress") == (entry["assigned_helper"] is not None)
    if entry["accepted"] is not None:
        assert entry["responses"][entry["accepted"]]["author"] != entry["author"]


@each_request
def test_answers_follow_their_request_in_order(entry: Entry) -> None:
    ages = [entry["hours_ago"], *(response["hours_ago"] for response in entry["responses"])]
    assert all(earlier > later > 0 for earlier, later in zip(ages, ages[1:], strict=False))


def test_the_forums_are_those_of_a_club_that_talks() -> None:
    keys = [entry["key"] for entry in TOPICS]
    titles = [entry["title"] for entry in TOPICS]
    assert len(FORUMS) == len(SEEDS) + len(OWN_FORUMS) == 8
    assert all(entry["name"] and entry["description"] for entry in OWN_FORUMS)
    assert all(wm_icon(entry["icon"]) for entry in OWN_FORUMS)
    assert len(keys) == len(set(keys)) == len(set(titles))
    assert len(TOPICS) >= 60
    assert {entry["language"] for entry in TOPICS} == {"en", "de"}
    of_each = Counter(entry["category"] for entry in TOPICS)
    assert set(of_each) == FORUMS
    assert min(of_each.values()) >= 5


def test_the_forums_have_of_each_kind_of_topic() -> None:
    replies = [len(entry["posts"]) for entry in TOPICS]
    assert min(replies) == 0
    assert max(replies) > POSTS_PER_PAGE
    solved = [entry for entry in TOPICS if entry["accepted"] is not None]
    assert len(TOPICS) / 4 < len(solved) < len(TOPICS) * 3 / 4
    for state in ("pinned", "locked"):
        assert len({entry["category"] for entry in TOPICS if entry[state]}) >= 3
    used = Counter(tag for entry in TOPICS for tag in entry["tags"])
    assert sum(count > 1 for count in used.values()) >= 25


@each_topic
def test_a_topic_uses_known_words(entry: Entry) -> None:
    assert entry["category"] in FORUMS
    assert 0 < len(entry["title"]) <= 200
    assert entry["language"] in {"en", "de"}
    assert len(set(entry["tags"])) == len(entry["tags"]) <= MOST_TAGS
    assert all(tag == tag.lower() and 0 < len(tag) <= LONGEST_TAG for tag in entry["tags"])
    assert isinstance(entry["pinned"], bool)
    assert isinstance(entry["locked"], bool)
    replies = [post["content"] for post in entry["posts"]]
    assert all(text.strip() for text in replies)
    said = "\n".join((entry["title"], entry["description"], *replies))
    assert LINK not in said
    assert WATCHED not in said.lower()


@each_topic
def test_a_topic_names_people_who_exist_and_who_vote_for_others(entry: Entry) -> None:
    assert entry["author"] in USERNAMES
    for post in entry["posts"]:
        voters = post["helpful_by"]
        assert post["author"] in USERNAMES
        assert set(voters) <= USERNAMES - {post["author"]}
        assert len(set(voters)) == len(voters)
    if entry["accepted"] is not None:
        assert entry["posts"][entry["accepted"]]["author"] != entry["author"]


@each_topic
def test_posts_follow_their_topic_in_order(entry: Entry) -> None:
    ages = [entry["hours_ago"], *(post["hours_ago"] for post in entry["posts"])]
    assert all(earlier > later for earlier, later in zip(ages, ages[1:], strict=False))
    # Votes come up to forty minutes later, and nothing comes from the future.
    assert ages[0] <= 200 * 24
    assert ages[-1] > 0.7


@pytest.mark.parametrize("entry", REPORTS, ids=lambda entry: f"{entry['topic']}-{entry['post']}")
def test_a_report_is_of_others_and_follows_what_it_is_about(entry: Entry) -> None:
    [topic] = [topic for topic in TOPICS if topic["key"] == entry["topic"]]
    post = topic["posts"][entry["post"]]
    flags, decision = entry["flags"], entry["decision"]
    assert {flag["by"] for flag in flags} <= USERNAMES - {post["author"]}
    assert len({flag["by"] for flag in flags}) == len(flags)
    assert {flag["reason"] for flag in flags} <= set(FlagReason.values)
    ages = [post["hours_ago"], *(flag["hours_ago"] for flag in flags)]
    if decision:
        assert decision["by"] == "dmitri"
        assert topic["category"] == "painting"
        ages.append(decision["hours_ago"])
        if decision["warning"]:
            ages.append(decision["warning"]["reply_hours_ago"])
    assert all(earlier > later > 0 for earlier, later in zip(ages, ages[1:], strict=False))


def test_dmitri_finds_reports_to_decide_and_a_reply_to_read() -> None:
    assert sum(entry["decision"] is None for entry in REPORTS) >= 2
    decided = [entry["decision"] for entry in REPORTS if entry["decision"]]
    assert any(decision["warning"] for decision in decided)
    assert any(decision["note"] for decision in decided)
    assert any(decision["measure"] is None for decision in decided)


def test_no_two_people_say_the_same() -> None:
    posts = [post["content"] for entry in TOPICS for post in entry["posts"]]
    assert len(set(posts)) == len(posts)


def test_photos_name_things_that_can_be_drawn_and_say_what_is_seen() -> None:
    for photo in PHOTOS:
        assert photo["subject"] in SUBJECTS
        assert photo["stage"] in STAGES
        assert photo["palette"] in PALETTES
        assert photo["fault"] in {*FAULTS, None}
        assert isinstance(photo["seed"], int)
        assert len(photo["alt_text"]) > 20


@pytest.mark.parametrize(
    ("subject", "stage"), sorted({(photo["subject"], photo["stage"]) for photo in PHOTOS})
)
def test_each_combination_in_use_draws(subject: str, stage: str) -> None:
    picture = draw_miniature(subject=subject, stage=stage, palette="crimson", size=SMALL)
    assert picture.mode == "RGB"
    assert picture.size == SMALL


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_the_same_seed_draws_the_same_bytes(fault: str | None) -> None:
    first, second = (
        draw_miniature(
            subject="knight", stage="based", palette="ice", fault=fault, seed=4, size=SMALL
        )
        for _ in range(2)
    )
    assert first.tobytes() == second.tobytes()


def test_a_fault_and_a_seed_change_the_picture() -> None:
    pictures = {
        draw_miniature(
            subject="orc", stage="highlighted", palette="rust", fault=fault, seed=seed, size=SMALL
        ).tobytes()
        for fault, seed in [(None, 1), (None, 2), *((fault, 1) for fault in FAULTS)]
    }
    assert len(pictures) == 2 + len(FAULTS)


@pytest.mark.parametrize("seed", range(5))
def test_avatars_repeat(seed: int) -> None:
    first, second = (draw_avatar(seed=seed, palette="violet", size=64) for _ in range(2))
    assert first.size == (64, 64)
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("wrong", ["subject", "stage", "palette", "fault"])
def test_an_unknown_name_is_refused(wrong: str) -> None:
    names: dict[str, Any] = {
        "subject": "knight",
        "stage": "bare",
        "palette": "ice",
        "fault": "chalk",
    }
    names[wrong] = "unheard_of"
    with pytest.raises(ValueError, match="unheard_of"):
        draw_miniature(**names, size=SMALL)


def test_an_unknown_avatar_palette_is_refused() -> None:
    with pytest.raises(ValueError, match="unheard_of"):
        draw_avatar(seed=1, palette="unheard_of")


@pytest.mark.parametrize("size", [(10, 10), (400, 8)])
def test_a_picture_too_small_to_draw_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="too small"):
        draw_miniature(subject="knight", stage="bare", palette="ice", size=size)
