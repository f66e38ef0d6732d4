"""How hypothesis runs here: without deadlines (other tests share the cores), the same way every time."""

import os

from hypothesis import settings

settings.register_profile("everyday", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("wide", deadline=None, max_examples=2_000)
settings.load_profile("wide" if os.environ.get("CHATBOX_SEEDS") else "everyday")
