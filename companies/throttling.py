"""The one throttled endpoint: asking for a key."""

from __future__ import annotations

import hashlib

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class TokenThrottle(SimpleRateThrottle):
    """Counts by address and account together: an office behind one address does not lock itself out."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Name the counter of this caller and this account."""
        asked = request.data
        account = str(asked.get("email", "") if isinstance(asked, dict) else "").strip().lower()
        digest = hashlib.sha256(account.encode()).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": f"{self.get_ident(request)}-{digest}"}
