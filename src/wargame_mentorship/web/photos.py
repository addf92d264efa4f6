"""Photos that a page's script sends while somebody is still typing."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid, TooLarge
from wargame_mentorship.photos import services
from wargame_mentorship.photos.cleaning import LARGEST_BODY, TOO_LARGE
from wargame_mentorship.web.json_views import JsonView


class UploadView(JsonView):
    """Takes one picture as the API does, by the session and its CSRF token."""

    def post(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge(TOO_LARGE)
        file = request.FILES.get("file")
        if file is None:
            raise Invalid.field("file", _("Choose a photo."), "required")
        photo = services.upload_photo(
            actor=self.viewer, file=file, alt_text=request.POST.get("alt_text", "")
        )
        shown = {
            "id": str(photo.pk),
            "url": photo.url,
            "thumbnail_url": photo.thumbnail_url,
            "alt_text": photo.alt_text,
            "width": photo.width,
            "height": photo.height,
        }
        return JsonResponse(shown, status=HTTPStatus.CREATED)
