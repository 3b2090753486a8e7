"""A process that reads the settings under one environment after another: `python -m nakhoncity.tests.settings_reader`.

Takes a list of environments as JSON; gives a list of what the start says: "" when it goes on.
"""

import json
import os
import runpy
import sys


def read_settings(environment: dict[str, str]) -> str:
    """What the settings stop with under this environment."""
    os.environ.clear()
    os.environ.update(environment)
    try:
        runpy.run_module("nakhoncity.settings")
    except SystemExit as stopped:
        return str(stopped.code)
    return ""


if __name__ == "__main__":
    json.dump([read_settings(one) for one in json.load(sys.stdin)], sys.stdout)
