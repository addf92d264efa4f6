"""What all endpoints share: errors, authentication, replays, versions, throttles, pages.

The host's REST framework settings decide who somebody is (`DEFAULT_AUTHENTICATION_CLASSES`) and
nothing else; its global exception handler is left alone.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, NoReturn, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, OperationalError, transaction
from django.db.models import Model
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.metadata import SimpleMetadata
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView, set_rollback

from wargame_mentorship.api.throttling import AddressThrottle, UserThrottle
from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Busy,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    Throttled,
    TooLarge,
)
from wargame_mentorship.core.hostile import MAX_BYTES, check_text, parse_json
from wargame_mentorship.core.idempotency import (
    InProgress,
    KeyReused,
    Replay,
    Replayed,
    digest,
    was_carried_out,
)
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import enclosed_by, is_lost_race
from wargame_mentorship.host import DisplayUser, Viewer, users

logger = logging.getLogger("wargame_mentorship.api")

M = TypeVar("M", bound=Model)

STATUS_CODES: tuple[tuple[type[DomainError], int], ...] = (
    (Invalid, 400),
    (SignInRequired, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Stale, 412),
    (TooLarge, 413),
    (KeyReused, 422),
    (Throttled, 429),
    (BackendUnavailable, 503),
)

# Weak ones too: proxies that compress an answer weaken its ETag.
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class Malformed(Invalid):
    """Not a request that anybody could read, before its fields are looked at."""

    code = "bad_request"
    message = _("This request cannot be read.")


class ReadableByAll(BasePermission):
    """Anybody reads (what `visible_to` shows them); whoever writes is signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return True
        return Viewer(request.user).is_authenticated


