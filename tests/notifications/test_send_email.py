"""E-mails: what they say, to whom they still go, and that none is lost or sent twice."""

from __future__ import annotations

import re
import smtplib
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from tests.notifications.letters import (
    HOME,
    a_site,
    closed_port,
    header,
    no_site,
    part_of,
    post_office,
    send,
    sent,
    smtp,
    tell,
    trouble,
)
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.moderation import cases, flagging, sanctions
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Delivery, EmailState
from wargame_mentorship.notifications.services.mailing import LEASE, MOST_ATTEMPTS, send_one
from wargame_mentorship.notifications.verbs import FLAG_DECIDED, SIMILAR_SOLVED, VERBS
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_help_request,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    MemorySocial.forget()
    with a_site():
        yield


def name_of(person: AbstractBaseUser) -> str:
    return users().display([person.pk])[person.pk].name


def address_of(person: Any) -> str:
    return str(person.email)


def states() -> list[str]:
    return sorted(Delivery.objects.values_list("email_state", flat=True))


def make_due() -> None:
    Delivery.objects.filter(email_state=EmailState.WAITING).update(email_after=timezone.now())


def answered(
    asker: AbstractBaseUser | None = None, helper: AbstractBaseUser | None = None, **fields: Any
) -> HelpResponse:
    """An answer of which the asker has been told; the e-mail waits."""
    response = make_response(make_help_request(asker, **fields), helper)
    tell()
    return response


def everything_that_is_told() -> dict[str, tuple[AbstractBaseUser, str]]:
    """Bring about each verb; returns who is told of it, and what is quoted."""
    ada, bruno, cleo, dora = (make_user(name) for name in ("ada", "bruno", "cleo", "dora"))
    make_help_request(dora, title="Tide marks in a wash on flat armour")
    entry = make_help_request(
        ada, title="Wash leaves tide marks on armour", description="The *flat* parts dry white."
    )
    services.set_preferences(actor=dora, choices={(SIMILAR_SOLVED, "email"): True})
    help_requests.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    back = make_response(entry, bruno, text="Which primer?")
    # Only this verb, as the question back records it.
    Event.objects.filter(verb="help_request.answered").update(dispatched_at=timezone.now())
    events.record(
        "help_request.info_requested",
        actor=Viewer(bruno),
        subject=entry,
        response_id=str(back.pk),
    )
    answer = make_response(
        entry, bruno, text=f"Thin it, as @{cleo.get_username()} does.\n\n- twice"
    )
    help_requests.accept(actor=ada, help_request=entry, response_id=answer.pk)
    category = make_forum_category()
    services.watch(actor=cleo, subject=category)
    topic = make_topic(ada, category, title="Wash leaves tide marks on armour, again")
    services.watch(actor=dora, subject=topic)
    post = make_post(topic, bruno, content="Less, and *flat*.")
    forums.accept(actor=ada, topic=topic, post_id=post.pk)
    moderator = make_superuser()
    forums.lock(actor=moderator, topic=topic, reason="All is said.")
    services.set_preferences(actor=cleo, choices={(FLAG_DECIDED, "email"): True})
    flag = flagging.flag(actor=cleo, kind=post.KIND, object_id=post.pk, reason="spam")
    cases.dismiss(actor=moderator, case=flag.case, reason="No shop, a tip.")
    sanctions.warn(
        actor=moderator,
        person_id=bruno.pk,
        kind=post.KIND,
        object_id=post.pk,
        reason="Name no shops.",
    )
    return {
        "help_request.assigned": (bruno, "The flat parts dry white."),
        "help_request.info_requested": (ada, "Which primer?"),
        "help_request.answered": (ada, "Thin it, as @"),
        "mentioned": (cleo, "Thin it, as @"),
        "help_request.accepted": (bruno, "Thin it, as @"),
        "similar_solved": (dora, "Thin it, as @"),
        "forum_topic.replied": (ada, "Less, and flat."),
        "forum_topic.accepted": (bruno, "Less, and flat."),
        "watched_topic": (dora, "Less, and flat."),
        "watched_category": (cleo, "Mine splits after a week."),
        "moderated": (ada, "All is said."),
        "flag_decided": (cleo, "No shop, a tip."),
        "sanctioned": (bruno, "Name no shops."),
    }


