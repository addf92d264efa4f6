"""The OpenAPI schema: valid, without warnings, and true."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import jsonschema  # type: ignore[import-untyped] # comes with drf-spectacular, without types
import pytest
from django.conf import settings as django_settings
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api.http import anonymous, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_topic,
    make_user,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "DEFAULT_SCHEMA_CLASS" not in getattr(django_settings, "REST_FRAMEWORK", {}),
        reason="This host has not set DEFAULT_SCHEMA_CLASS, which drf-spectacular asks for.",
    ),
]


def untyped(thing: Any) -> Any:
    """Something of drf-spectacular's, which has no types."""
    return thing


@pytest.fixture(scope="module")
def schema() -> Any:
    GENERATOR_STATS.reset()
    generator: Any = untyped(SchemaGenerator)(
        patterns=[path("api/", include("wargame_mentorship.api.urls"))]
    )
    return generator.get_schema(request=None, public=True)


def test_schema_is_valid_and_without_warnings(schema: Any) -> None:
    untyped(validate_schema)(schema)

    assert not GENERATOR_STATS._warn_cache, GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache, GENERATOR_STATS._error_cache


def operations(schema: Any) -> dict[str, Any]:
    return {
        operation["operationId"]: operation
        for methods in schema["paths"].values()
        for operation in methods.values()
    }


OF_ONES_OWN = (
    *("notifications_mark_read", "notification_preferences_set", "forums_mark_read"),
    "moderation_bundles_list",
)


def test_every_operation_is_described(schema: Any) -> None:
    found = operations(schema)

    assert len(found) == sum(len(methods) for methods in schema["paths"].values()) == 115
    for name, operation in found.items():
        assert operation["description"], name
        assert operation["tags"], name
        assert "429" in operation["responses"], name
        assert "404" in operation["responses"] or name in OF_ONES_OWN, name


def test_reading_asks_for_no_credentials_and_writing_does(schema: Any) -> None:
    of_ones_own = (
        *("notifications", "preferences", "held", "cases", "queue", "follows", "draft"),
        *("standing", "appeals", "people/{key}", "bundles", "log"),
    )
    for path_, methods in schema["paths"].items():
        for method, operation in methods.items():
            is_open = {} in operation["security"]
            assert is_open is (method == "get" and not path_.endswith(of_ones_own)), path_


def test_every_write_takes_a_key(schema: Any) -> None:
    for name, operation in operations(schema).items():
        headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        is_write = "409" in operation["responses"]
        assert ("Idempotency-Key" in headers) is is_write, name


def test_the_reason_of_a_deletion_is_described(schema: Any) -> None:
    found = operations(schema)
    for name in ("forum_topics_delete", "forum_posts_delete"):
        body = found[name]["requestBody"]
        assert not body.get("required")
        [shape] = [content["schema"] for content in body["content"].values()]
        assert shape == {"$ref": "#/components/schemas/Reason"}
    assert "requestBody" not in found["forum_posts_withdraw_vote"]


def test_only_keys_of_users_are_texts_or_numbers(schema: Any) -> None:
    """A host's own serializers have REST framework's field for texts too."""
    shapes = schema["components"]["schemas"]
    either = {"oneOf": [{"type": "string"}, {"type": "integer"}]}

    assert shapes["Person"]["properties"]["id"] == either
    assert shapes["Person"]["properties"]["display_name"] == {"type": "string"}
    assert shapes["Ask"]["properties"]["title"]["type"] == "string"


def matches(schema: Any, operation_id: str, answer: Any) -> None:
    responses = operations(schema)[operation_id]["responses"]
    content = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    jsonschema.validate(
        answer.json(),
        {**closed(content), "components": closed(schema["components"])},
        format_checker=jsonschema.FormatChecker(),
    )


def closed(node: Any) -> Any:
    """The schema as JSON Schema has it, and with no properties but those that it names."""
    if isinstance(node, list):
        return [closed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items() if key != "nullable"}
    if made.get("type") == "object" and "properties" in made:
        made["additionalProperties"] = False
    return {"anyOf": [{"type": "null"}, made]} if node.get("nullable") is True else made


