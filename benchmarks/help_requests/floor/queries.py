"""The queries of help requests, in the words of either database."""

from __future__ import annotations

from benchmarks.floor.sql import USER, photos, rows_in_one

REQUEST = "wargame_mentorship_helprequest"
RESPONSE = "wargame_mentorship_helpresponse"
CATEGORY = "wargame_mentorship_category"
IMPORTED = "wargame_mentorship_importeditem"
FACET = "wargame_mentorship_helprequestfacet"
PROMPT = "wargame_mentorship_categoryprompt"
STEP = "wargame_mentorship_helpresponsestep"

ORDERS = {
    "newest": ("h.created_at", "DESC"),
    "oldest": ("h.created_at", "ASC"),
    "activity": ("h.last_activity_at", "DESC"),
    "helpful": ("h.helpful_count", "DESC"),
    "views": ("h.view_count", "DESC"),
}
FILTERS = {
    "category": "c.slug = %s",
    "subcategory": "s.slug = %s",
    "status": "h.status = %s",
    "difficulty_level": "h.difficulty_level = %s",
    "urgency": "h.urgency = %s",
    "language": "h.language = %s",
}
VISIBLE = (
    "h.deleted_at IS NULL AND h.is_public AND h.moderation_state = 'visible'"
    " AND (h.requester_id IS NULL OR u.is_active)"
)
QUEUE = """CASE
    WHEN h.status = 'closed' THEN NULL
    WHEN h.status = 'resolved' THEN 'solved'
    WHEN h.needs_info_since IS NOT NULL THEN 'needs_info'
    WHEN h.first_response_at IS NULL AND h.created_at <= %s THEN 'needs_attention'
    WHEN h.asker_had_last_word AND h.last_response_at <= %s THEN 'needs_attention'
    WHEN h.first_response_at IS NOT NULL THEN 'answered'
    ELSE 'new' END"""


def facets() -> str:
    return rows_in_one(
        ("m.slug", "m.label", "f.value"),
        f"FROM {FACET} AS f JOIN {PROMPT} AS m ON m.id = f.prompt_id"
        " WHERE f.help_request_id = h.id",
        "m.sort_order, m.slug",
    )


def steps() -> str:
    return rows_in_one(
        ("t.id", "t.position", "t.text", "t.text_html", photos("help_response_step", "t.id")),
        f"FROM {STEP} AS t WHERE t.response_id = r.id",
        "t.position",
    )


def columns() -> str:
    return f"""h.id, h.title, h.description, h.description_html, c.slug, s.slug, c.name, s.name,
        h.difficulty_level, h.urgency, h.status, {QUEUE} AS queue, h.language, h.is_public,
        u.id, u.display_name, u.username, u.avatar, a.id, a.display_name, a.username, a.avatar,
        h.claimed_until, {photos("help_request", "h.id")}, h.view_count, h.helpful_count,
        h.response_count, h.moderation_state, h.created_at, h.updated_at, h.resolved_at,
        h.closed_at, h.closed_reason, h.first_response_at, h.version,
        i.author_name, i.source_url, i.licence, {facets()}"""


def joins() -> str:
    return f"""JOIN {CATEGORY} AS c ON c.id = h.category_id
        LEFT JOIN {CATEGORY} AS s ON s.id = h.subcategory_id
        LEFT JOIN {USER} AS u ON u.id = h.requester_id
        LEFT JOIN {USER} AS a ON a.id = h.assigned_helper_id
        LEFT JOIN {IMPORTED} AS i
            ON h.requester_id IS NULL AND i.kind = 'help_request' AND i.object_id = h.id"""


def page(order: str, filters: list[str], *, is_further: bool) -> str:
    """Parameters: two times of `QUEUE`, the filters' values, the place, how many."""
    column, direction = ORDERS[order]
    conditions = [VISIBLE, *(FILTERS[name] for name in filters)]
    if is_further:
        conditions.append(f"({column}, h.id) {'<' if direction == 'DESC' else '>'} (%s, %s)")
    return f"""SELECT {columns()} FROM {REQUEST} AS h {joins()}
        WHERE {" AND ".join(conditions)}
        ORDER BY {column} {direction}, h.id {direction} LIMIT %s"""


def ranked(found: str) -> str:
    """Parameters: two times of `QUEUE`, those of the statement that finds keys, how many."""
    return f"""SELECT {columns()} FROM {REQUEST} AS h
        JOIN ({found}) AS found ON found.object_id = h.id {joins()}
        WHERE {VISIBLE}
        ORDER BY found.rank DESC, found.created_at DESC, found.object_id DESC LIMIT %s"""


def conversation() -> str:
    """Parameters: two times of `QUEUE`, the key twice. The request first, then the answers."""
    return f"""SELECT 0 AS part, 0 AS place, h.created_at AS at, h.id AS key,
            u.id, u.display_name, u.username, u.avatar, h.description, h.description_html,
            {photos("help_request", "h.id")}, h.helpful_count, h.moderation_state, h.updated_at,
            h.version, h.title, c.slug, s.slug, c.name, s.name, h.difficulty_level, h.urgency,
            h.status, {QUEUE}, h.language, h.is_public, a.id, a.display_name, a.username, a.avatar,
            h.claimed_until, h.view_count, h.response_count, h.resolved_at, h.closed_at,
            h.closed_reason, h.first_response_at, i.author_name, i.source_url, i.licence,
            {facets()}, h.outcome_at, {photos("help_outcome", "h.id")},
            h.outcome_text, h.outcome_text_html, h.satisfaction
        FROM {REQUEST} AS h {joins()}
        WHERE {VISIBLE} AND h.id = %s
        UNION ALL
        SELECT 1, CASE WHEN r.accepted_for_id IS NULL THEN 1 ELSE 0 END, r.created_at, r.id,
            u.id, u.display_name, u.username, u.avatar, r.response_text, r.response_text_html,
            {photos("help_response", "r.id")}, r.helpful_count, r.moderation_state, r.updated_at,
            r.version, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, r.asks_back, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL,
            {steps()}, r.edited_at, NULL, NULL, NULL, NULL
        FROM {RESPONSE} AS r LEFT JOIN {USER} AS u ON u.id = r.responder_id
        WHERE r.help_request_id = %s AND r.deleted_at IS NULL AND r.moderation_state = 'visible'
            AND (r.responder_id IS NULL OR u.is_active)
        ORDER BY part, place, at, key"""
