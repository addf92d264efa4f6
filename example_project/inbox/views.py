"""The inbox, for the club's staff; what they decide goes back to the plugin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import ListView

from inbox.models import Entry
from wargame_mentorship.core.errors import Conflict, Invalid
from wargame_mentorship.moderation.cases import apply_decision

DECISIONS = ("hide", "keep", "dismiss")


class InboxView(UserPassesTestMixin, ListView[Entry]):
    template_name = "inbox/list.html"
    queryset = Entry.objects.filter(decision="").order_by("reported_at", "pk")
    paginate_by = 20

    def test_func(self) -> bool:
        return bool(self.request.user.is_staff)

    def post(self, request: HttpRequest) -> HttpResponse:
        member: Any = request.user
        entry = get_object_or_404(Entry, pk=request.POST.get("entry"))
        decision = next((name for name in DECISIONS if name in request.POST), "")
        try:
            apply_decision(
                actor=member,
                case_id=entry.case_id,
                decision=decision,
                reason=request.POST.get("reason", ""),
            )
        except (Conflict, Invalid) as error:
            messages.error(request, str(error.message))
            return redirect("inbox:list")
        Entry.objects.filter(pk=entry.pk).update(decision=decision, decided_by=member.pk)
        messages.success(request, _("It is done."))
        return redirect("inbox:list")
