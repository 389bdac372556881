"""Writes of costing, one function each, by topic; and the quote, which writes nothing."""
