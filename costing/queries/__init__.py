"""Reads of costing, by topic."""
