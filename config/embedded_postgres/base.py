"""The database backend that starts the embedded server at its first connection, and not before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from config import embedded_postgres


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Name the server's socket, and make sure that somebody listens behind it."""
        params: dict[str, Any] = super().get_connection_params()
        params["host"] = str(embedded_postgres.ensure_running(settings.DATA_DIR))
        return params
