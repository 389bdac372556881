"""Writes of bookings: one verb, one function, one transaction."""
