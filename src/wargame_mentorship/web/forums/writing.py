"""What somebody is writing: a topic's opening post, or a reply; with its photos, in one form."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumDraft, ForumPost, ForumTopic
from wargame_mentorship.forums.tagging import suggest_tags
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.drafting import keep_what_is_there
from wargame_mentorship.web.forms import (
    PhotoPicker,
    add_errors,
    as_uuid,
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


KEEP = "keep"
"""The button that keeps what is written for another time."""


class Writing:
    """A form and its photos together, and the draft that they are kept as until they are sent."""

    form: forms.Form

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.picker = PhotoPicker(viewer, most=services.MOST_PHOTOS, shown=1)
        self.draft_key = uuid4()
        self.draft: ForumDraft | None = None
        """What it is filled with, of an earlier time."""

    def take(self, draft: ForumDraft) -> None:
        """Go on with a draft; the subclasses fill their forms."""
        self.draft, self.draft_key = draft, draft.pk
        if keys := [UUID(key) for key in draft.data["photo_ids"]]:
            self.picker.kept = photos.unattached_photos(self.viewer, keys)

    def read(self, request: HttpRequest) -> bool:
        """Take what was sent; returns whether nothing is wrong with it so far."""
        raise NotImplementedError

    def add_errors(self, error: Invalid) -> None:
        add_errors(self.form, error)

    def keep(
        self, *, topic: ForumTopic | None = None, category: ForumCategory | None = None
    ) -> None:
        """Keep what was sent as the draft, if there is a word or a picture in it.

        Raises:
            TooLarge: more than anybody writes.
            Busy: other tabs were faster.
        """
        photo_ids = [str(key) for key in self.picker.ids]
        data = {**typed_in(self.form, self.form.data), "photo_ids": photo_ids}
        if services.is_blank(data):
            return
        self.draft_key = keep_what_is_there(
            lambda draft_id: services.keep_draft(
                actor=self.viewer, draft_id=draft_id, data=data, topic=topic, category=category
            ),
            self.draft_key,
        )

    @property
    def context(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "picker": self.picker,
            "draft": self.draft,
            "draft_key": self.draft_key,
        }


def start_url(category: ForumCategory) -> str:
    return reverse("wargame_mentorship:start-topic", args=[category.slug])


def typed_in(form: type[forms.Form] | forms.Form, sent: Any) -> dict[str, Any]:
    """What stands in the fields of a form, valid or not."""
    return {name: sent.get(name, "") for name in form.base_fields}


class TopicWriting(Writing):
    """Of an opening post; empty, or with what a topic says."""

    def __init__(self, viewer: Viewer, topic: ForumTopic | None = None) -> None:
        super().__init__(viewer)
        self.topic = topic
        self.other_draft: ForumDraft | None = None
        """What the viewer has begun in another category."""
        self.language = topic.language if topic else ""
        self.form = TopicForm(viewer=viewer, language=self.language)

    def go_on_in(self, category: ForumCategory) -> None:
        """Take what the viewer was writing, unless it is for another category in use."""
        draft = services.draft_of(self.viewer)
        if draft is None:
            return
        elsewhere = draft.category if draft.category != category else None
        if elsewhere is not None and elsewhere.is_active:
            self.other_draft = draft
        else:
            self.take(draft)

    def take(self, draft: ForumDraft) -> None:
        super().take(draft)
        names = ("title", "description", "tags", "language")
        given = {name: draft.data[name] for name in names if draft.data[name]}
        self.form = TopicForm(viewer=self.viewer, initial=given)

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
        self.draft_key = _key_in(request.POST)
        self.form = TopicForm(request.POST, viewer=self.viewer, language=self.language)
        of = (ForumTopic.KIND, self.topic.pk) if self.topic else None
        photos_fit = self.picker.read(request, of=of)
        return self.form.is_valid() and photos_fit

    @property
    def fields(self) -> dict[str, Any]:
        """What `start_topic` and the `changes` of `edit_topic` take, but for the photos."""
        cleaned = self.form.cleaned_data
        return {**cleaned, "tags": services.split_tags(cleaned["tags"])}

    @property
    def context(self) -> dict[str, Any]:
        much_used = suggest_tags(ForumTopic.objects.visible_to(self.viewer), "")
        return {**super().context, "much_used": much_used, "other_draft": self.other_draft}


class PostWriting(Writing):
    """Of a reply; empty, or with what a post says."""

    def __init__(self, viewer: Viewer, post: ForumPost | None = None) -> None:
        super().__init__(viewer)
        self.post = post
        self.form = ReplyForm()

    def take(self, draft: ForumDraft) -> None:
        super().take(draft)
        given = {"content": draft.data["content"]}
        if answered := draft.data["reply_to_id"]:
            # One that is not there any more would be a mistake that nobody can mend in the form.
            seen = ForumPost.objects.visible_to(self.viewer)
            if seen.filter(pk=answered, topic=draft.topic_id).exists():
                given["reply_to_id"] = answered
        self.form = ReplyForm(initial=given)

    def quote(self, post: ForumPost) -> None:
        """Begin a reply to a post, with what it says; below what is there, if it is not yet."""
        said = "\n".join(f"> {line}".rstrip() for line in post.content.splitlines())
        begun = self.form.initial.get("content", "").replace("\r\n", "\n").rstrip()
        if said not in begun:
            begun = f"{begun}\n\n{said}" if begun else said
        self.form = ReplyForm(initial={"content": f"{begun}\n\n", "reply_to_id": post.pk})

    def fill(self, post: ForumPost) -> None:
        """Take what a post says now."""
        self.form = ReplyForm(initial={"content": post.content})
        self.picker.kept = photos.photos_of(ForumPost.KIND, [post.pk])[post.pk]

    def read(self, request: HttpRequest) -> bool:
        """Take what was sent; returns whether nothing is wrong with it so far."""
        self.draft_key = _key_in(request.POST)
        self.form = ReplyForm(request.POST)
        of = (ForumPost.KIND, self.post.pk) if self.post else None
        photos_fit = self.picker.read(request, of=of)
        return self.form.is_valid() and photos_fit


def _key_in(sent: QueryDict) -> UUID:
    return as_uuid(sent.get("draft", "")) or uuid4()
