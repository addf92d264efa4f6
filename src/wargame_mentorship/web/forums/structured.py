"""What search engines read of a topic and its replies (schema.org `QAPage`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from wargame_mentorship.flows.imports.attribution import Attribution
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.web.structured import Absolute, author_data, images_data, plain, qa_page

if TYPE_CHECKING:
    from wargame_mentorship.web.forums.detail import ShownPost


def structured_data(
    *,
    topic: ForumTopic,
    asker: DisplayUser,
    attribution: Attribution | None,
    photos: Sequence[Any],
    posts: Sequence[ShownPost],
    solution: ShownPost | None,
    absolute: Absolute,
    path: str,
) -> SafeString:
    """The JSON-LD of a topic's first page.

    Args:
        posts: the replies that everybody sees, the solution not among them.
    """
    question = {
        "@type": "Question",
        "name": topic.title,
        "text": plain(topic.description_html) or topic.title,
        "answerCount": topic.reply_count,
        "dateCreated": topic.created_at.isoformat(),
        "url": absolute(path),
        **author_data(asker, attribution, absolute),
        **images_data(photos, absolute),
        **({"acceptedAnswer": _answer(solution, absolute, path)} if solution else {}),
        "suggestedAnswer": [_answer(post, absolute, path) for post in posts],
    }
    return qa_page(question)


def _answer(shown: ShownPost, absolute: Absolute, path: str) -> dict[str, Any]:
    post = shown.post
    return {
        "@type": "Answer",
        "text": plain(post.content_html),
        "upvoteCount": post.helpful_count,
        "dateCreated": post.created_at.isoformat(),
        "url": absolute(f"{path}?post={post.pk}#post-{post.pk}"),
        **({"dateModified": post.edited_at.isoformat()} if post.edited_at else {}),
        **author_data(shown.author, shown.attribution, absolute),
        **images_data(shown.photos, absolute),
    }
