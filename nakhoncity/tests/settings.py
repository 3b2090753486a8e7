"""Settings of the tests: a trial installation with LINE simulated; TEST_DATABASE_URL takes the place of SQLite.
Suites that run side by side name themselves (TEST_SUITE) and have a database each.

They have to be settings: pytest-django reads these before any conftest.py could change the environment.
"""

import os

os.environ.setdefault("DEMO", "1")
# Nobody answers there: a test that signs in by it plays the other side itself.
os.environ.setdefault("OIDC_ISSUER", "http://127.0.0.1:9/issuer")
os.environ.setdefault("OIDC_CLIENT_ID", "nakhoncity")
os.environ.setdefault("OIDC_CLIENT_SECRET", "a-secret-of-the-tests")
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from nakhoncity.settings import *

# `make run` of the other row collects the real ones anew meanwhile, and the portal looks at each when it starts.
STATIC_ROOT = DATA_DIR / "test-static"
STATIC_ROOT.mkdir(exist_ok=True)

if suite := os.environ.get("TEST_SUITE"):
    database = DATABASES["default"]
    is_sqlite = database["ENGINE"].endswith("sqlite3")
    name = str(DATA_DIR / f"test_{suite}.sqlite3") if is_sqlite else f"test_{database['NAME']}_{suite}"
    database["TEST"] |= {"NAME": name}
