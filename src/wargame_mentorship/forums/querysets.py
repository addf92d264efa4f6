from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import (
    Exists,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.lookups import IsNull

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.host.visibility import in_view

if TYPE_CHECKING:
    from wargame_mentorship.forums.models import (  # noqa: F401 - named in base classes
        ForumCategory,
        ForumDraft,
        ForumPost,
        ForumTopic,
    )


def _moderated_ids(viewer: Viewer) -> frozenset[Any]:
    from wargame_mentorship.forums.models import ForumCategory

    return viewer.moderated_ids(ForumCategory)


def _is_solved(is_solved: bool = True) -> IsNull:
    """Whether there is a solution that everybody sees; of a topic in a queryset.

    Not by EXISTS: for a page of twenty PostgreSQL would make a table of all solutions first, and
    read every post for it.
    """
    from wargame_mentorship.forums.models import ForumPost

    solution = ForumPost.objects.filter(COUNTED, accepted_for=OuterRef("pk")).values("pk")
    return IsNull(Subquery(solution[:1]), not is_solved)


def _is_in_use() -> Exists:
    """Whether the category is in use; of a topic in a queryset.

    Not by a join: of the latest topics SQLite would begin with the categories, as there are few,
    and read every topic to sort them.
    """
    from wargame_mentorship.forums.models import ForumCategory

    return Exists(ForumCategory.objects.in_use().filter(pk=OuterRef("category")))


class ForumCategoryQuerySet(QuerySet["ForumCategory", "ForumCategory"]):
    def in_use(self) -> ForumCategoryQuerySet:
        return self.filter(is_active=True)


class ForumTopicQuerySet(QuerySet["ForumTopic", "ForumTopic"]):
    def visible_to(self, actor: Actor) -> ForumTopicQuerySet:
        """What this person may see: the one rule for lists, pages, search, feeds, photos.

        Visible topics of active people in categories in use; one's own, also held ones; everything
        in the categories one moderates. Never what is deleted, nor what a block hides.
        """
        viewer = Viewer.of(actor)
        everybody = in_view("created_by")
        alive = self.filter(_is_in_use(), deleted_at=None)
        if viewer.user is None:
            return alive.filter(everybody)
        seen = alive.filter(everybody | Q(created_by=viewer.pk) | self._moderated(viewer))
        return seen.exclude(created_by__in=viewer.hidden_user_ids)

    def moderated_by(self, actor: Actor) -> ForumTopicQuerySet:
        """Those in the categories that this person moderates.

        Whoever blocks whom: nobody gets out of reach by blocking their moderators.
        """
        return self.filter(self._moderated(Viewer.of(actor)), deleted_at=None)

    def merged(self) -> ForumTopicQuerySet:
        """What is a part of another topic now, and only leads there."""
        return self.filter(merged_into__isnull=False)

    def restorable_by(self, actor: Actor) -> ForumTopicQuerySet:
        """Deleted ones in the categories that this person moderates."""
        return self.filter(self._moderated(Viewer.of(actor)), deleted_at__isnull=False)

    def taken_from(self, actor: Actor) -> ForumTopicQuerySet:
        """One's own that a moderator has deleted or merged, in categories in use."""
        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        mine = self.filter(created_by=viewer.pk, category__is_active=True)
        return mine.filter(deleted_by__isnull=False).exclude(deleted_by=viewer.pk)

    def with_tags(self) -> ForumTopicQuerySet:
        from wargame_mentorship.forums.models import ForumTopicTag

        rows: Any = Prefetch("tagged", ForumTopicTag.objects.select_related("tag"))
        return self.prefetch_related(rows)

    def as_shown_to(self, actor: Actor) -> ForumTopicQuerySet:
        """With what every door shows beside a topic, as `shapes` and templates name it.

        Category and tags; `is_solved`; and what `with_attention` adds.
        """
        from wargame_mentorship.forums.unread import with_attention

        known = self.select_related("category").with_tags().annotate(is_solved=_is_solved())
        return with_attention(Viewer.of(actor), known)

    def with_draft_of(self, actor: Actor) -> ForumTopicQuerySet:
        """With what this person is writing in reply, as `my_draft`; without the name, nothing.

        In the same query: everybody who reads a topic would pay for another.
        """
        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self
        mine = FilteredRelation("drafts", condition=Q(drafts__owner=viewer.pk))
        named = self.annotate(my_draft=mine)
        return named.select_related("my_draft")  # type: ignore[misc] # the stubs know columns alone

    def solved(self, is_solved: bool = True) -> ForumTopicQuerySet:
        return self.filter(_is_solved(is_solved))

    @staticmethod
    def _moderated(viewer: Viewer) -> Q:
        ids = _moderated_ids(viewer)
        return Q(category__in=ids) if ids else Q(pk__in=[])


class ForumPostQuerySet(QuerySet["ForumPost", "ForumPost"]):
    def visible_to(self, actor: Actor) -> ForumPostQuerySet:
        """Posts in visible topics: visible ones of active people, and one's own.

        Moderators of the topic's category see held and hidden ones too. Those of somebody whom a
        block hides are left out; `in_conversation_of` keeps their place.
        """
        from wargame_mentorship.forums.models import ForumTopic

        viewer = Viewer.of(actor)
        # Row by row: of a list of keys SQLite would read every topic, for the posts of one.
        topics = ForumTopic.objects.visible_to(viewer).filter(pk=OuterRef("topic"))
        alive = self.filter(Exists(topics), deleted_at=None)
        if viewer.user is None:
            return alive.filter(in_view("author"))
        seen = alive.filter(in_view("author") | Q(author=viewer.pk) | self._moderated(viewer))
        return seen.exclude(author__in=viewer.hidden_user_ids)

    def moderated_by(self, actor: Actor) -> ForumPostQuerySet:
        """Those to topics in the categories that this person moderates; with the topic."""
        moderated = self._moderated(Viewer.of(actor))
        alive = self.filter(moderated, deleted_at=None, topic__deleted_at=None)
        return alive.select_related("topic")

    def restorable_by(self, actor: Actor) -> ForumPostQuerySet:
        """Deleted ones, in topics that are not, where this person moderates; with the topic."""
        moderated = self._moderated(Viewer.of(actor))
        deleted = self.filter(moderated, deleted_at__isnull=False, topic__deleted_at=None)
        return deleted.select_related("topic")

    def taken_from(self, actor: Actor) -> ForumPostQuerySet:
        """One's own that a moderator has deleted, in topics that one sees; with the topic."""
        from wargame_mentorship.forums.models import ForumTopic

        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        topics = ForumTopic.objects.visible_to(viewer).filter(pk=OuterRef("topic"))
        mine = self.filter(Exists(topics), author=viewer.pk, deleted_by__isnull=False)
        return mine.exclude(deleted_by=viewer.pk).select_related("topic")

    def in_conversation_of(self, topic: ForumTopic, actor: Actor) -> ForumPostQuerySet:
        """The posts of one topic that this person, who sees it, sees or sees a place of.

        As `visible_to`, with a place for those of people whom a block hides and for deleted ones
        that were in view: whoever renders them leaves out what they say. The caller has asked
        whether the topic itself may be seen.
        """
        return self.filter(topic=topic.pk)._read_in(topic, Viewer.of(actor))

    def solution_of(self, topic: ForumTopic, actor: Actor) -> ForumPostQuerySet:
        """The accepted post of one topic, if this person sees it or a place of it there.

        Not narrowed to the topic besides: of two indexes SQLite would take the one that leads
        through all its posts.
        """
        return self.filter(accepted_for=topic.pk)._read_in(topic, Viewer.of(actor))

    def _read_in(self, topic: ForumTopic, viewer: Viewer) -> ForumPostQuerySet:
        """What of some posts of one topic is in a place that this person sees."""
        if viewer.user is None:
            return self.filter(in_view("author"))
        if not _moderated_ids(viewer).isdisjoint(topic.category_ids):
            return self
        return self.filter(in_view("author") | Q(author=viewer.pk))

    @staticmethod
    def _moderated(viewer: Viewer) -> Q:
        ids = _moderated_ids(viewer)
        return Q(topic__category__in=ids) if ids else Q(pk__in=[])


class ForumDraftQuerySet(QuerySet["ForumDraft", "ForumDraft"]):
    def visible_to(self, actor: Actor) -> ForumDraftQuerySet:
        """One's own alone, whatever one moderates; of replies those in topics that one sees."""
        from wargame_mentorship.forums.models import ForumTopic

        viewer = Viewer.of(actor)
        if viewer.user is None:
            return self.none()
        topics = ForumTopic.objects.visible_to(viewer).filter(pk=OuterRef("topic"))
        return self.filter(Q(topic=None) | Exists(topics), owner=viewer.pk)
