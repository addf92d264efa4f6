"""Watched words: those of the categories that one moderates, and those that hold everywhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wargame_mentorship.core.errors import Invalid, NotAllowed, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import rules, words
from wargame_mentorship.moderation.models import WatchedWord, WordAction
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.wagtail_hooks.base import Choices, answering_errors, viewer_of
from wargame_mentorship.wagtail_hooks.deciding import add_errors

LIST = "wargame_mentorship_watched_words"
ADD = "wargame_mentorship_add_watched_word"
EDIT = "wargame_mentorship_watched_word"
DELETE = "wargame_mentorship_delete_watched_word"
PAGE_SIZE = 50
EVERYWHERE = "everywhere"


class Places:
    """The categories that somebody moderates, of help and of the forums; in two queries."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        models: tuple[Any, ...] = (Category, ForumCategory)
        self.groups = [
            (str(model._meta.verbose_name_plural), self._moderated(model)) for model in models
        ]
        self._by_key = {str(place.pk): place for _label, group in self.groups for place in group}

    def _moderated(self, model: Any) -> list[Any]:
        return list(model.objects.filter(pk__in=self.viewer.moderated_ids(model)))

    def get(self, key: str) -> Model | None:
        return self._by_key.get(key)

    def choices(self, *, everywhere: bool) -> Choices:
        found: Choices = [(EVERYWHERE, _("everywhere"))] if everywhere else []
        for label, group in self.groups:
            if group:
                found.append((label, [(str(place.pk), str(place)) for place in group]))
        return found


