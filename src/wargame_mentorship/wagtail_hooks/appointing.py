"""Appointing moderators of a category, on a page beside its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group  # noqa: TID251 - groups are Django's
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import LogFormatter, log

from wargame_mentorship.core.errors import Conflict, Invalid, NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.host import users
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.appointing import Grantee, appoint, appointed, dismiss
from wargame_mentorship.wagtail_hooks.base import viewer_of
from wargame_mentorship.wagtail_hooks.deciding import add_errors

APPOINTED = "wargame_mentorship.appoint"
DISMISSED = "wargame_mentorship.dismiss"


class PersonForm(forms.Form):
    person = forms.CharField(label=gettext_lazy("User name"), max_length=254)

    def clean_person(self) -> Any:
        name = self.cleaned_data["person"].removeprefix("@")
        key = users().by_mention([name]).get(name)
        found = (
            get_user_model()._default_manager.filter(pk=key).first() if key is not None else None
        )
        if found is None:
            raise forms.ValidationError(_("Nobody who is active has this user name."))
        return found


class GroupForm(forms.Form):
    group = forms.ModelChoiceField(
        label=gettext_lazy("Group"), queryset=Group.objects.order_by("name")
    )


class ModeratorsView(WagtailAdminTemplateMixin, View):
    """Who moderates a category; those who may change it appoint and dismiss.

    Every request asks the rule first, and each of the services asks it again.
    """

    model: Any = None
    index_url_name = ""
    edit_url_name = ""
    header_icon = ""
    template_name = "wargame_mentorship/admin/moderators.html"
    page_title = gettext_lazy("Moderators")

    def setup(self, request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, pk=pk, **kwargs)
        self.viewer = viewer_of(request)
        # Of the model, before a category is looked for: what is there is not for everybody.
        require(rules.can_appoint, self.viewer, self.model())
        found = self.model.objects.filter(pk=pk).first()
        if found is None:
            raise NotFound
        self.object = found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = {
            "appoint_person": lambda: self.appoint(PersonForm(request.POST), "person"),
            "appoint_group": lambda: self.appoint(GroupForm(request.POST), "group"),
            "dismiss_person": lambda: self.dismiss(
                appointed(self.object).people, request.POST.get("person", "")
            ),
            "dismiss_group": lambda: self.dismiss(
                appointed(self.object).groups, request.POST.get("group", "")
            ),
        }.get(request.POST.get("action", ""))
        if answer is None:
            raise NotFound
        return answer()

    def appoint(self, form: forms.Form, field: str) -> HttpResponseBase:
        if form.is_valid():
            grantee = form.cleaned_data[field]
            try:
                is_new = self.log_if(appoint, grantee, APPOINTED)
            except Invalid as error:
                add_errors(form, error)
            except Conflict as error:
                form.add_error(field, str(error.message))
            else:
                text = _("%(name)s moderates here.") if is_new else _("%(name)s did already.")
                return self.done(text % {"name": _name_of(grantee)})
        return self.page(**{f"{field}_form": form})

    def dismiss(self, holders: list[Any], key: str) -> HttpResponseBase:
        grantee = next((holder for holder in holders if str(holder.pk) == key), None)
        if grantee is None:
            return self.done(_("This has changed since you opened it."))
        self.log_if(dismiss, grantee, DISMISSED)
        return self.done(_("%(name)s no longer moderates here.") % {"name": _name_of(grantee)})

    def log_if(self, service: Callable[..., bool], grantee: Grantee, action: str) -> bool:
        """Do it, and log what it changed; both or neither."""
        with transaction.atomic():
            is_changed = service(actor=self.viewer, category=self.object, grantee=grantee)
            if is_changed:
                kind = "group" if isinstance(grantee, Group) else "person"
                # Its key, not its name: what is logged outlives an account.
                log(
                    instance=self.object,
                    action=action,
                    user=self.request.user,
                    data={kind: str(grantee.pk)},
                )
        return is_changed

    def done(self, text: str) -> HttpResponseBase:
        messages.success(self.request, text)
        return HttpResponseRedirect(self.request.path)

    def page(self, **forms_with_errors: forms.Form) -> HttpResponseBase:
        holders = appointed(self.object)
        context = {
            "people": [
                {
                    "object": person,
                    "name": _name_of(person),
                    "is_active": person.pk in holders.active_ids,
                }
                for person in holders.people
            ],
            "groups": holders.groups,
            "person_form": PersonForm(),
            "group_form": GroupForm(),
            **forms_with_errors,
        }
        answer: HttpResponseBase = self.render_to_response(self.get_context_data(**context))
        return answer

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        plural = capfirst(str(self.model._meta.verbose_name_plural))
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": plural},
            {"url": reverse(self.edit_url_name, args=[self.object.pk]), "label": str(self.object)},
            {"url": "", "label": self.get_page_title()},
        ]


def _name_of(grantee: Any) -> str:
    return str(grantee.name if isinstance(grantee, Group) else grantee.get_username())


class _Appointment(LogFormatter):
    """Names whom it was about as they are called now."""

    text: Any = ""

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        model: Any = Group if "group" in data else get_user_model()
        key = data.get("group") or data.get("person")
        found = model._default_manager.filter(pk=key).first()
        name = _name_of(found) if found else _("somebody who is no longer there")
        return str(self.text % {"name": name})


@hooks.register("register_log_actions")  # type: ignore[untyped-decorator] # Wagtail has no types
def register_appointments(actions: Any) -> None:
    @actions.register_action(APPOINTED)
    class Appointing(_Appointment):
        label = gettext_lazy("Appoint a moderator")
        text = gettext_lazy("Appointed %(name)s as a moderator")

    @actions.register_action(DISMISSED)
    class Dismissing(_Appointment):
        label = gettext_lazy("Dismiss a moderator")
        text = gettext_lazy("Dismissed %(name)s as a moderator")
