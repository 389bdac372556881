"""The pages of costing, by topic."""
