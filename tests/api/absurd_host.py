"""A test host whose defaults for REST framework no API could live with.

For a process of its own, because REST framework reads most of them at import; `WM_HOST` names the
settings that are this host's in everything else.
"""

from __future__ import annotations

import os
from importlib import import_module

_host = vars(import_module(os.environ["WM_HOST"]))
globals().update({name: value for name, value in _host.items() if name.isupper()})

REST_FRAMEWORK = {
    **_host.get("REST_FRAMEWORK", {}),
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 1,
    "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
    "SEARCH_PARAM": "q",
    "ORDERING_PARAM": "o",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FormParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "0/day"},
    "NUM_PROXIES": 7,
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "ALLOWED_VERSIONS": ["none"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest_framework.negotiation.BaseContentNegotiation",
    "URL_FORMAT_OVERRIDE": "search",
    "NON_FIELD_ERRORS_KEY": "oops",
    "DATETIME_FORMAT": "epoch",
    "COERCE_DECIMAL_TO_STRING": False,
}
