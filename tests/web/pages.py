"""Ways to the pages, whatever prefix the host has chosen, and what they are made of."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse


def url(name: str, *args: Any) -> str:
    return reverse(f"wargame_mentorship:{name}", args=args)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asker_of(help_request: HelpRequest) -> AbstractBaseUser:
    assert help_request.requester is not None
    return help_request.requester


def author_of(response: HelpResponse) -> AbstractBaseUser:
    assert response.responder is not None
    return response.responder


def question(**fields: Any) -> dict[str, Any]:
    """A filled form, as a browser sends it."""
    return {
        "form_token": str(uuid4()),
        "title": "Why does my varnish frost?",
        "description": "It was fine until the *last* coat.",
        "category": "varnishing",
        "difficulty_level": "beginner",
        "urgency": "normal",
        "language": "en",
        **fields,
    }


def picture(name: str = "mini.png", colour: str = "navy") -> SimpleUploadedFile:
    output = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(output, "PNG")
    return SimpleUploadedFile(name, output.getvalue(), "image/png")


def text_of(response: Any) -> str:
    """What a page says, without markup and with single blanks."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def html_of(response: Any) -> str:
    """The page as it is without JavaScript: what stands ready for scripts is shown to nobody."""
    return re.sub(r"<template.*?</template>", "", response.content.decode(), flags=re.DOTALL)
