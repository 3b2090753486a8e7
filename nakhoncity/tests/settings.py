"""Settings of the tests: a trial installation with LINE simulated; TEST_DATABASE_URL takes the place of SQLite.

They have to be settings: pytest-django reads these before any conftest.py could change the environment.
"""

import os

os.environ.setdefault("DEMO", "1")
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from nakhoncity.settings import *
