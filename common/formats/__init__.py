"""Dates as the centre writes them, in both languages."""
