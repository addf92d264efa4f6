"""What somebody is writing: a topic's opening post, or a reply; with its photos, in one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.tagging import suggest_tags
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.forms import (
    PhotoPicker,
    add_errors,
    default_language,
    language_choices,
)

MARKDOWN = _("Markdown works: *emphasis*, lists, links, > quotes.")


class TopicForm(forms.Form):
    title = forms.CharField(
        label=_("What is it about?"),
        max_length=200,
        error_messages={"required": _("Give it a title first.")},
    )
    description = forms.CharField(
        label=_("The opening post"),
        help_text=MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 9}),
        required=False,
        strip=False,
    )
    tags = forms.CharField(
        label=_("Tags"),
        help_text=_("Up to five words to find it by, with commas between them."),
        max_length=300,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, viewer: Viewer, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["language"]
        choice.choices = language_choices(also=language)  # type: ignore[attr-defined] # a choice field
        choice.initial = language or default_language(viewer)


class ReplyForm(forms.Form):
    content = forms.CharField(
        label=_("Your reply"),
        help_text=MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write your reply first.")},
        strip=False,
    )
    reply_to_id = forms.UUIDField(widget=forms.HiddenInput, required=False)


class TopicWriting:
    """The form and the photos together; empty, or with what a topic says."""

    def __init__(self, viewer: Viewer, topic: ForumTopic | None = None) -> None:
        self.viewer = viewer
        self.topic = topic
        self.language = topic.language if topic else ""
        self.form = TopicForm(viewer=viewer, language=self.language)
        self.picker = PhotoPicker(viewer, most=services.MOST_PHOTOS, shown=1)

    def fill(self, topic: ForumTopic) -> None:
        """Take what a topic says now."""
        given = {
            "title": topic.title,
            "description": topic.description,
            "tags": ", ".join(topic.tag_names),
            "language": topic.language,
        }
        self.form = TopicForm(viewer=self.viewer, language=self.language, initial=given)
        self.picker.kept = photos.photos_of(ForumTopic.KIND, [topic.pk])[topic.pk]

    def read(self, request: HttpRequest) -> bool:
        """Take what was sent; returns whether nothing is wrong with it so far."""
        self.form = TopicForm(request.POST, viewer=self.viewer, language=self.language)
        of = (ForumTopic.KIND, self.topic.pk) if self.topic else None
        photos_fit = self.picker.read(request, of=of)
        return self.form.is_valid() and photos_fit

    def add_errors(self, error: Invalid) -> None:
        add_errors(self.form, error)

    @property
    def fields(self) -> dict[str, Any]:
        """What `start_topic` and the `changes` of `edit_topic` take, but for the photos."""
        cleaned = self.form.cleaned_data
        tags = [tag.strip() for tag in cleaned["tags"].split(",")]
        return {**cleaned, "tags": [tag for tag in tags if tag]}

    @property
    def context(self) -> dict[str, Any]:
        much_used = suggest_tags(ForumTopic.objects.visible_to(self.viewer), "")
        return {"form": self.form, "picker": self.picker, "much_used": much_used}


class PostWriting:
    """The form and the photos of a reply; empty, or with what a post says."""

    def __init__(self, viewer: Viewer, post: ForumPost | None = None) -> None:
        self.post = post
        self.form = ReplyForm()
        self.picker = PhotoPicker(viewer, most=services.MOST_PHOTOS, shown=1)

    def quote(self, post: ForumPost) -> None:
        """Begin a reply to a post, with what it says."""
        said = "\n".join(f"> {line}".rstrip() for line in post.content.splitlines())
        self.form = ReplyForm(initial={"content": f"{said}\n\n", "reply_to_id": post.pk})

    def fill(self, post: ForumPost) -> None:
        """Take what a post says now."""
        self.form = ReplyForm(initial={"content": post.content})
        self.picker.kept = photos.photos_of(ForumPost.KIND, [post.pk])[post.pk]

    def read(self, request: HttpRequest) -> bool:
        """Take what was sent; returns whether nothing is wrong with it so far."""
        self.form = ReplyForm(request.POST)
        of = (ForumPost.KIND, self.post.pk) if self.post else None
        photos_fit = self.picker.read(request, of=of)
        return self.form.is_valid() and photos_fit

    def add_errors(self, error: Invalid) -> None:
        add_errors(self.form, error)

    @property
    def context(self) -> dict[str, Any]:
        return {"form": self.form, "picker": self.picker}
