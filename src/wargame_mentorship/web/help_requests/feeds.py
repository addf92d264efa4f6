"""Atom feeds, of what everybody may see: the newest questions, and the answers to one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.search import services as search
from wargame_mentorship.web.feeds import MOST_ENTRIES, Entry, FeedPage
from wargame_mentorship.web.help_requests.detail import detail_url
from wargame_mentorship.web.help_requests.finding import FILTERS, PERSONAL, ListQuery

FEED_FILTERS = tuple(name for name in FILTERS if name not in PERSONAL)


class QuestionsFeed(FeedPage):
    """The newest questions, narrowed like the list by what stands in the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = ListQuery(request.GET, self.viewer, names=FEED_FILTERS)
        self._check(query)
        found = query.narrowed().select_related("category", "subcategory")
        if query.chosen["search"]:
            found = search.find(found, query.chosen["search"])
        entries = list(found.order_by("-created_at", "-pk")[:MOST_ENTRIES])
        labels = [str(label) for _name, label in query.labels] if any(query.chosen.values()) else []
        title = gettext("Questions about miniatures")
        feed = self.feed(
            title=" · ".join([title, *labels]),
            url=f"{reverse('wargame_mentorship:help-requests')}?{query.encoded()}".rstrip("?"),
            own_url=f"{reverse('wargame_mentorship:feed')}?{query.encoded()}".rstrip("?"),
        )
        self.add(
            feed,
            entries,
            author_id=lambda entry: entry.requester_id,
            shown=lambda entry, name: Entry(
                entry.title,
                entry.description_html,
                entry.language,
                entry.subcategory or entry.category,
            ),
        )
        return self.answer(feed)

    def _check(self, query: ListQuery) -> None:
        """Raises: Invalid: whoever subscribed would get another list than they asked for."""
        refused = {*query.unknown, *(name for name in PERSONAL if self.request.GET.get(name))}
        if refused:
            message = gettext("A filter in this address means nothing for a feed.")
            raise Invalid({name: [(message, "invalid_choice")] for name in refused}, message)


class AnswersFeed(FeedPage):
    """The answers to one question, the newest first."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        question = (
            HelpRequest.objects.visible_to(self.viewer)
            .select_related("category", "subcategory")
            .filter(pk=pk)
            .first()
        )
        if question is None:
            raise NotFound
        found = HelpResponse.objects.visible_to(self.viewer).filter(help_request=question.pk)
        entries = list(
            found.prefetch_related("steps").order_by("-created_at", "-pk")[:MOST_ENTRIES]
        )
        title = gettext("Answers: %(title)s") % {"title": question.title}
        feed = self.feed(title=title, url=detail_url(question.pk), own_url=self.request.path)
        self.add(
            feed,
            entries,
            author_id=lambda entry: entry.responder_id,
            shown=lambda entry, name: _answer(question, entry, name),
        )
        return self.answer(feed)


def _answer(question: HelpRequest, entry: HelpResponse, name: str) -> Entry:
    solved = gettext("%(name)s solved it: %(title)s")
    answered = gettext("%(name)s answered: %(title)s")
    said = {"name": name, "title": question.title}
    return Entry(
        (solved if entry.is_solution else answered) % said,
        entry.response_text_html,
        question.language,
        question.subcategory or question.category,
        changed_at=question.resolved_at if entry.is_solution else None,
        steps=entry.steps.all(),
    )