class SignedIn(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return Viewer(request.user).is_authenticated


class HardenedJSONParser(JSONParser):
    """JSON within bounds: size, depth, finite numbers, no NUL, no lone surrogates."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        # One byte more than is taken tells too much apart, without reading all of it.
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise TooLarge
        data = parse_json(raw)
        if not isinstance(data, dict):
            raise Invalid.field("non_field_errors", "Expected an object.", "not_an_object")
        return data


class AlwaysJSON(DefaultContentNegotiation):
    """Answers JSON whatever `Accept` says: there is nothing else to choose from."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class View(APIView):
    """The base of every endpoint; all that the host's REST framework settings could change is set.

    Never inside a transaction of the host's (`ATOMIC_REQUESTS`): services open their own, so that
    a remote screening stays outside it and a lost race can be tried again.
    """

    versioning_class = None
    metadata_class = SimpleMetadata
    content_negotiation_class = AlwaysJSON
    parser_classes: Sequence[type[BaseParser]] = (HardenedJSONParser,)
    renderer_classes = (JSONRenderer,)
    # The first is how the OpenAPI schema knows; the second also knows who was deactivated.
    permission_classes: Sequence[Any] = (IsAuthenticatedOrReadOnly, ReadableByAll)
    throttle_classes = (AddressThrottle, UserThrottle)
    throttle_scope: ClassVar[str] = ""
    """A scope of `THROTTLES` for which the writes of this endpoint count besides."""

    @cached_property
    def viewer(self) -> Viewer:
        """Whoever is asking; one per request, so that grants and blocks are asked once."""
        return Viewer(self.request.user)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def perform_authentication(self, request: Request) -> None:
        self._count(request, before_authentication=True)
        try:
            super().perform_authentication(request)
        except (DataError, ValueError) as error:
            # Credentials that the host's database cannot even compare, such as a NUL in a name.
            raise exceptions.AuthenticationFailed from error

    def check_throttles(self, request: Request) -> None:
        self._count(request, before_authentication=False)

    def _count(self, request: Request, *, before_authentication: bool) -> None:
        for throttle in self.get_throttles():
            if throttle.before_authentication is not before_authentication:
                continue
            if not throttle.allow_request(request, self):
                raise Throttled(throttle.wait())

    def get_throttles(self) -> list[Any]:
        return [throttle() for throttle in self.throttle_classes]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        # What an answer shows depends on who asks, whatever header says who that is: it is not
        # for a cache of the host's to keep.
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        if isinstance(response, Response) and response.has_header("ETag"):
            # The version of the content, for `If-Match`. It says nothing of the counters and
            # answers beside it, so a host's ConditionalGetMiddleware must not answer 304 by it.
            self.request.META.pop("HTTP_IF_NONE_MATCH", None)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if key is not None and not _KEY.fullmatch(key):
            message = _("Use 1 to 255 visible ASCII characters.")
            raise Invalid.field("Idempotency-Key", message)
        for name in request.query_params:
            for value in (name, *request.query_params.getlist(name)):
                check_text(value)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        if not self.viewer.is_authenticated:
            raise SignInRequired
        raise NotAllowed

    def get_exception_handler(self) -> Callable[[Exception, Any], Response | None]:
        return self._answer_error

    def _answer_error(self, error: Exception, context: Any) -> Response | None:
        response = error_response(error)
        if response is None:
            return None
        if response.status_code == 401:
            response["WWW-Authenticate"] = self.get_authenticate_header(self.request) or "Session"
        set_rollback()
        return response

    def get_authenticate_header(self, request: Request) -> str:
        for authenticator in self.get_authenticators():
            if header := authenticator.authenticate_header(request):
                return str(header)
        return ""

    def if_match(self) -> int | None:
        """The version that the client has in hand (`If-Match`), None if it did not say.

        Raises:
            Stale: it named something that is no version of ours.
        """
        given = self.request.headers.get("If-Match", "").strip()
        if given in {"", "*"}:
            return None
        match = _ETAG.fullmatch(given)
        if match is None:
            raise Stale
        return int(match[1])

    def cleaned(self, serializer_class: type[Serializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The body, validated; authorisation has been checked before.

        Raises:
            ValidationError: it is not what the serializer takes.
        """
        serializer = serializer_class(data=self.request.data, **kwargs)
        serializer.is_valid(raise_exception=True)
        validated: dict[str, Any] = serializer.validated_data
        return validated

    def act(
        self,
        service: Callable[[], M],
        *,
        again: Callable[[UUID], M],
        answer: Callable[[M], Response],
        takes_body: bool = True,
    ) -> Response:
        """Carry out the one write of this request, once per `Idempotency-Key`.

        Args:
            service: calls one service and returns its subject.
            again: fetches the subject of an earlier, identical request, as the viewer may see
                it now.
            answer: renders a subject.
            takes_body: False: what the body says is ignored and not even read.

        Raises:
            BackendUnavailable: nobody can say whom a block hides. Asked first, so that nothing is
                written of which the answer could then not be shown.
        """
        _asked_once = self.viewer.hidden_user_ids
        scope = self._replay_scope
        if scope is None:
            return answer(service())
        replay = Replay(
            user_id=self.viewer.pk,
            scope=scope,
            fingerprint=fingerprint(self.request) if takes_body else digest(),
        )
        if (row := replay.carried_out()) is not None:
            return self._answer_again(row.subject_id, again, answer)
        try:
            with enclosed_by(replay):
                subject = service()
        except Replayed:
            row = replay.carried_out()
            if row is None:
                raise InProgress from None
            return self._answer_again(row.subject_id, again, answer)
        return answer(subject)

    def authorize(self, rule: Callable[[Viewer, M], bool], obj: M) -> None:
        """Ask a rule before the body is looked at; the service will ask it again.

        Not for a replay: whoever carried this out was allowed to, and may be no longer because
        they did, as a helper who gave a request back.

        Raises:
            SignInRequired: nobody is signed in.
            NotAllowed: this is not the viewer's to do.
        """
        scope = self._replay_scope
        if scope is None or not was_carried_out(user_id=self.viewer.pk, scope=scope):
            require(rule, self.viewer, obj)

    @property
    def _replay_scope(self) -> str | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is None or not self.viewer.is_authenticated:
            return None
        return digest(str(self.request.method), self.request.path, key)

    def _answer_again(
        self,
        subject_id: UUID | None,
        again: Callable[[UUID], M],
        answer: Callable[[M], Response],
    ) -> Response:
        if subject_id is None:
            raise NotFound
        response = answer(again(subject_id))
        response["Idempotent-Replayed"] = "true"
        return response


class NotThere(View):
    """An address below ours at which there is nothing, such as one with a malformed key."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


def fingerprint(request: Request) -> str:
    """A digest of what the body says, however it is spelled."""
    parts: list[str] = []
    data = request.data
    if hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            parts += [name, *(_digest_of(value) for value in values)]
    else:
        parts.append(json.dumps(data, sort_keys=True, separators=(",", ":")))
    return digest(*parts)


def _digest_of(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return digest(str(value))
    value.seek(0)
    content = digest(*(chunk.hex() for chunk in value.chunks()))
    value.seek(0)
    return content


class HasVersion(Protocol):
    @property
    def version(self) -> int: ...


def versioned(data: Any, subject: HasVersion, status: int = 200) -> Response:
    """An answer with the version of its subject as ETag."""
    return Response(data, status=status, headers={"ETag": f'"{subject.version}"'})


def people_by_id(ids: Iterable[Any]) -> Mapping[Any, DisplayUser]:
    """Everybody on a page, in one query; nobody at all in none."""
    wanted = {key for key in ids if key is not None}
    return users().display(wanted) if wanted else {}


def error_response(error: Exception) -> Response | None:
    """The answer to an error that clients can do something about; None for a bug of ours."""
    if isinstance(error, OperationalError) and is_lost_race(error):
        error = Busy()
    if isinstance(error, DomainError):
        return _domain_response(error)
    if isinstance(error, RequestDataTooBig | TooManyFilesSent):
        return _domain_response(TooLarge())
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return _domain_response(Malformed({}))
    if isinstance(error, Http404):
        return _domain_response(NotFound())
    if isinstance(error, PermissionDenied):
        return _domain_response(NotAllowed())
    if isinstance(error, exceptions.ValidationError):
        return _domain_response(Invalid(_fields_of(error.detail)))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return Response({"detail": str(error.detail), "code": str(error.get_codes())}, 401)
    if isinstance(error, exceptions.APIException):
        return Response({"detail": str(error.detail), "code": _code_of(error)}, error.status_code)
    return None


def status_of(error: DomainError) -> int:
    return next(status for kind, status in STATUS_CODES if isinstance(error, kind))


def _domain_response(error: DomainError) -> Response:
    status = status_of(error)
    body: dict[str, Any] = {"detail": str(error.message), "code": error.code}
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = {
            name: [{"message": str(message), "code": code} for message, code in errors]
            for name, errors in error.fields.items()
        }
    response = Response(body, status)
    if retry_after := getattr(error, "retry_after_seconds", None):
        response["Retry-After"] = str(retry_after)
    return response


def _code_of(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.PermissionDenied) and "CSRF" in str(error.detail):
        return "csrf_failed"
    return str(error.get_codes())


def _fields_of(detail: Any, prefix: str = "") -> dict[str, list[tuple[str, str]]]:
    """Flatten nested errors of a serializer: `{"steps": [{"text": […]}]}` → `steps.0.text`."""
    if isinstance(detail, Mapping):
        entries: Iterable[tuple[Any, Any]] = detail.items()
    elif isinstance(detail, list) and any(isinstance(entry, Mapping | list) for entry in detail):
        entries = enumerate(detail)
    else:
        messages = detail if isinstance(detail, list) else [detail]
        name = prefix or "non_field_errors"
        return {name: [(str(message), getattr(message, "code", "invalid")) for message in messages]}
    fields: dict[str, list[tuple[str, str]]] = {}
    for name, value in entries:
        if value:
            fields.update(_fields_of(value, f"{prefix}.{name}" if prefix else str(name)))
    return fields