class WordForm(forms.Form):
    phrase = forms.CharField(
        label=WatchedWord._meta.get_field("phrase").verbose_name,
        help_text=WatchedWord._meta.get_field("phrase").help_text,
        max_length=words.LONGEST_PHRASE,
    )
    action = forms.ChoiceField(
        label=WatchedWord._meta.get_field("action").verbose_name, choices=WordAction.choices
    )
    replacement = forms.CharField(
        label=WatchedWord._meta.get_field("replacement").verbose_name,
        help_text=WatchedWord._meta.get_field("replacement").help_text,
        max_length=words.LONGEST_REPLACEMENT,
        required=False,
    )
    place = forms.ChoiceField(label=gettext_lazy("Where"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = choices


class TryOutForm(forms.Form):
    sentence = forms.CharField(
        label=gettext_lazy("A sentence"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    place = forms.ChoiceField(label=gettext_lazy("Where"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = choices


class WordsView(WagtailAdminTemplateMixin, View):
    """What all pages of watched words share: who is looking, and whether they may at all."""

    header_icon = "view"
    _show_breadcrumbs = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer = viewer_of(request)
        require(rules.can_read_watched_words, self.viewer, None)

    @cached_property
    def places(self) -> Places:
        return Places(self.viewer)

    def page(self, **context: Any) -> HttpResponseBase:
        answer: HttpResponseBase = self.render_to_response(self.get_context_data(**context))
        return answer

    def done(self, text: str) -> HttpResponseBase:
        messages.success(self.request, text)
        return HttpResponseRedirect(reverse(LIST))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIST), "label": _("Watched words")},
            {"url": "", "label": self.get_page_title()},
        ]


class WordListView(WordsView):
    """The list, and a sentence to try it with, which changes nothing."""

    template_name = "wargame_mentorship/admin/watched_words.html"
    page_title = gettext_lazy("Watched words")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(form=TryOutForm(choices=self.places.choices(everywhere=True)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = TryOutForm(request.POST, choices=self.places.choices(everywhere=True))
        judged = None
        if form.is_valid():
            given = form.cleaned_data
            try:
                judged = words.try_out(
                    self.viewer, given["sentence"], self.places.get(given["place"])
                )
            except Invalid as error:
                add_errors(form, error)
        return self.page(form=form, judged=judged)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = words.watched_words(self.viewer).order_by("phrase", "pk")
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("p"))
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "rows": [
                (
                    word,
                    rules.can_change_watched_word(self.viewer, word),
                    rules.can_delete_watched_word(self.viewer, word),
                )
                for word in page.object_list
            ],
            "add_url": self._can_add() and reverse(ADD),
            "newer_url": page.has_previous() and f"?p={page.previous_page_number()}",
            "older_url": page.has_next() and f"?p={page.next_page_number()}",
        }

    def _can_add(self) -> bool:
        everywhere = rules.can_add_watched_word(self.viewer, None)
        return bool(self.places.choices(everywhere=everywhere))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class WriteView(WordsView):
    """A form for one word."""

    template_name = "wargame_mentorship/admin/watched_word.html"

    def choices(self) -> Choices:
        """Where the word may be watched."""
        return self.places.choices(everywhere=rules.can_add_watched_word(self.viewer, None))

    def form(self, *args: Any, **kwargs: Any) -> WordForm:
        return WordForm(*args, choices=self.choices(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            version = given.pop("version")
            place = self.places.get(given.pop("place"))
            try:
                return self.write(version, place=place, **given)
            except Invalid as error:
                add_errors(form, error)
            except Stale as error:
                form.add_error(None, str(error.message))
        return self.page(form=form)

    def write(self, version: int | None, **given: Any) -> HttpResponseBase:
        raise NotImplementedError


class AddView(WriteView):
    page_title = gettext_lazy("Watch a word")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Whoever only reads those that hold everywhere has nowhere to add one.
        if not self.choices():
            raise NotAllowed

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(form=self.form())

    def write(self, version: int | None, **given: Any) -> HttpResponseBase:
        word = words.add_word(actor=self.viewer, **given)
        return self.done(_("“%(phrase)s” is watched.") % {"phrase": word.phrase})


class OneWordView(WordsView):
    """About one word that this person may change or delete."""

    def setup(self, request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, pk=pk, **kwargs)
        self.object = words.find_word(self.viewer, pk)

    def get_page_subtitle(self) -> str:
        return self.object.phrase


class EditView(OneWordView, WriteView):
    page_title = gettext_lazy("Change a watched word")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        require(rules.can_change_watched_word, self.viewer, self.object)

    def choices(self) -> Choices:
        # Whoever may change it may leave it where it is, also if they may add none there.
        keeps = self.object.place is None or rules.can_add_watched_word(self.viewer, None)
        return self.places.choices(everywhere=keeps)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        word = self.object
        initial = {
            "phrase": word.phrase,
            "action": word.action,
            "replacement": word.replacement,
            "place": str(word.place.pk) if word.place else EVERYWHERE,
            "version": word.version,
        }
        return self.page(form=self.form(initial=initial))

    def write(self, version: int | None, **given: Any) -> HttpResponseBase:
        words.change_word(actor=self.viewer, word=self.object, if_version=version, **given)
        return self.done(_("It is done."))


class DeleteView(OneWordView):
    template_name = "wargame_mentorship/admin/delete_watched_word.html"
    page_title = gettext_lazy("Watch a word no more")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        require(rules.can_delete_watched_word, self.viewer, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(word=self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        words.delete_word(actor=self.viewer, word=self.object)
        return self.done(_("“%(phrase)s” is watched no more.") % {"phrase": self.object.phrase})


class WordsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.can_read_watched_words(viewer_of(request))


def urls() -> list[URLPattern]:
    def view(view_class: Any) -> Any:
        return answering_errors(view_class.as_view())

    return [
        path("mentorship/words/", view(WordListView), name=LIST),
        path("mentorship/words/add/", view(AddView), name=ADD),
        path("mentorship/words/<uuid:pk>/", view(EditView), name=EDIT),
        path("mentorship/words/<uuid:pk>/delete/", view(DeleteView), name=DELETE),
    ]


def menu_item() -> WordsMenuItem:
    return WordsMenuItem(
        gettext_lazy("Watched words"),
        reverse(LIST),
        name="wargame-mentorship-words",
        icon_name="view",
        order=253,
    )


hooks.register("register_admin_urls", urls)
hooks.register("register_admin_menu_item", menu_item)