def test_answers_are_as_described(schema: Any) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    photo = upload_photo(actor=ada, file=upload())
    rich = make_help_request(
        ada,
        photo_ids=[photo.pk],
        subcategory="drybrushing",
        difficulty_level="advanced",
        facets={"paint": "Red"},
    )
    make_help_request()
    services.claim(actor=bruno, help_request=rich)
    asker, helper = signed_in(ada), signed_in(bruno)

    listed = anonymous().ask("GET", "help-requests")
    matches(schema, "help_requests_list", listed)
    assert len(listed.json()["results"]) == 2
    matches(
        schema, "help_requests_list", anonymous().ask("GET", "help-requests", query={"page": "2"})
    )
    asked_back = helper.ask("POST", "needs-info", rich.pk, body={"question": "Which?"})
    matches(schema, "help_requests_ask_for_info", asked_back)
    answered = helper.ask(
        "POST", "respond", rich.pk, body={"response_text": "Thin it.", "steps": [{"text": "x"}]}
    )
    matches(schema, "help_requests_respond", answered)
    pk = answered.json()["id"]
    changed = helper.ask("PATCH", "response", pk, body={"steps": [{"text": "y"}]})
    matches(schema, "help_responses_edit", changed)
    matches(schema, "help_responses_list", anonymous().ask("GET", "responses", rich.pk))
    accepted = asker.ask("POST", "accept", rich.pk, body={"response_id": answered.json()["id"]})
    matches(schema, "help_requests_accept", accepted)
    told = asker.ask("POST", "outcome", rich.pk, body={"text": "It shines.", "satisfaction": 5})
    matches(schema, "help_requests_tell_outcome", told)
    matches(schema, "help_requests_read", anonymous().ask("GET", "help-request", rich.pk))
    withdrawn = asker.ask("DELETE", "outcome", rich.pk)
    matches(schema, "help_requests_withdraw_outcome", withdrawn)
    voted = asker.ask("POST", "helpful", answered.json()["id"])
    matches(schema, "help_responses_vote", voted)
    matches(
        schema, "help_requests_similar", anonymous().ask("GET", "similar", query={"title": "wash"})
    )
    closed_ = asker.ask("POST", "close", rich.pk)
    matches(schema, "help_requests_close", closed_)
    matches(
        schema,
        "help_requests_respond",
        helper.ask("POST", "respond", rich.pk, body={"response_text": "x"}),
    )
    matches(schema, "help_categories_list", anonymous().ask("GET", "categories"))
    matches(schema, "help_requests_solved_mine", helper.ask("POST", "solved-mine", rich.pk))
    described = asker.ask("PATCH", "photo", photo.pk, body={"alt_text": "A knight"})
    matches(schema, "photos_describe", described)
    spare = upload_photo(actor=ada, file=upload())
    draft = {"id": str(uuid4()), "facets": {"paint": "Red"}, "photo_ids": [str(spare.pk)]}
    matches(schema, "help_draft_keep", asker.ask("PUT", "draft", body=draft))
    matches(schema, "help_draft_read", asker.ask("GET", "draft"))
    begun = {"id": str(uuid4()), "tags": ["glue"], "photo_ids": [str(spare.pk)]}
    matches(schema, "forum_topic_draft_keep", asker.ask("PUT", "forum-draft", body=begun))
    matches(schema, "forum_topic_draft_read", asker.ask("GET", "forum-draft"))
    topic, said = make_topic(), {"id": str(uuid4()), "content": "Thin"}
    kept = asker.ask("PUT", "forum-reply-draft", topic.pk, body=said)
    matches(schema, "forum_reply_draft_keep", kept)
    matches(schema, "forum_reply_draft_read", asker.ask("GET", "forum-reply-draft", topic.pk))
    matches(schema, "help_requests_ask", asker.ask("POST", "help-requests"))
    matches(schema, "help_requests_ask", anonymous().ask("POST", "help-requests"))


def test_notifications_are_as_described(
    schema: Any, django_capture_on_commit_callbacks: Any
) -> None:
    ada = make_user("ada")
    with django_capture_on_commit_callbacks(execute=True):
        entry = make_response(make_help_request(ada)).help_request
    client = signed_in(ada)

    listed = client.ask("GET", "notifications")

    assert listed.json()["unread_count"] == 1
    matches(schema, "notifications_list", listed)
    matches(
        schema,
        "notifications_mark_read",
        client.ask("POST", "notifications-read", body={"all": True}),
    )
    choice = {"verb": "mentioned", "channel": "email", "is_on": False}
    matches(
        schema,
        "notification_preferences_set",
        client.ask("PUT", "notification-preferences", body={"preferences": [choice]}),
    )
    matches(
        schema,
        "notification_preferences_read",
        client.ask("GET", "notification-preferences"),
    )
    matches(schema, "help_requests_mute", client.ask("PUT", "mute", entry.pk))
    matches(schema, "help_requests_is_muted", client.ask("GET", "mute", entry.pk))
    matches(schema, "help_requests_unmute", client.ask("DELETE", "mute", entry.pk))


def test_queue_and_follows_are_as_described(schema: Any) -> None:
    make_help_request(subcategory="drybrushing")
    client = signed_in(make_user("bruno"))

    matches(schema, "help_categories_follow", client.ask("PUT", "follow", "drybrushing"))
    queued = client.ask("GET", "queue")
    assert len(queued.json()["results"]) == 1
    matches(schema, "help_queue_list", queued)
    matches(schema, "help_follows_list", client.ask("GET", "follows"))
    matches(schema, "help_categories_unfollow", client.ask("DELETE", "follow", "drybrushing"))


def test_the_examples_of_the_schema_work(schema: Any) -> None:
    body = operations(schema)["help_requests_ask"]["requestBody"]["content"]["application/json"]
    [example] = body["examples"].values()

    answer = signed_in(make_user()).ask("POST", "help-requests", body=example["value"])

    assert answer.status_code == 201
    body = operations(schema)["help_requests_respond"]["requestBody"]["content"]
    [example] = body["application/json"]["examples"].values()
    answer = signed_in(make_user()).ask(
        "POST", "respond", answer.json()["id"], body=example["value"]
    )
    assert answer.status_code == 201
