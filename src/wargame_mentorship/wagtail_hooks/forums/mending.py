"""What moderators may mend of topics and posts, how they delete them and bring them back."""

from __future__ import annotations

from abc import ABC
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.wagtail_hooks.deciding import ReasonView
from wargame_mentorship.wagtail_hooks.mending import DeleteView, EditView, language_choices


class TopicForm(forms.Form):
    """What a moderator may mend; the service checks everything again."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Opening post"),
        help_text=gettext_lazy("Markdown."),
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        strip=False,
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Up to five words to find it by, with commas between them."),
        max_length=300,
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: ForumTopic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stubs give a form's fields the base class, which has no choices.
        self.fields["language"].choices = language_choices(entry.language)  # type: ignore[attr-defined]


class PostForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown."),
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TopicEditView(EditView):
    form_class = TopicForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "entry": self.object}

    def get_initial(self) -> dict[str, Any]:
        entry: ForumTopic = self.object
        return {
            "title": entry.title,
            "description": entry.description,
            "tags": ", ".join(entry.tag_names),
            "language": entry.language,
            "version": entry.version,
        }

    def save(self, given: dict[str, Any]) -> None:
        tags = [tag.strip() for tag in given["tags"].split(",")]
        changes = {name: given[name] for name in ("title", "description", "language")}
        services.edit_topic(
            actor=self.viewer,
            topic=self.object,
            changes={**changes, "tags": [tag for tag in tags if tag]},
            photo_ids=self.kept_photo_ids,
            if_version=given["version"],
        )


class PostEditView(EditView):
    form_class = PostForm

    def get_initial(self) -> dict[str, Any]:
        entry: ForumPost = self.object
        return {"content": entry.content, "version": entry.version}

    def save(self, given: dict[str, Any]) -> None:
        services.edit_post(
            actor=self.viewer,
            post=self.object,
            content=given["content"],
            photo_ids=self.kept_photo_ids,
            if_version=given["version"],
        )


class TopicDeleteView(DeleteView):
    def act(self, *, reason: str, if_version: int | None) -> None:
        services.delete_topic(
            actor=self.viewer, topic=self.object, reason=reason, if_version=if_version
        )

    def meaning(self) -> str:
        return _("It is gone for everybody, with all its replies; moderators can bring it back.")

    def done_message(self) -> str:
        return _("“%(title)s” is deleted.") % {"title": self.title}


class PostDeleteView(DeleteView):
    def act(self, *, reason: str, if_version: int | None) -> None:
        services.delete_post(
            actor=self.viewer, post=self.object, reason=reason, if_version=if_version
        )

    def meaning(self) -> str:
        return _(
            "Its place stays, without its words; a topic that it solved is unsolved again. "
            "Moderators can bring it back."
        )

    def done_message(self) -> str:
        return _("The reply in “%(title)s” is deleted.") % {"title": self.title}


class UndeleteView(ReasonView, ABC):
    """Brings back what was deleted, as it was; nothing else is routed to what is deleted."""

    def button_label(self) -> str:
        return _("Bring it back")

    def meaning(self) -> str:
        why = self.object.deleted_reason
        return _("It was deleted: %(reason)s") % {"reason": why} if why else _("It was deleted.")

    def get_success_url(self) -> str:
        return self.next_url or self.index_url

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *way, _itself, here = super().get_breadcrumbs_items()
        return [*way, {**here, "label": self.title}]


class TopicUndeleteView(UndeleteView):
    def rows(self) -> QuerySet[Any]:
        return ForumTopic.objects.restorable_by(self.viewer)

    def act(self, *, reason: str, if_version: int | None) -> None:
        services.restore_topic(actor=self.viewer, topic=self.object, reason=reason)

    def done_message(self) -> str:
        return _("“%(title)s” is back.") % {"title": self.title}


class PostUndeleteView(UndeleteView):
    def rows(self) -> QuerySet[Any]:
        return ForumPost.objects.restorable_by(self.viewer)

    def act(self, *, reason: str, if_version: int | None) -> None:
        services.restore_post(actor=self.viewer, post=self.object, reason=reason)

    def done_message(self) -> str:
        return _("The reply in “%(title)s” is back.") % {"title": self.title}
