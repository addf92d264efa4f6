"""For the host's sitemap: every page of ours that is for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Max, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from wargame_mentorship.core import registry
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer


class Slice:
    """What is in one file of a sitemap."""

    def __init__(self, object_list: Any) -> None:
        self.object_list = object_list


class SlicePaginator:
    """Cuts a queryset into files without counting it for each; Django's own counts each time."""

    def __init__(self, sitemap: _ContentSitemap) -> None:
        self._sitemap = sitemap

    @property
    def num_pages(self) -> int:
        """For the index of files; at least 1, which may be empty."""
        return max(1, -(-self._sitemap.items().count() // self._sitemap.limit))

    def page(self, number: str | int) -> Slice:
        """Raises: PageNotAnInteger, EmptyPage: as Django's paginator."""
        text = str(number)
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise PageNotAnInteger(_("That page number is not an integer"))
        first = (int(text) - 1) * self._sitemap.limit
        items = (
            list(self._sitemap.items()[first : first + self._sitemap.limit]) if first >= 0 else []
        )
        if not items and first != 0:
            raise EmptyPage(_("That page contains no results"))
        return Slice(items)


class _ContentSitemap(Sitemap):  # type: ignore[type-arg] # takes none at run time
    """Content that everybody may see, the oldest first.

    In that order a file that is full stays as it is, but for what changes in it. A file costs one
    query; the index of files two more, each of which reads the table.
    """

    # Search engines take 50,000 in a file, but Django needs many seconds to write them.
    limit = 10_000

    def items(self) -> QuerySet[Any]:
        raise NotImplementedError

    def location(self, item: Any) -> str:
        return registry.kind_of(item).url(item)

    def lastmod(self, item: Any) -> datetime:
        """When it last changed, or was answered."""
        latest: datetime = max(item.updated_at, item.last_activity_at)
        return latest

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = self.items().aggregate(
            latest=Max(Greatest("updated_at", "last_activity_at"))
        )["latest"]
        return latest

    @property
    def paginator(self) -> Any:
        # With `i18n`, which a host may set, each entry is listed once for each language.
        return super().paginator if self.i18n else SlicePaginator(self)


class HelpRequestSitemap(_ContentSitemap):
    """The help requests that everybody may see."""

    def items(self) -> QuerySet[Any]:
        visible = HelpRequest.objects.visible_to(Viewer(None))
        return visible.only("pk", "updated_at", "last_activity_at").order_by("created_at", "pk")


class ForumTopicSitemap(_ContentSitemap):
    """The topics of the forums that everybody may see."""

    def items(self) -> QuerySet[Any]:
        visible = ForumTopic.objects.visible_to(Viewer(None))
        columns = ("pk", "title", "updated_at", "last_activity_at")
        return visible.only(*columns).order_by("created_at", "pk")
