"""What the documentation says is so: names, codes, commands and examples, against the code."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandParser, get_commands, load_command_class
from django.urls import URLPattern

import wargame_mentorship
from tests.docs.pages import DOCS, ROOT, Block, blocks, codes_in_table, pages
from wargame_mentorship.api.urls import urlpatterns
from wargame_mentorship.conf import NAME, AppSettings
from wargame_mentorship.core import registry
from wargame_mentorship.moderation.labels import EVENTS
from wargame_mentorship.moderation.transitions import PAST

SOURCE = Path(wargame_mentorship.__file__).parent
REFERENCE = DOCS / "reference"
THEIRS = {
    # Of REST framework and Django, whose serializers and forms say them.
    *("parse_error", "authentication_failed", "csrf_failed", "method_not_allowed"),
    *("unsupported_media_type", "null", "max_length"),
}
NEVER_SEEN = {
    # The base class; everything that is raised has a code of its own.
    "error",
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"migrations", "testing"} & set(path.parts):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def of_language(*languages: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
        for page in pages()
        for number, block in enumerate(blocks(page))
        if block.language in languages
    ]


@pytest.mark.parametrize("block", of_language("python"))
def test_python_of_the_pages_is_python_and_imports_what_there_is(block: Block) -> None:
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("wargame_mentorship"):
            module = importlib.import_module(str(node.module))
            assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.parametrize("block", [entry for entry in of_language("python") if NAME in str(entry)])
def test_settings_on_the_pages_are_settings(block: Block) -> None:
    for node in ast.parse(block.text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == NAME:
            for name, value in ast.literal_eval(node.value).items():
                assert AppSettings.declared()[name].problem(value) is None


def targets() -> set[str]:
    """What the Makefile makes for people who work on the package itself."""
    found = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(found)


@pytest.mark.parametrize("block", of_language("console"))
def test_commands_of_the_pages_can_be_typed(block: Block) -> None:
    for command in block.commands:
        program, *arguments = shlex.split(command, comments=True)
        if program == "make":
            assert arguments[0] in targets()
            continue
        if program != "python":
            assert program in {"pip", "wagtail"}
            continue
        assert arguments[0] == "manage.py"
        known = get_commands()
        assert arguments[1] in known
        app: Any = known[arguments[1]]
        loaded = load_command_class(app, arguments[1]) if isinstance(app, str) else app
        parser: CommandParser = loaded.create_parser("manage.py", arguments[1])
        parser.parse_args(arguments[2:])


def test_every_system_check_is_explained() -> None:
    ids = set(re.findall(r"wargame_mentorship\.[EW]\d{3}", (SOURCE / "checks.py").read_text()))

    assert codes_in_table(REFERENCE / "checks.md") == ids


def test_every_error_code_is_explained() -> None:
    named = {code for _path, tree in sources() for node in ast.walk(tree) for code in codes(node)}
    raised = {code for code in named if re.fullmatch("[a-z_]+", code)}

    assert codes_in_table(REFERENCE / "errors.md") == (raised - NEVER_SEEN) | THEIRS


def codes(node: ast.AST) -> Iterator[str]:
    """The error codes that a piece of the source names."""
    match node:
        # class Stale: code = "stale"
        case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
            yield code
        # MESSAGES = {"too_deep": …}
        case ast.AnnAssign(target=ast.Name(id="MESSAGES"), value=ast.Dict(keys=keys)):
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
        # Conflict(…, code="taken")
        case ast.Call(keywords=[ast.keyword(arg="code", value=ast.Constant(value=str(code)))]):
            yield code
        # Invalid.field(name, message, "unavailable"), errors.add(…), _refusal(message, "empty")
        case ast.Call(
            func=ast.Attribute(attr="field" | "add") | ast.Name(id="_refusal" | "_refuse"),
            args=[_, *_, ast.Constant(value=str(code))],
        ):
            yield code
        # [(_("Unknown parameter."), "unknown_parameter")]
        case ast.Tuple(elts=[ast.Call(func=ast.Name(id="_")), ast.Constant(value=str(code))]):
            yield code


def test_every_event_is_listed() -> None:
    kinds = "|".join(kind.name for kind in registry.all_kinds())
    recorded = {
        node.value
        for _path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch(rf"({kinds})\.[a-z_]+", str(node.value))
    }

    # Every kind that can be held has these, recorded by one function.
    moderated = {
        f"{kind.name}.{past}"
        for kind in registry.all_kinds()
        if kind.moderated
        for past in ("held", *PAST.values())
    }

    # And these, what editors and moderators do to categories and to photos.
    composed = {
        verb
        for verb in EVENTS
        if verb.startswith(("category.", "forum_category.")) or verb.endswith(".photo_described")
    }
    listed = {code for code in codes_in_table(REFERENCE / "events.md") if "." in code}
    assert listed == recorded | moderated | composed


def test_every_logger_is_listed() -> None:
    loggers = {
        name
        for path, _tree in sources()
        for name in re.findall(r'getLogger\("([\w.]+)"\)', path.read_text(encoding="utf-8"))
    }

    assert codes_in_table(REFERENCE / "logging.md") == loggers


def test_every_custom_property_is_listed_with_its_default() -> None:
    css = (SOURCE / "static" / "wargame_mentorship" / "wargame_mentorship.css").read_text()
    root = css[css.index(":root {") : css.index("}", css.index(":root {"))]
    declared = dict(re.findall(r"^\s*(--wm-[\w-]+): (.+);$", root, re.MULTILINE))
    page = (REFERENCE / "templates.md").read_text(encoding="utf-8")

    assert dict(re.findall(r"^\| `(--wm-[\w-]+)` \| `([^`]+)` \|", page, re.MULTILINE)) == declared


def test_every_block_template_and_tag_is_listed() -> None:
    page = (REFERENCE / "templates.md").read_text(encoding="utf-8")
    folder = SOURCE / "templates" / "wargame_mentorship"
    # Those of the admin fill blocks of Wagtail's, which are not for hosts to replace.
    ours = [path for path in folder.rglob("*.html") if path.parent.name != "admin"]
    text = "".join(path.read_text(encoding="utf-8") for path in ours)
    tags = importlib.import_module("wargame_mentorship.templatetags.wargame_mentorship_tags")

    for name in set(re.findall(r"{% block (\w+) %}", text)):
        assert f"`{name}`" in page
    for name in re.findall(r"`([\w/]+\.html)`", page):
        assert (folder / name.removeprefix("wargame_mentorship/")).exists()
    for name in [*tags.register.tags, *tags.register.filters]:
        assert re.search(rf"`({{% )?{name}\b", page), name


def test_every_endpoint_is_listed_with_its_methods() -> None:
    served = set()
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = re.sub(r"<(?:uuid:\w+|str:key)>", "{id}", str(pattern.pattern))
        route = re.sub(r"<slug:(\w+)>", r"{\1}", route)
        route = re.sub(r"<str:.*>", "{file}", route)
        view: Any = pattern.callback
        served |= {
            f"{method.upper()} {route}"
            for method in view.view_class.http_method_names
            if method != "options" and hasattr(view.view_class, method)
        }

    assert codes_in_table(REFERENCE / "http-api.md") == served


def test_every_throttle_is_listed() -> None:
    assert codes_in_table(REFERENCE / "throttles.md") == set(AppSettings.THROTTLES.default)


def test_generated_parts_hold_what_the_code_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    generated = importlib.import_module("generated")

    settings = generated.settings()
    assert re.findall(r"^## (\w+)$", settings, re.MULTILINE) == list(AppSettings.declared())
    ours = {name for name, app in get_commands().items() if app == "wargame_mentorship"}
    assert set(re.findall(r"^## (\w+)$", generated.commands(), re.MULTILINE)) == ours
    rooms = {path.parent.name for path in SOURCE.glob("*/transitions.py")} - {"core"}
    assert rooms == set(generated.ROOMS)
    for machine in generated.machines():
        assert all(f"| `{action}` |" in generated.states() for action in machine.moves)


def test_links_of_the_readme_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / target).exists(), target


def test_readme_has_at_most_six_steps_and_one_light_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert 1 <= len(re.findall(r"^\d\. ", text, re.MULTILINE)) <= 6
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert (ROOT / picture).stat().st_size < 300_000


def test_nothing_on_the_pages_is_of_this_machine() -> None:
    uuids = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    for page in pages():
        text = page.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert [UUID(found) for found in re.findall(uuids, text)] == []