def test_every_verb_is_told_on_the_site_and_by_email() -> None:
    told = everything_that_is_told()
    assert set(told) == set(VERBS)

    tell()
    assert send() == (len(told), 0)

    for verb, (person, quoted) in told.items():
        delivery = Delivery.objects.select_related("event").get(verb=verb)
        assert delivery.recipient_id == person.pk, verb
        [shown] = services.show(person, [delivery])
        actor = users().display([delivery.event.actor_id])
        sentence = shown.text(actor)
        assert "Wash leaves tide marks on armour" in sentence
        [message] = [one for one in sent() if one["Message-ID"] == f"<{delivery.pk}@club.example>"]
        assert message["To"] == address_of(person)
        assert header(message, "Subject") == sentence.removesuffix(".")
        for kind in ("plain", "html"):
            body = part_of(message, kind)
            assert quoted in body, (verb, kind)
            assert sentence.removesuffix(".") in body
            assert f"{HOME}{shown.url}" in body
            assert HOME + reverse("wargame_mentorship:notification-preferences") in body
    assert states() == ["sent"] * len(told)


def test_the_letter_is_the_hosts_and_has_its_headers() -> None:
    response = answered()
    send()

    [message] = sent()
    assert message["From"] == "The Club <post@club.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["References"] == f"<{response.help_request_id}@club.example>"
    link = header(message, "List-Unsubscribe").strip("<>")
    assert link.startswith(f"{HOME}{reverse('wargame_mentorship:unsubscribe', args=['x'])[:-2]}")
    assert link in part_of(message, "plain")
    assert link in part_of(message, "html")
    assert "The Club" in part_of(message, "html")
    assert "<script" not in part_of(message, "html")


def test_nothing_is_sent_before_the_commit_nor_inside_the_transaction(
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_response()
    with django_capture_on_commit_callbacks(execute=True):
        tell()
        assert mail.outbox == []
        assert states() == ["waiting"]

    assert len(mail.outbox) == 1


def test_a_rolled_back_telling_sends_nothing(django_capture_on_commit_callbacks: Any) -> None:
    make_response()

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell()
        transaction.set_rollback(True)

    assert mail.outbox == []
    assert not Delivery.objects.exists()


# ------------------------------------------------------------------ asked again at sending


def turn_private(response: HelpResponse) -> None:
    """Of a request that is no longer the recipient's."""
    HelpRequest.objects.filter(pk=response.help_request_id).update(
        is_public=False, requester=make_user("other")
    )


def block(response: HelpResponse) -> None:
    asker = response.help_request.requester
    assert asker is not None
    assert response.responder is not None
    MemorySocial.block(asker, response.responder)


def switch_off(response: HelpResponse) -> None:
    services.set_preferences(
        actor=response.help_request.requester,  # type: ignore[arg-type] # there is one
        choices={("help_request.answered", "email"): False},
    )


def delete_request(response: HelpResponse) -> None:
    HelpRequest.objects.filter(pk=response.help_request_id).update(deleted_at=timezone.now())


def hide_answer(response: HelpResponse) -> None:
    HelpResponse.objects.filter(pk=response.pk).update(moderation_state="hidden")


def mute(response: HelpResponse) -> None:
    services.mute(
        actor=response.help_request.requester,  # type: ignore[arg-type] # there is one
        subject=response.help_request,
    )


def close_account(response: HelpResponse) -> None:
    assert response.help_request.requester is not None
    deactivate(response.help_request.requester)


def lose_address(response: HelpResponse) -> None:
    asker: Any = response.help_request.requester
    type(asker).objects.filter(pk=asker.pk).update(email="")


def delete_account(response: HelpResponse) -> None:
    assert response.help_request.requester is not None
    response.help_request.requester.delete()


@pytest.mark.parametrize(
    "happens",
    [
        turn_private,
        block,
        switch_off,
        delete_request,
        hide_answer,
        mute,
        close_account,
        lose_address,
        delete_account,
    ],
)
def test_what_changes_before_it_is_sent_keeps_it_from_being_sent(happens: Any) -> None:
    response = answered()
    assert states() == ["waiting"]

    happens(response)
    assert send() == (0, 0)

    assert mail.outbox == []
    assert states() == ["dropped"]
    assert send() == (0, 0)


@pytest.mark.parametrize("happens", [block, switch_off, mute, lose_address])
def test_what_holds_when_it_is_told_intends_no_email(happens: Any) -> None:
    response = make_response()

    happens(response)
    tell()

    assert not Delivery.objects.filter(email_state=EmailState.WAITING).exists()
    assert send() == (0, 0)


def test_an_erased_person_gets_nothing_that_waited() -> None:
    from wargame_mentorship.flows.privacy import erase_user

    ada = make_user("ada")
    answered(ada)

    erase_user(ada)

    assert send() == (0, 0)
    assert mail.outbox == []
    assert not Delivery.objects.exists()


def test_a_private_question_is_quoted_only_to_those_in_it() -> None:
    canary = "canary-5b1e"
    ada, bruno, eve = make_user("ada"), make_user("bruno"), make_user("eve")
    make_help_request(eve, title="Frosted varnish after a cold night")
    entry = make_help_request(
        ada,
        title=f"Frosted varnish after a cold night {canary}",
        description=f"{canary} @{eve.get_username()} may not see this.",
        is_public=False,
    )
    help_requests.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    response = make_response(entry, bruno, text=f"{canary} @{eve.get_username()} neither.")
    help_requests.accept(actor=ada, help_request=entry, response_id=response.pk)

    tell()
    send()

    assert {message["To"] for message in sent()} == {address_of(ada), address_of(bruno)}
    assert canary in str(sent()[0]["Subject"])
    assert not Delivery.objects.filter(recipient_id=eve.pk).exists()


# ---------------------------------------------------------------------- what it is made of


def test_language_and_clock_are_the_recipients() -> None:
    hans, ada = make_user("hans"), make_user("ada")
    for person in (hans, ada):
        make_response(make_help_request(person, title="Weiß?"))
    Event._base_manager.update(occurred_at=datetime(2026, 3, 31, 11, 30, tzinfo=UTC))
    with (
        a_site(USERS={"BACKEND": "tests.notifications.letters.LanguageOfName"}),
        # Whoever caused it reads French.
        translation.override("fr"),
    ):
        tell()
        send()

        assert translation.get_language() == "fr"
    by_address = {message["To"]: message for message in sent()}
    german = by_address[address_of(hans)]
    assert "hat auf „Weiß?“ geantwortet" in german["Subject"]
    assert '<html lang="de" dir="ltr">' in part_of(german, "html")
    assert "1. April 2026 00:30 NZDT" in part_of(german, "plain")
    english = by_address[address_of(ada)]
    assert "answered “Weiß?”" in english["Subject"]
    # Hers is that of the site.
    site = {"UTC": "11:30 a.m. UTC", "America/Chicago": "6:30 a.m. CDT"}[settings.TIME_ZONE]
    assert f"March 31, 2026, {site}" in part_of(english, "plain")


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "100%s %(actor)s {{ 7 }} {% now %}",
        "Ünïcödé 🎨 ברוש فرشاة" * 6,
        "x" * 200,
    ],
)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    answered(title=title)
    send()

    [message] = sent()
    assert title[:100] in message["Subject"]
    assert message["Bcc"] is None
    html = part_of(message, "html")
    assert "<script" not in html
    assert "<img" not in html
    assert title in part_of(message, "plain")


