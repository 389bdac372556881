"""Text folding for sorting and searching without the database's collations."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return text without accents and case: «Città» → «citta»."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
