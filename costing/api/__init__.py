"""The API of costing, by topic."""