def test_a_title_that_pretends_to_be_encoded_is_not_decoded() -> None:
    answered(title="=?utf-8?q?Your_account=0D=0ABcc=3A_all?=")
    send()

    [message] = sent()
    assert "“= ?utf-8?q?Your_account=0D=0ABcc=3A_all?=”" in message["Subject"]
    assert message["Bcc"] is None


def test_a_name_cannot_add_headers() -> None:
    with a_site(USERS={"BACKEND": "tests.notifications.letters.StrangeNames"}):
        answered(title="Why?")
        send()

    [message] = sent()
    assert header(message, "Subject") == 'Eve Bcc: all@club.example <b onload="x"> answered “Why?”'
    assert message["Bcc"] is None
    assert message.keys().count("To") == 1
    assert "<b onload" not in part_of(message, "html")


def test_a_title_of_nothing_visible_in_a_header_is_left_out_of_it() -> None:
    make_response()
    HelpRequest.objects.update(title="a\x0bb\x1cc\x85d\u2028e\x01f\x7fg")
    tell()
    assert send() == (1, 0)

    assert "“a b c d efg”" in sent()[0]["Subject"]


def test_an_address_that_is_none_is_given_up_and_harms_nobody() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    people: Any = type(ada)._default_manager
    people.filter(pk=ada.pk).update(email="ada@club.example\nBcc: x@y.z")
    answered(ada)
    answered(bruno)

    assert send() == (1, 1)

    assert [message["To"] for message in sent()] == [address_of(bruno)]


