"""LINE on loopback, as the line room's own tests have it."""

from nakhoncity.line.tests.conftest import line

__all__ = ["line"]
