"""What the tests of pages share: a browser that stands at a moment, and the words of an answer."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.test import Client

from companies.models import User
from tests.world import NOW


def browser(user: User, now: datetime = NOW, language: str = "en") -> Client:
    """Return a signed-in browser whose clock stands at a moment."""
    client = Client(headers={"x-collaudo-now": now.isoformat()})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(response: Any) -> str:
    """Return what a person reads in the main part of a page, spaces joined."""
    page = response.content.decode()
    main = page.partition('<main id="main"')[2] or page
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main.partition("</main>")[0])))