def test_a_host_restyles_by_templates_of_its_own(tmp_path: Any, settings: Any) -> None:
    folder = tmp_path / "wargame_mentorship" / "emails"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("[Club] {{ headline }}")
    (folder / "help_request_answered.html").write_text(
        '{% extends "wargame_mentorship/emails/base.html" %}'
        "{% block email_brand %}OUR BANNER{% endblock %}"
    )
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [str(tmp_path), *engine["DIRS"]]}]
    answered(title="Why?")
    send()

    [message] = sent()
    assert message["Subject"].startswith("[Club] ")
    assert "OUR BANNER" in part_of(message, "html")


# ------------------------------------------------------------------- where it cannot go now


def test_without_an_address_of_the_site_emails_wait() -> None:
    answered()
    with no_site():
        assert send() == (0, 1)
        assert states() == ["waiting"]
        assert Delivery.objects.get().email_attempts == 0

    assert send() == (1, 0)


def test_wagtails_address_is_used_where_there_is_no_other() -> None:
    answered()
    with override_settings(
        WARGAME_MENTORSHIP={}, WAGTAILADMIN_BASE_URL="https://cms.club.example/"
    ):
        send()

    assert "https://cms.club.example/" in part_of(sent()[0], "plain")


def test_a_host_without_addresses_sends_none_and_keeps_no_backlog() -> None:
    with a_site(USERS={"BACKEND": "tests.notifications.letters.NoAddresses"}):
        answered()

        assert states() == ["none"]
        assert send() == (0, 0)


def test_a_mail_server_that_is_down_loses_nothing_and_gets_it_once() -> None:
    port = closed_port()
    answered()
    answered()
    with smtp(port):
        assert send() == (0, 1)
        assert states() == ["waiting", "waiting"]
        assert set(Delivery.objects.values_list("email_attempts", flat=True)) == {0}
        make_due()

    with post_office(port) as office, smtp(port):
        assert send() == (2, 0)
        make_due()
        assert send() == (0, 0)

    assert len(office.letters) == 2
    assert states() == ["sent", "sent"]


def test_a_server_takes_the_headers_whole(settings: Any) -> None:
    answered(title="Ünïcödé 🎨 " + "lang " * 30)
    with post_office() as office, smtp(office.port):
        assert send() == (1, 0)

    [letter], [raw] = office.letters, office.raw
    link = header(letter, "List-Unsubscribe")
    # Not folded, nor encoded as if it were words: mail programs read it as it stands.
    assert f"List-Unsubscribe: {link}".encode() in re.sub(rb"\s+", b" ", raw)
    assert re.fullmatch(r"<https://\S+>", link)
    assert letter.get_content_type() == "multipart/alternative"
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_what_the_server_refuses_for_good_is_given_up_at_once() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    answered(ada)
    answered(bruno)
    with post_office(refused=address_of(ada)) as office, smtp(office.port):
        assert send() == (1, 1)

    assert [letter["To"] for letter in office.letters] == [address_of(bruno)]
    assert states() == ["failed", "sent"]


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPDataError(451, b"try later"),
        smtplib.SMTPRecipientsRefused({"ada@club.example": (450, b"greylisted")}),
        smtplib.SMTPServerDisconnected("gone"),
        ValueError("something odd"),
    ],
)
def test_what_fails_for_now_is_put_off_longer_each_time_and_then_given_up(
    error: Exception,
) -> None:
    answered()
    pauses = []
    with trouble(*[error] * MOST_ATTEMPTS):
        for _ in range(MOST_ATTEMPTS):
            assert send() == (0, 1)
            row = Delivery.objects.get()
            if row.email_after:
                pauses.append(round((row.email_after - timezone.now()).total_seconds() / 60))
            # Not due: nobody tries.
            assert send() == (0, 0)
            make_due()

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert states() == ["failed"]
    assert mail.outbox == []


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
    ],
)
def test_trouble_with_the_server_counts_against_no_letter_and_stops_the_round(
    error: Exception,
) -> None:
    answered()
    answered()
    with trouble(error):
        assert send() == (0, 1)
        assert [*Delivery.objects.values_list("email_attempts", flat=True)] == [0, 0]
        make_due()
        assert send() == (2, 0)


def test_a_letter_that_cannot_be_written_holds_up_no_other(tmp_path: Any, settings: Any) -> None:
    folder = tmp_path / "wargame_mentorship" / "emails"
    folder.mkdir(parents=True)
    (folder / "help_request_assigned.txt").write_text("{% nonsense %}")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [str(tmp_path), *engine["DIRS"]]}]
    ada, bruno = make_user("ada"), make_user("bruno")
    help_requests.assign(actor=ada, help_request=make_help_request(ada), helper_id=bruno.pk)
    make_response(make_help_request(ada), bruno)
    tell()

    assert send() == (1, 1)

    assert [message["To"] for message in sent()] == [address_of(ada)]
    assert states() == ["sent", "waiting"]


