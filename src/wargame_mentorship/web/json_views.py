"""Answers to the pages' own scripts: JSON, with the statuses and codes of the API."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict

from wargame_mentorship.core.errors import DomainError, Invalid, SignInRequired, TooLarge
from wargame_mentorship.core.hostile import parse_json
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of


class UnsupportedType(DomainError):
    code = "unsupported_media_type"


class JsonView(PluginView):
    """A view for scripts; pages work without it."""

    def error_page(self, error: DomainError) -> HttpResponse:
        status, code, detail = status_of(error), error.code, error.message
        if isinstance(error, SignInRequired):
            status = HTTPStatus.UNAUTHORIZED
        if isinstance(error, UnsupportedType):
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        if isinstance(error, Invalid):
            # What is wrong with the one thing that was sent says more than that something is.
            detail, code = next((first for first, *_more in error.fields.values()), (detail, code))
        response = JsonResponse({"code": code, "detail": str(detail)}, status=status)
        add_retry_after(response, error)
        return response


def sent_by(request: HttpRequest) -> QueryDict | dict[str, object]:
    """What a PUT carries: the fields of a form, or an object.

    Raises:
        TooLarge: more than anybody types.
        HostileInput: no JSON, or one that is meant to hurt.
        UnsupportedType: neither.
    """
    try:
        if request.content_type == "application/x-www-form-urlencoded":
            return QueryDict(request.body)
        if request.content_type == "application/json":
            data = parse_json(request.body)
            return data if isinstance(data, dict) else {}
    except (RequestDataTooBig, TooManyFieldsSent) as error:
        raise TooLarge from error
    raise UnsupportedType
