"""What `make run` does before it starts its processes, in one process: a start of Django costs about a second."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring the database up to date, collect the static files, seed the demo and say which case falls due."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhoncity.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("seed", demo=True)


if __name__ == "__main__":
    main()
