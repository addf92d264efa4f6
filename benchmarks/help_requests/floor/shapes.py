"""From a row of `queries` to what the API answers of help requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.floor.answering import Data, json_key, key, person, pictures, reader, time


def attribution(row: Sequence[Any]) -> Data | None:
    author_name, source_url, licence = row
    if source_url is None:
        return None
    _, name, version = licence.split()
    return {
        "author_name": author_name,
        "author_url": None,
        "source_url": source_url,
        "licence": licence,
        "licence_url": f"https://creativecommons.org/licenses/{name.lower()}/{version}/",
        "was_changed": False,
    }


def facets(aggregated: str | None) -> list[Data]:
    return [
        {"slug": slug, "label": label, "value": value}
        for slug, label, value in json.loads(aggregated or "[]")
    ]


def steps(aggregated: str | None) -> list[Data]:
    return [
        {
            "id": json_key(pk),
            "position": position,
            "text": text,
            "text_html": text_html,
            "photo": next(iter(pictures(photos)), None),
        }
        for pk, position, text, text_html, photos in json.loads(aggregated or "[]")
    ]


def outcome(row: Sequence[Any]) -> Data | None:
    told_at, photos, text, text_html, satisfaction = row
    if told_at is None:
        return None
    return {
        "text": text,
        "text_html": text_html,
        "photos": pictures(photos),
        "satisfaction": satisfaction,
        "told_at": time(told_at),
    }


def request(row: Sequence[Any]) -> Data:
    photos = pictures(row[23])
    return {
        "id": key(row[0]),
        "title": row[1],
        "description": row[2],
        "description_html": row[3],
        "category": row[4],
        "subcategory": row[5],
        "difficulty_level": row[8] or None,
        "urgency": row[9],
        "status": row[10],
        "queue": row[11],
        "language": row[12],
        "is_public": bool(row[13]),
        "facets": facets(row[38]),
        "requester": person(row[14:18]),
        "attribution": attribution(row[35:38]),
        "assigned_helper": person(row[18:22]),
        "claimed_until": time(row[22]),
        "photos": photos,
        "image_urls": [photo["url"] for photo in photos],
        "view_count": row[24],
        "helpful_count": row[25],
        "response_count": row[26],
        "moderation_state": row[27],
        "url": f"/community/help/{key(row[0])}/",
        "created_at": time(row[28]),
        "updated_at": time(row[29]),
        "resolved_at": time(row[30]),
        "closed_at": time(row[31]),
        "closed_reason": row[32],
        "first_response_at": time(row[33]),
        "version": row[34],
    }


def similar(row: Sequence[Any]) -> Data:
    photos = pictures(row[23])
    return {
        "id": key(row[0]),
        "title": row[1],
        "url": f"/community/help/{key(row[0])}/",
        "is_solved": row[30] is not None,
        "response_count": row[26],
        "thumbnail_url": photos[0]["thumbnail_url"] if photos else None,
    }


def conversation(rows: Sequence[Sequence[Any]]) -> Data:
    [head, *answers] = rows
    photos = pictures(head[10])
    responses = [response(row, key(head[3])) for row in answers]
    return {
        "id": key(head[3]),
        "title": head[15],
        "description": head[8],
        "description_html": head[9],
        "category": head[16],
        "subcategory": head[17],
        "difficulty_level": head[20] or None,
        "urgency": head[21],
        "status": head[22],
        "queue": head[23],
        "language": head[24],
        "is_public": bool(head[25]),
        "facets": facets(head[40]),
        "requester": person(head[4:8]),
        "attribution": attribution(head[37:40]),
        "assigned_helper": person(head[26:30]),
        "claimed_until": time(head[30]),
        "photos": photos,
        "image_urls": [photo["url"] for photo in photos],
        "view_count": head[31],
        "helpful_count": head[11],
        "response_count": head[32],
        "moderation_state": head[12],
        "url": f"/community/help/{key(head[3])}/",
        "created_at": time(head[2]),
        "updated_at": time(head[13]),
        "resolved_at": time(head[33]),
        "closed_at": time(head[34]),
        "closed_reason": head[35],
        "first_response_at": time(head[36]),
        "version": head[14],
        "responses": responses,
        "responses_next": None,
        "solution": next((one for one in responses if one["is_solution"]), None),
        "outcome": outcome(head[41:46]),
        "available_actions": [],
    }


def response(row: Sequence[Any], request_key: str | None) -> Data:
    photos = pictures(row[10])
    return {
        "id": key(row[3]),
        "help_request": request_key,
        "responder": person(row[4:8]),
        "attribution": None,
        "response_text": row[8],
        "response_text_html": row[9],
        "steps": steps(row[40]),
        "asks_back": bool(row[25]),
        "photos": photos,
        "image_urls": [photo["url"] for photo in photos],
        "is_solution": row[1] == 0,
        "helpful_count": row[11],
        "my_vote": None,
        "moderation_state": row[12],
        "hidden": False,
        "created_at": time(row[2]),
        "updated_at": time(row[13]),
        "edited_at": time(row[41]),
        "version": row[14],
    }


def fresh_request(row: Data) -> Data:
    """What the API answers to a question that was just asked."""
    at = time(row["created_at"])
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "description": row["description"],
        "description_html": row["description_html"],
        "category": "painting",
        "subcategory": None,
        "difficulty_level": None,
        "urgency": "normal",
        "status": "open",
        "queue": "new",
        "language": "en",
        "is_public": True,
        "facets": [],
        "requester": reader(row["requester_id"]),
        "attribution": None,
        "assigned_helper": None,
        "claimed_until": None,
        "photos": [],
        "image_urls": [],
        **dict.fromkeys(("view_count", "helpful_count", "response_count"), 0),
        "moderation_state": "visible",
        "url": f"/community/help/{row['id']}/",
        "created_at": at,
        "updated_at": at,
        "resolved_at": None,
        "closed_at": None,
        "closed_reason": "",
        "first_response_at": None,
        "version": 1,
        "responses": [],
        "responses_next": None,
        "solution": None,
        "outcome": None,
        "available_actions": ["assign", "accept", "close"],
    }


def fresh_response(row: Data) -> Data:
    at = time(row["created_at"])
    return {
        "id": str(row["id"]),
        "help_request": str(row["help_request_id"]),
        "responder": reader(row["responder_id"]),
        "attribution": None,
        "response_text": row["response_text"],
        "response_text_html": row["response_text_html"],
        "steps": [],
        "asks_back": False,
        "photos": [],
        "image_urls": [],
        "is_solution": False,
        "helpful_count": 0,
        "my_vote": None,
        "moderation_state": "visible",
        "hidden": False,
        "created_at": at,
        "updated_at": at,
        "edited_at": None,
        "version": 1,
    }
