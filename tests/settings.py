"""The settings under test: the product's own, in the environment `test`."""

import os

os.environ.setdefault("COLLAUDO_ENV", "test")

from config.settings import *  # noqa: F403  (the environment comes first)
