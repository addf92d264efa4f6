"""What our reports share: who is shown them, and spreadsheets that do nothing by themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import ReportView

from wargame_mentorship.wagtail_hooks.base import ADMIN_MEDIA, moderates, viewer_of

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a formula of a cell; the last four are the wide forms."""


class ModeratorReportView(ReportView):
    """Wagtail's own, with the rows that are whoever's who is looking: subclasses find them.

    People write titles and reasons, and a spreadsheet program must not run them. In XLSX a cell
    says itself that it is text, and Wagtail sees to that; CSV has no such thing.
    """

    results_template_name = "wargame_mentorship/admin/report_results.html"
    # It asks about models. What may be seen is asked of our own rules, with the rows.
    permission_policy = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer = viewer_of(request)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        shown = super().preprocess_field_value(field, value, export_format)
        is_formula = isinstance(shown, str) and shown.startswith(FORMULA)
        return f"'{shown}" if is_formula and export_format == self.FORMAT_CSV else shown

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["media"] += ADMIN_MEDIA
        return context


class ModeratorReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return moderates(request)
