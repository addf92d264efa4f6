"""Addresses that are asked for again and again: `reverse()` takes a tenth of what a list costs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language


class Route:
    """`reverse(name, kwargs=…)` that asks the URL configuration once, however many it makes.

    Once for each of what an address depends on: the configuration, the script's prefix, and the
    language of the moment, which may stand in it.
    """

    def __init__(self, name: str, **samples: Any) -> None:
        """Args: samples: a value for each argument, such as stands nowhere else in an address."""
        self.name = name
        self.samples = samples
        self._template = lru_cache(maxsize=100)(self._make_template)

    def url(self, **values: Any) -> str:
        """The values may hold nothing that would have to be quoted: keys, words of ours.

        Raises:
            NoReverseMatch: the host has not mounted it.
        """
        return self.template() % values

    def template(self) -> str:
        """What `%` makes an address of, for whoever makes many of them at once."""
        return self._template(get_resolver(get_urlconf()), get_script_prefix(), get_language())

    def _make_template(self, resolver: Any, prefix: str, language: str | None) -> str:
        template = reverse(self.name, kwargs=self.samples).replace("%", "%%")
        for name, sample in self.samples.items():
            template = template.replace(str(sample), f"%({name})s")
        return template
