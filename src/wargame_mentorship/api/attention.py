"""What somebody wants to hear of one thing: more, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers


class Attend(View):
    """One wish about one thing: GET asks, PUT begins, DELETE ends. The subclasses say which."""

    begin: ClassVar[Callable[..., Any]]
    end: ClassVar[Callable[..., Any]]

    def subject(self, pk: UUID) -> Model:
        """Raises: NotFound: not there, or not visible to the viewer."""
        raise NotImplementedError

    def shown(self, subject: Model) -> Response:
        raise NotImplementedError

    def get(self, request: Request, pk: UUID) -> Response:
        return self.shown(self.subject(pk))

    def put(self, request: Request, pk: UUID) -> Response:
        return self._decide(type(self).begin, pk)

    def delete(self, request: Request, pk: UUID) -> Response:
        return self._decide(type(self).end, pk)

    def _decide(self, service: Callable[..., Any], pk: UUID) -> Response:
        subject = self.subject(pk)
        return self.act(
            lambda: service(actor=self.viewer, subject=subject),
            again=self.subject,
            answer=self.shown,
            takes_body=False,
        )


Described = tuple[str, str]
"""The id of an operation, and what it does."""


def described(tag: str, shape: Any, get: Described, put: Described, delete: Described) -> Any:
    """The operations of a subclass of `Attend`, which all answer the same shape."""
    decides: dict[str, Any] = {
        "tags": [tag],
        "parameters": [IDEMPOTENCY_KEY],
        "request": None,
        "responses": answers({200: shape}, *WRITE),
    }
    return extend_schema_view(
        get=extend_schema(
            operation_id=get[0],
            description=get[1],
            tags=[tag],
            responses=answers({200: shape}, *READ),
        ),
        put=extend_schema(operation_id=put[0], description=put[1], **decides),
        delete=extend_schema(operation_id=delete[0], description=delete[1], **decides),
    )
