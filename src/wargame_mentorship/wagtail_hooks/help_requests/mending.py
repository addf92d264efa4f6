"""What moderators may mend of help requests and the answers to them, and how they delete them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import (
    Difficulty,
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
    Urgency,
)
from wargame_mentorship.help_requests.services import StepInput
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.wagtail_hooks.help_requests.filters import moderated_choices
from wargame_mentorship.wagtail_hooks.mending import DeleteView, EditView, language_choices


class HelpRequestForm(forms.Form):
    """What a moderator may mend; the service checks everything again."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown."),
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        help_text=gettext_lazy("You can move it only where you moderate too."),
    )
    difficulty_level = forms.ChoiceField(
        label=gettext_lazy("Difficulty"),
        choices=[("", gettext_lazy("not said")), *Difficulty.choices],
        required=False,
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    is_public = forms.BooleanField(label=gettext_lazy("Everybody may see it"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, entry: HelpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stubs give a form's fields the base class, which has no choices.
        self.fields["language"].choices = language_choices(entry.language)  # type: ignore[attr-defined]
        choices = moderated_choices(viewer.moderated_ids(Category))
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class HelpResponseForm(forms.Form):
    """The words of an answer, a field for each of its steps."""

    response_text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown."),
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        strip=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, steps: list[HelpResponseStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, step in enumerate(steps, start=1):
            self.fields[f"step_{step.pk}"] = forms.CharField(
                label=_("Step %(number)d") % {"number": number},
                help_text=_("Left empty, the step goes."),
                initial=step.text,
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
                strip=False,
            )


class HelpRequestEditView(EditView):
    form_class = HelpRequestForm

    def rows(self) -> QuerySet[Any]:
        return super().rows().select_related("category", "subcategory")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": self.viewer, "entry": self.object}

    def get_initial(self) -> dict[str, Any]:
        entry: HelpRequest = self.object
        names = ("title", "description", "difficulty_level", "urgency", "language", "is_public")
        return {
            **{name: getattr(entry, name) for name in names},
            "category": (entry.subcategory or entry.category).slug,
            "version": entry.version,
        }

    def save(self, given: dict[str, Any]) -> None:
        changes = {name: value for name, value in given.items() if name != "version"}
        chosen = Category.objects.select_related("parent").get(slug=given["category"])
        if chosen.parent is not None:
            changes |= {"category": chosen.parent.slug, "subcategory": chosen.slug}
        services.edit(
            actor=self.viewer,
            help_request=self.object,
            changes=changes,
            photo_ids=self.kept_photo_ids,
            if_version=given["version"],
        )


class HelpResponseEditView(EditView):
    form_class = HelpResponseForm

    @cached_property
    def steps(self) -> list[HelpResponseStep]:
        return list(self.object.steps.all())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "steps": self.steps}

    def get_initial(self) -> dict[str, Any]:
        entry: HelpResponse = self.object
        return {"response_text": entry.response_text, "version": entry.version}

    def save(self, given: dict[str, Any]) -> None:
        services.edit_response(
            actor=self.viewer,
            response=self.object,
            text=given["response_text"],
            steps=self._mended_steps(given),
            photo_ids=self.kept_photo_ids,
            if_version=given["version"],
        )

    def _mended_steps(self, given: dict[str, Any]) -> list[StepInput] | None:
        """None where none is changed: then nobody's photos are touched."""
        texts = [(step, given[f"step_{step.pk}"]) for step in self.steps]
        if all(text == step.text for step, text in texts):
            return None
        pictures = photos.photos_of(HelpResponseStep.KIND, [step.pk for step in self.steps])
        return [
            {"text": text, "photo_id": next((photo.pk for photo in pictures[step.pk]), None)}
            for step, text in texts
            if text.strip()
        ]


class HelpRequestDeleteView(DeleteView):
    def act(self, *, reason: str, if_version: int | None) -> None:
        services.delete(
            actor=self.viewer, help_request=self.object, reason=reason, if_version=if_version
        )

    def meaning(self) -> str:
        return _("It is gone for everybody, its asker and the moderators included.")

    def done_message(self) -> str:
        return _("“%(title)s” is deleted.") % {"title": self.title}


class HelpResponseDeleteView(DeleteView):
    def act(self, *, reason: str, if_version: int | None) -> None:
        services.delete_response(
            actor=self.viewer, response=self.object, reason=reason, if_version=if_version
        )

    def meaning(self) -> str:
        return _("It is gone for everybody; a question that it solved is unsolved again.")

    def done_message(self) -> str:
        return _("The answer to “%(title)s” is deleted.") % {"title": self.title}
