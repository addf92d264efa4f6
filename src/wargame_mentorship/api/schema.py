"""Pieces of the OpenAPI schema that many endpoints share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.settings import api_settings

V = TypeVar("V", bound=Callable[..., Any])

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="Any string of your own; the same request with the same key acts once in 24 h.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The `ETag` you have in hand, such as `"3"`; 412 if it is no longer that.',
)

_MEANINGS = {
    400: "The input cannot be taken; `fields` says why.",
    401: "Who are you?",
    403: "You see it, but this is not yours to do.",
    404: "Not there, or not visible to you.",
    409: "Not in a state for this; `code` says why.",
    412: "Changed since you read it.",
    413: "Too large.",
    415: "Not a type this endpoint takes.",
    422: "The idempotency key was used with another body.",
    429: "Too many requests; see `Retry-After`.",
    503: "A part of the host's site does not answer; see `Retry-After`.",
}


class FieldErrorSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    code = serializers.CharField()


class ErrorSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable; `detail` is for people.")
    fields = serializers.DictField(  # type: ignore[assignment] # the API's name for it
        child=FieldErrorSerializer(many=True), required=False
    )


def page_of(name: str, item: type[serializers.Serializer[Any]]) -> Any:
    """The shape of one page of a list."""
    return inline_serializer(
        name,
        {
            "results": item(many=True),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
        },
    )


def answers(success: dict[int, Any], *errors: int) -> dict[int, Any]:
    """The responses of an operation: what succeeds, and which errors it may give."""
    failed = {
        status: OpenApiResponse(ErrorSerializer, description=_MEANINGS[status])
        for status in sorted({*errors, 429})
    }
    return {**success, **failed}


READ = (400, 401, 404, 503)
WRITE = (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)


def described_body(method: V) -> V:
    """Describe the JSON that a DELETE takes; drf-spectacular describes that of no DELETE.

    Stands below `extend_schema`, whose `request` says what it is.
    """
    of_host: Any = api_settings.DEFAULT_SCHEMA_CLASS

    class WithBody(of_host):  # type: ignore[misc] # named by a setting
        def get_operation(self, *args: Any, **kwargs: Any) -> Any:
            operation = super().get_operation(*args, **kwargs)
            body = self.resolve_serializer(self.get_request_serializer(), "request")
            operation["requestBody"] = {"content": {"application/json": {"schema": body.ref}}}
            return operation

    # Where `extend_schema` looks for what it builds upon.
    vars(method)["kwargs"] = {"schema": WithBody}
    return method
