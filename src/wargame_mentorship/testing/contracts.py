"""Contracts of the host backends, for a host's own test suite.

Subclass one in a module that pytest collects, name your backend in `make_backend`, and make the
people and relations that it asks for; every test method is one promise of the Protocol.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wargame_mentorship.host import (
    DisplayUser,
    ModerationBackend,
    ReportedCase,
    ReportedFlag,
    SocialBackend,
    Submission,
    UsersBackend,
    Verdict,
)
from wargame_mentorship.testing.factories import make_user


@pytest.mark.django_db
class UsersBackendContract:
    def make_backend(self) -> UsersBackend:
        raise AssertionError("Say in your subclass how the host does this.")

    def test_display_answers_known_people_only(self) -> None:
        ada, bruno = make_user("ada"), make_user("bruno")
        gone = make_user("gone")
        gone_pk = gone.pk
        gone.delete()

        shown = self.make_backend().display([ada.pk, bruno.pk, gone_pk])

        assert set(shown) == {ada.pk, bruno.pk}
        assert all(isinstance(person, DisplayUser) for person in shown.values())
        assert all(person.id == key and person.name for key, person in shown.items())

    def test_display_never_shows_an_address(self) -> None:
        ada = make_user("ada")
        backend = self.make_backend()

        name = backend.display([ada.pk])[ada.pk].name

        assert "@" not in name

    def test_display_costs_the_same_for_two_and_for_twenty(self) -> None:
        people = [make_user().pk for _ in range(20)]
        backend = self.make_backend()

        with CaptureQueriesContext(connection) as few:
            backend.display(people[:2])
        with CaptureQueriesContext(connection) as many:
            backend.display(people)

        assert len(few) == len(many)

    def test_active_filter_leaves_deactivated_people_out(self) -> None:
        ada, idle = make_user("ada"), make_user("idle", is_active=False)
        people = type(ada)._default_manager.filter(pk__in=[ada.pk, idle.pk])

        active = people.filter(self.make_backend().active_filter(""))

        assert list(active) == [ada]

    def test_facts_about_a_person_have_their_types(self) -> None:
        ada, backend = make_user("ada"), self.make_backend()

        assert isinstance(backend.timezone(ada), dt.tzinfo)
        assert backend.language(ada)
        assert backend.email(ada) is None or "@" in str(backend.email(ada))
        joined = backend.joined_at(ada)
        assert joined is None or joined.tzinfo is not None
        assert backend.is_adult(ada) in {True, False, None}

    def mention_of(self, user: AbstractBaseUser) -> str:
        """What people write behind the `@` when they mean somebody."""
        return user.get_username()

    def test_a_mention_means_who_has_that_name_in_any_case(self) -> None:
        ada, bruno = make_user("ada"), make_user("bruno")
        written = [self.mention_of(ada).upper(), self.mention_of(bruno), "nobody-of-this-name"]

        meant = self.make_backend().by_mention(written)

        assert dict(meant) == {written[0]: ada.pk, written[1]: bruno.pk}

    def test_a_mention_means_no_deactivated_person(self) -> None:
        idle = make_user("idle", is_active=False)

        assert not self.make_backend().by_mention([self.mention_of(idle)])

    def test_a_mention_of_nobody_is_no_question(self) -> None:
        assert not self.make_backend().by_mention([])

    def test_mentions_cost_the_same_for_two_and_for_twenty(self) -> None:
        names = [self.mention_of(make_user()) for _ in range(20)]
        backend = self.make_backend()

        with CaptureQueriesContext(connection) as few:
            backend.by_mention(names[:2])
        with CaptureQueriesContext(connection) as many:
            meant = backend.by_mention(names)

        assert len(meant) == 20
        assert len(few) == len(many)


@pytest.mark.django_db
class SocialBackendContract:
    def make_backend(self) -> SocialBackend:
        raise AssertionError("Say in your subclass how the host does this.")

    def block(self, blocker: AbstractBaseUser, blocked: AbstractBaseUser) -> None:
        """Make one person block another, in the way of the host."""
        raise AssertionError("Say in your subclass how the host does this.")

    def follow(self, follower: AbstractBaseUser, followed: AbstractBaseUser) -> None:
        raise AssertionError("Say in your subclass how the host does this.")

    def test_a_block_hides_both_from_each_other(self) -> None:
        ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
        self.block(ada, bruno)
        backend = self.make_backend()

        assert set(backend.hidden_user_ids(ada)) == {bruno.pk}
        assert set(backend.hidden_user_ids(bruno)) == {ada.pk}
        assert set(backend.hidden_user_ids(cleo)) == set()

    def test_is_blocked_asks_both_directions(self) -> None:
        ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
        self.block(ada, bruno)
        backend = self.make_backend()

        assert backend.is_blocked(ada, bruno)
        assert backend.is_blocked(bruno, ada)
        assert not backend.is_blocked(ada, cleo)

    def test_blocked_among_answers_in_one_go(self) -> None:
        ada, bruno, cleo, dora = (make_user() for _ in range(4))
        self.block(ada, bruno)
        self.block(cleo, ada)

        among = self.make_backend().blocked_among(ada, [bruno.pk, cleo.pk, dora.pk])

        assert set(among) == {bruno.pk, cleo.pk}

    def test_hidden_people_can_be_excluded_in_a_query(self) -> None:
        ada, bruno = make_user("ada"), make_user("bruno")
        self.block(bruno, ada)
        people = type(ada)._default_manager.filter(pk__in=[ada.pk, bruno.pk])

        seen = people.exclude(pk__in=self.make_backend().hidden_user_ids(ada))

        assert list(seen) == [ada]

    def test_followers_come_in_batches(self) -> None:
        ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
        self.follow(bruno, ada)
        self.follow(cleo, ada)

        batches = self.make_backend().followers(ada)

        assert {key for batch in batches for key in batch} == {bruno.pk, cleo.pk}


@pytest.mark.django_db
class ModerationBackendContract:
    def make_backend(self) -> ModerationBackend:
        raise AssertionError("Say in your subclass how the host does this.")

    def test_an_ordinary_submission_gets_a_verdict(self) -> None:
        submission = Submission(
            kind="help_request", author=make_user("ada"), text="How do I thin this paint?"
        )

        verdict: Any = self.make_backend().screen(submission)

        assert isinstance(verdict, Verdict)
        assert verdict.outcome in {"allow", "hold", "reject"}

    def test_an_inbox_of_ones_own_takes_a_case_twice(self) -> None:
        """After the first flag, and after the next."""
        backend: Any = self.make_backend()
        assert backend.has_own_queue() in {True, False}
        author, reader = make_user("ada"), make_user("bruno")
        case = ReportedCase(
            case_id=uuid4(),
            kind="forum_post",
            object_id=uuid4(),
            title="Which brush?",
            url="/community/forums/",
            text_html="<p>Buy my paint.</p>",
            author_id=author.pk,
            category_ids=(uuid4(),),
            opened_at=timezone.now(),
            weight=100,
            flags=(ReportedFlag(reader.pk, "spam", "", timezone.now()),),
        )

        for _flag in range(2):
            assert backend.report(case) is None
