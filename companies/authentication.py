"""How a caller of the API is known: `Authorization: Token <key>`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from common import clock
from companies.models import ApiToken, User
from companies.services import use_token

KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """Accepts a valid key and refuses a wrong one even where nobody needs to sign in."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the key's owner; expiry is judged by the real clock, never by a demonstration's."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if not parts or parts[0].lower() != KEYWORD.lower():
            return None
        token = use_token(key=parts[1], now=clock.now()) if len(parts) == 2 else None
        if token is None:
            raise AuthenticationFailed(_("This key is not valid: it is wrong, expired or revoked."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the 401."""
        return KEYWORD
