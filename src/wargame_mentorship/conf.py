"""The one settings dict of the host, `WARGAME_MENTORSHIP`, as a typed object.

Every setting is a descriptor that reads Django's settings at each access, so that
`override_settings` works and nothing is frozen at import. `docs/reference/settings.md` is
generated from the docstrings here and cannot drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, overload
from urllib.parse import urlsplit

from django.conf import settings

NAME = "WARGAME_MENTORSHIP"

T = TypeVar("T")


@dataclass(frozen=True)
class BackendSpec:
    """Which class answers at a seam to the host, and what it is constructed with."""

    path: str
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    """Seconds within which it answers, or counts as failed; None: it bounds itself."""


class Setting(Generic[T]):
    """One key of the dict: its default, its type and its documentation."""

    def __init__(self, default: T, doc: str) -> None:
        self.default = default
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Setting[T]: ...
    @overload
    def __get__(self, instance: AppSettings, owner: type) -> T: ...
    def __get__(self, instance: AppSettings | None, owner: type) -> Setting[T] | T:
        if instance is None:
            return self
        return self.read(instance.user_settings)

    def read(self, given: Mapping[str, Any]) -> T:
        value: T = given.get(self.name, self.default)
        return value

    def problem(self, value: Any) -> str | None:
        """Say what is wrong with a value that the host gave, or None."""
        expected = type(self.default)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            return f"must be a {expected.__name__}, not {type(value).__name__}"
        return None


class NumberSetting(Setting[int]):
    def __init__(self, default: int, doc: str, *, minimum: int) -> None:
        super().__init__(default, doc)
        self.minimum = minimum

    def problem(self, value: Any) -> str | None:
        if problem := super().problem(value):
            return problem
        return None if value >= self.minimum else f"must be at least {self.minimum}"


class ChoiceSetting(Setting[str]):
    def __init__(self, default: str, doc: str, *, choices: tuple[str, ...]) -> None:
        super().__init__(default, doc)
        self.choices = choices

    def problem(self, value: Any) -> str | None:
        if value in self.choices:
            return None
        return f"must be one of {', '.join(map(repr, self.choices))}"


class BackendSetting(Setting[BackendSpec]):
    """`{"BACKEND": "dotted.path", "OPTIONS": {}, "TIMEOUT": 5}`, each key may be left out."""

    def __init__(self, default: str, doc: str, *, takes_timeout: bool = True) -> None:
        super().__init__(BackendSpec(default), doc)
        self.keys = {"BACKEND", "OPTIONS", *(["TIMEOUT"] if takes_timeout else [])}

    def read(self, given: Mapping[str, Any]) -> BackendSpec:
        value = given.get(self.name, {})
        return BackendSpec(
            value.get("BACKEND", self.default.path),
            value.get("OPTIONS", {}),
            value.get("TIMEOUT"),
        )

    def problem(self, value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return "must be a dict with BACKEND and OPTIONS"
        if unknown := set(value) - self.keys:
            return f"has the unknown key {sorted(map(str, unknown))[0]!r}"
        if not isinstance(value.get("BACKEND", ""), str):
            return "has a BACKEND that is not a dotted path"
        if not isinstance(value.get("OPTIONS", {}), Mapping):
            return "has OPTIONS that are not a dict"
        timeout = value.get("TIMEOUT", 1)
        if (
            isinstance(timeout, bool)
            or not isinstance(timeout, int | float)
            or not 0 < timeout <= 60
        ):
            return "has a TIMEOUT that is no number of seconds up to 60"
        return None


class RatesSetting(Setting[dict[str, str]]):
    """Rates by scope; a scope that the host leaves out keeps its default."""

    def read(self, given: Mapping[str, Any]) -> dict[str, str]:
        return {**self.default, **given.get(self.name, {})}

    def problem(self, value: Any) -> str | None:
        if problem := super().problem(value):
            return problem
        if unknown := set(value) - set(self.default):
            return f"has the unknown scope {sorted(unknown)[0]!r}"
        for scope, rate in value.items():
            number, _, period = str(rate).partition("/")
            if not number.isdigit() or period not in {"second", "minute", "hour", "day"}:
                return f"has {rate!r} for {scope!r}; write it like '60/minute'"
        return None


PLACEHOLDERS = frozenset({"example.com", "www.example.com"})
"""Where `wagtail start` says that a site is, until somebody says where it really is."""


def hostname(url: str) -> str:
    """The host of an absolute address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class BaseUrlSetting(Setting[str]):
    """An absolute address; where it is empty, the one at which Wagtail's admin is."""

    def read(self, given: Mapping[str, Any]) -> str:
        return (given.get(self.name) or self._of_wagtail()).rstrip("/")

    def _of_wagtail(self) -> str:
        url = str(getattr(settings, "WAGTAILADMIN_BASE_URL", None) or "")
        # Links to nowhere would be worse than letters that wait until somebody notices.
        is_placeholder = hostname(url) in PLACEHOLDERS
        return "" if is_placeholder and not settings.DEBUG else url

    def problem(self, value: Any) -> str | None:
        if problem := super().problem(value):
            return problem
        if value and not (value.startswith(("http://", "https://")) and hostname(value)):
            return f"must be an absolute address such as 'https://club.example', not {value!r}"
        return None


