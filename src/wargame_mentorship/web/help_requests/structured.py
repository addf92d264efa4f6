"""What search engines read of a question and its answers (schema.org `QAPage`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.safestring import SafeString

from wargame_mentorship.flows.imports.attribution import Attribution
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.web.help_requests.answers import Answer
from wargame_mentorship.web.structured import (
    Absolute,
    author_data,
    images_data,
    plain,
    qa_page,
)


def structured_data(
    *,
    help_request: HelpRequest,
    asker: DisplayUser,
    attribution: Attribution | None,
    photos: Sequence[Any],
    answers: Iterable[Answer],
    count: int,
    absolute: Absolute,
    path: str,
) -> SafeString:
    """The JSON-LD of a page, fit for a `<script type="application/ld+json">`.

    Args:
        answers: those that everybody sees.
        count: how many there are, on further pages too.
        absolute: makes a whole URL of a path.
    """
    shown = [(answer, _answer(answer, absolute, path)) for answer in answers]
    is_solved = help_request.resolved_at is not None
    accepted = [data for answer, data in shown if answer.response.is_solution and is_solved]
    question = {
        "@type": "Question",
        "name": help_request.title,
        "text": plain(help_request.description_html),
        "answerCount": count,
        "dateCreated": help_request.created_at.isoformat(),
        "url": absolute(path),
        **author_data(asker, attribution, absolute),
        **images_data(photos, absolute),
        **({"acceptedAnswer": accepted[0]} if accepted else {}),
        "suggestedAnswer": [data for _answer, data in shown if data not in accepted],
    }
    return qa_page(question)


def _answer(answer: Answer, absolute: Absolute, path: str) -> dict[str, Any]:
    response = answer.response
    texts = [response.response_text_html, *(step.step.text_html for step in answer.steps)]
    pictures = [*answer.photos, *(step.photo for step in answer.steps if step.photo)]
    return {
        "@type": "Answer",
        "text": "\n".join(plain(text) for text in texts),
        "upvoteCount": response.helpful_count,
        "dateCreated": response.created_at.isoformat(),
        "url": absolute(f"{path}#response-{response.pk}"),
        **({"dateModified": response.edited_at.isoformat()} if response.edited_at else {}),
        **author_data(answer.author, answer.attribution, absolute),
        **images_data(pictures, absolute),
    }
