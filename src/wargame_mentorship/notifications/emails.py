"""An e-mail of one delivery: in its recipient's language and time zone, as text and as HTML.

Hosts restyle it by templates of the same names (`docs/how-to/restyle-e-mails.md`).
"""

from __future__ import annotations

import email.policy
import unicodedata
from typing import Any
from urllib.parse import urljoin

import django
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from wargame_mentorship.conf import app_settings, hostname
from wargame_mentorship.core import registry
from wargame_mentorship.core.text import plain_text
from wargame_mentorship.host import users
from wargame_mentorship.notifications.gate import Admitted
from wargame_mentorship.notifications.models import Channel, Delivery
from wargame_mentorship.notifications.unsubscribing import unsubscribe_token
from wargame_mentorship.notifications.verbs import VERBS

FOLDER = "wargame_mentorship/emails"
LONGEST_SUBJECT = 160
LONGEST_EXCERPT = 400


LONGEST_LINE = 998
"""Of a message, by RFC 5322."""


class Letter(EmailMultiAlternatives):
    def message(self, **given: Any) -> Any:
        """As Django makes it, with the addresses in its headers as they are.

        From Django 6 on they are folded by Python's modern policies, which encode a word of more
        than 78 characters as if it were text; no mail program finds `List-Unsubscribe` in that.
        """
        if django.VERSION >= (6, 0):
            policy = given.get("policy", email.policy.default)
            given["policy"] = policy.clone(max_line_length=LONGEST_LINE)
        return super().message(**given)


def write_email(delivery: Delivery, admitted: Admitted) -> EmailMultiAlternatives | None:
    """None where the recipient has no address."""
    recipient = admitted.recipient
    address = users().email(recipient)
    if not address:
        return None
    with (
        translation.override(_language_of(recipient)),
        timezone.override(users().timezone(recipient)),
    ):
        context = _context(delivery, admitted)
        name = f"{FOLDER}/{delivery.verb.replace('.', '_')}"
        message = Letter(
            subject=context["subject"],
            body=render_to_string(f"{name}.txt", context),
            to=[address],
            headers=_headers(delivery, admitted, context["unsubscribe_url"]),
        )
        message.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return message


def _context(delivery: Delivery, admitted: Admitted) -> dict[str, Any]:
    event, verb = delivery.event, VERBS[delivery.verb]
    names_actor = event.actor_id is not None and not verb.is_official
    actor = users().display([event.actor_id]).get(event.actor_id) if names_actor else None
    subject_kind = registry.get(event.subject_kind)
    target_kind = registry.get(delivery.target_kind)
    title = subject_kind.title(admitted.subject)
    name = actor.name if actor else gettext("Somebody")
    sentence = verb.sentence(actor=name, title=title, event=event.verb)
    said = event.reason if verb.is_official else target_kind.text(admitted.target)
    token = unsubscribe_token(admitted.recipient, verb.name, Channel.EMAIL)
    context = {
        "sentence": sentence,
        "headline": sentence.rstrip(".。"),
        "title": title,
        "actor": actor,
        "when": event.occurred_at,
        "excerpt": said if verb.is_official else plain_text(said, length=LONGEST_EXCERPT),
        "url": _absolute(target_kind.url(admitted.target)),
        "site_name": app_settings.site_name,
        "site_url": app_settings.BASE_URL,
        "verb_label": verb.label,
        "unsubscribe_url": _absolute(reverse("wargame_mentorship:unsubscribe", args=[token])),
        "preferences_url": _absolute(reverse("wargame_mentorship:notification-preferences")),
        "language": translation.get_language() or "",
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }
    context["subject"] = _one_line(render_to_string(f"{FOLDER}/subject.txt", context))
    return context


def _headers(delivery: Delivery, admitted: Admitted, unsubscribe_url: str) -> dict[str, str]:
    domain = hostname(app_settings.BASE_URL)
    return {
        # The same if it has to be sent again, so that mail programs show it once.
        "Message-ID": f"<{delivery.pk}@{domain}>",
        # What is told of one thing stands together.
        "References": f"<{admitted.whole.pk}@{domain}>",
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # No replies by those who are out of office.
        "Auto-Submitted": "auto-generated",
    }


def _language_of(person: AbstractBaseUser) -> str:
    # A backend that does not know falls back on the active language, which in a task that runs
    # at once is that of whoever caused it. So first it is made the site's own.
    active = translation.get_language()
    translation.deactivate()
    try:
        return users().language(person)
    finally:
        if active is not None:
            translation.activate(active)


def _absolute(path: str) -> str:
    return urljoin(f"{app_settings.BASE_URL}/", path)


def _one_line(text: str) -> str:
    """What may stand in a header, whatever a title or a name is made of."""
    line = " ".join(text.split())
    line = "".join(letter for letter in line if unicodedata.category(letter) != "Cc")
    # An encoded word (RFC 2047) that somebody typed would be decoded: Django 6 passes it through.
    line = line.replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"
