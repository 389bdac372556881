"""The rules of booking: pure functions of facts."""