class AppSettings:
    """What a host may set; unknown keys are refused by the system checks (`E001`)."""

    BASE_TEMPLATE = Setting(
        "base.html",
        "The template of the host that our pages extend. It needs the blocks `title`, `content`, "
        "`extra_css` and `extra_js`, the ones that `wagtail start` makes.",
    )
    USERS = BackendSetting(
        "wargame_mentorship.host.users.DefaultUsers",
        "Who people are: names, profile links, avatars, time zones.",
    )
    SOCIAL = BackendSetting(
        "wargame_mentorship.host.social.NoSocial",
        "Who blocks and follows whom, and the host's activity feed.",
    )
    MODERATION = BackendSetting(
        "wargame_mentorship.moderation.screening.DefaultModeration",
        "Screens what people submit: allow, hold for a moderator, or reject. `OPTIONS` of the "
        "default: `watched_words` (a list), `new_account_days` (3), `links_allowed` (2); and, off "
        "until you set them, `first_posts` (0), `media` (`False`), `too_fast` (0), `trust` (0).",
    )
    SEARCH = BackendSetting(
        "wargame_mentorship.search.database.DatabaseSearch",
        "Full-text search; by default the database's own.",
        # It writes in our transaction, and answers with querysets.
        takes_timeout=False,
    )
    PHOTO_STORAGE = Setting(
        "",
        "Alias in `STORAGES` of a storage outside `MEDIA_ROOT` that holds people's photos and "
        "their renditions. Empty: the folder `wargame_mentorship_photos` beside `MEDIA_ROOT`.",
    )
    SENDFILE = ChoiceSetting(
        "none",
        "How a photo's bytes travel once its visibility is checked: streamed by Django (`none`), "
        "by the web server (`x-accel`, `x-sendfile`), or by a redirect to the storage's own "
        "short-lived URL (`signed`).",
        choices=("none", "x-accel", "x-sendfile", "signed"),
    )
    SENDFILE_PREFIX = Setting(
        "/protected-photos/",
        "The internal location that the web server maps to the photo storage (`x-accel` only).",
    )
    TRUSTED_PROXIES = NumberSetting(
        0,
        "How many reverse proxies of yours stand in front of Django and append to "
        "`X-Forwarded-For`. With 0 the header is ignored and throttles count by `REMOTE_ADDR`.",
        minimum=0,
    )
    THROTTLES = RatesSetting(
        {
            "read-user": "600/minute",
            "read-address": "600/minute",
            "write-user": "60/minute",
            "write-address": "120/minute",
            "ask-user": "20/day",
            "draft-address": "20/hour",
            "respond-user": "200/day",
            "topic-user": "20/day",
            "post-user": "200/day",
            "edit-user": "200/hour",
            "vote-user": "300/hour",
            "upload-user": "100/hour",
            "flag-user": "50/day",
        },
        "Rates as `number/period`, by scope. Every request to the API and every POST to a page "
        "counts for its user and, behind `TRUSTED_PROXIES` proxies, for its address (IPv6 by "
        "/64).",
    )
    NEW_ACCOUNT_DAYS = NumberSetting(
        3,
        "Days for which an account is new, and has the `NEW_ACCOUNT_THROTTLES` too. 0: none is. An "
        "account whose age your site does not know never is.",
        minimum=0,
    )
    NEW_ACCOUNT_THROTTLES = RatesSetting(
        {
            "ask-user": "5/day",
            "respond-user": "50/day",
            "topic-user": "5/day",
            "post-user": "50/day",
            "edit-user": "60/hour",
            "vote-user": "60/hour",
            "upload-user": "50/hour",
            "flag-user": "10/day",
        },
        "Rates for new accounts besides those of `THROTTLES`; the stricter of the two counts.",
    )
    CLAIM_HOURS = NumberSetting(
        48,
        "Hours after which a help request that somebody claimed and then left without a word is "
        "open again (made so by `wm_tick`).",
        minimum=1,
    )
    UNREAD_DAYS = NumberSetting(
        60,
        "Days after which what somebody has not read in the forums counts as read, and the marks "
        "of their reading go (`wm_tick`).",
        minimum=1,
    )
    BASE_URL = BaseUrlSetting(
        "",
        "Where your site is, such as `https://club.example`: what the links in e-mails begin "
        "with. Empty: `WAGTAILADMIN_BASE_URL`. Without either, e-mails wait until there is one.",
    )

    @property
    def site_name(self) -> str:
        """What e-mails call the site: Wagtail's name for it, or where it is."""
        name = getattr(settings, "WAGTAIL_SITE_NAME", "")
        return str(name or hostname(self.BASE_URL))

    @property
    def user_settings(self) -> Mapping[str, Any]:
        given = getattr(settings, NAME, {})
        return given if isinstance(given, Mapping) else {}

    @classmethod
    def declared(cls) -> dict[str, Setting[Any]]:
        """Every setting by its name, in the order of this page."""
        return {name: value for name, value in vars(cls).items() if isinstance(value, Setting)}


app_settings = AppSettings()