def test_blocks_that_nobody_can_tell_let_nothing_out() -> None:
    answered()
    answered()
    with a_site(SOCIAL={"BACKEND": "wargame_mentorship.testing.backends.BrokenSocial"}):
        assert send() == (0, 1)

    assert mail.outbox == []
    assert states() == ["waiting", "waiting"]
    make_due()
    assert send() == (2, 0)


class Killed(BaseException):
    """As abrupt as a signal: nothing of ours catches it."""


def test_a_worker_that_dies_between_claim_and_mark_leaves_it_to_another() -> None:
    answered()
    with trouble(Killed()), pytest.raises(Killed):
        send()
    # Claimed: nobody else touches it yet.
    assert send() == (0, 0)
    assert states() == ["waiting"]

    Delivery.objects.update(email_after=F("email_after") - LEASE - timedelta(seconds=1))
    assert send() == (1, 0)

    [message] = sent()
    assert message["Message-ID"] == f"<{Delivery.objects.get().pk}@club.example>"


def test_a_worker_that_was_too_slow_undoes_nothing() -> None:
    answered()
    [delivery] = Delivery.objects.all()

    class Slow(Exception):
        """Raised when another worker has long taken over."""

        def __init__(self) -> None:
            super().__init__()

    def taken_over() -> Exception:
        Delivery.objects.update(
            email_attempts=2, email_after=None, email_state="sent", emailed_at=timezone.now()
        )
        return Slow()

    class Late(list[Any]):
        def pop(self, index: Any = -1) -> Any:
            super().pop(index)
            return taken_over()

    from tests.notifications.letters import Trouble

    with trouble():
        Trouble.errors = Late([Slow()])
        send_one(delivery.pk)
        Trouble.errors = []

    assert states() == ["sent"]


def test_the_command_sends_what_waits_and_health_tells_what_does_not_go() -> None:
    answered()
    Delivery.objects.update(email_after=timezone.now() - timedelta(minutes=20))
    with trouble(ConnectionRefusedError()):
        with pytest.raises(CommandError, match="not sent"):
            call_command("wm_dispatch", stdout=StringIO())
        Delivery.objects.update(email_after=timezone.now() - timedelta(minutes=20))
    out = StringIO()
    with pytest.raises(CommandError, match="E-mails are left behind"):
        call_command("wm_check", "--health", stdout=out)
    assert "e-mails waiting: 1\ne-mails late: 1\ne-mails given up: 0\n" in out.getvalue()

    out = StringIO()
    call_command("wm_dispatch", stdout=out)
    call_command("wm_check", "--health", stdout=out)

    assert "1 e-mails sent, 0 failed.\n" in out.getvalue()
    assert "e-mails waiting: 0\n" in out.getvalue()


def test_what_was_given_up_is_tried_again_on_request() -> None:
    answered()
    with trouble(smtplib.SMTPDataError(554, b"no")):
        send()
    assert states() == ["failed"]
    out = StringIO()
    call_command("wm_check", "--health", stdout=out)
    assert "e-mails given up: 1\n" in out.getvalue()

    call_command("wm_dispatch", stdout=StringIO())
    assert mail.outbox == []
    call_command("wm_dispatch", "--failed-emails", stdout=StringIO())

    assert len(mail.outbox) == 1


def test_every_recipient_costs_as_many_queries_as_the_one_before() -> None:
    asker = make_user("asker")
    names = [make_user(f"person{number}") for number in range(20)]

    def cost(people: list[AbstractBaseUser]) -> tuple[int, int]:
        text = " ".join(f"@{person.get_username()}" for person in people)
        make_help_request(asker, description=text)
        with CaptureQueriesContext(connection) as telling:
            tell()
        with CaptureQueriesContext(connection) as sending:
            assert send() == (len(people), 0)
        return len(telling), len(sending)

    cost(names[:1])
    (two, two_sent), (four, four_sent) = cost(names[:2]), cost(names[:4])
    (twenty, twenty_sent) = cost(names)
    each, each_sent = (four - two) // 2, (four_sent - two_sent) // 2

    assert twenty - two == 18 * each
    assert twenty_sent - two_sent == 18 * each_sent
    assert each <= 10
    assert each_sent <= 12
