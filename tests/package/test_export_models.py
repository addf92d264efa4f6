"""Django makes tables only for models that `wargame_mentorship.models` brings in."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

from django.apps import apps
from django.db.models import Model

import wargame_mentorship
from wargame_mentorship import models as shop_window


def modules_of_the_package() -> list[ModuleType]:
    found = pkgutil.walk_packages(wargame_mentorship.__path__, "wargame_mentorship.")
    return [
        importlib.import_module(module.name)
        for module in found
        # Frozen copies of models live in migrations.
        if ".migrations" not in module.name
    ]


def models_written_in_the_package() -> dict[str, type[Model]]:
    return {
        name: value
        for module in modules_of_the_package()
        for name, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Model)
        and value.__module__ == module.__name__
        and not value._meta.abstract
        and not value._meta.proxy
    }


def test_every_model_is_exported_by_the_root_models_module() -> None:
    written = models_written_in_the_package()

    assert sorted(shop_window.__all__) == sorted(written)
    assert {name: getattr(shop_window, name) for name in written} == written


def test_every_model_has_a_table_under_our_label() -> None:
    tables = {model.__name__ for model in apps.get_app_config("wargame_mentorship").get_models()}

    assert tables >= set(models_written_in_the_package())
