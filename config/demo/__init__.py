"""The demonstration centre: the catalogue, invented firms and the life of some months around today."""
