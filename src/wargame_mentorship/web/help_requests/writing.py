"""What somebody is writing as an answer: its text, its photos and its steps, in one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.forms import PhotoPicker, RespondForm, add_errors
from wargame_mentorship.web.help_requests.steps import TEXT_FIELDS, StepPicker

TYPED_FIELDS = ("response_text", *TEXT_FIELDS)


SATISFACTIONS = {
    5: _("Delighted"),
    4: _("Content"),
    3: _("It will do"),
    2: _("Not quite"),
    1: _("Disappointed"),
}


class AskBackForm(forms.Form):
    question = forms.CharField(
        label=_("What do you need to know?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write your question first.")},
        strip=False,
    )


class OutcomeForm(forms.Form):
    text = forms.CharField(
        label=_("What did you do, and how did it turn out?"),
        help_text=_("A thank-you is welcome too. Markdown works: *emphasis*, lists, links."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        strip=False,
    )
    satisfaction = forms.TypedChoiceField(
        label=_("How content are you with the result?"),
        choices=[*SATISFACTIONS.items(), ("", _("I would rather not say"))],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )


class AnswerForm:
    """The three together; empty, or with what an answer says."""

    def __init__(self, viewer: Viewer, response: HelpResponse | None = None) -> None:
        self.response = response
        self.form = RespondForm()
        self.picker = PhotoPicker(viewer, most=services.MOST_PHOTOS, shown=1)
        self.steps = StepPicker(viewer, numbered=response is not None)

    def fill(self, response: HelpResponse) -> None:
        """Take what an answer says now."""
        self.form = RespondForm(initial={"response_text": response.response_text})
        self.picker.kept = photos.photos_of(HelpResponse.KIND, [response.pk])[response.pk]
        self.steps.fill(response)

    def read(self, request: HttpRequest) -> bool:
        """Take what was sent; returns whether nothing is wrong with it so far."""
        self.form = RespondForm(request.POST)
        of = (HelpResponse.KIND, self.response.pk) if self.response else None
        photos_fit = self.picker.read(request, of=of)
        steps_fit = self.steps.read(request, of=self.response)
        return self.form.is_valid() and photos_fit and steps_fit

    def add_errors(self, error: Invalid) -> None:
        """Put a service's errors beside what they are about."""
        others = {}
        for name, messages in error.fields.items():
            for message, _code in messages:
                if not self.steps.place_error(name, str(message)):
                    others[name] = messages
        if others or not error.fields:
            add_errors(self.form, Invalid(others, error.message))
        else:
            self.form.is_valid()

    @property
    def arguments(self) -> dict[str, Any]:
        """What `respond` and `edit_response` take."""
        return {
            "text": self.form.cleaned_data["response_text"],
            "photo_ids": self.picker.ids,
            "steps": self.steps.steps,
        }

    @property
    def words(self) -> str:
        """All that was written, to be copied from where it cannot be sent."""
        text = str(self.form["response_text"].value() or "")
        return "\n\n".join([text, *(row.text for row in self.steps.rows)])

    @property
    def context(self) -> dict[str, Any]:
        return {"form": self.form, "picker": self.picker, "steps": self.steps}
