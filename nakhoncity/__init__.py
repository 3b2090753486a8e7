"""The city portal. Celery's app is loaded with the project so that tasks find it."""

from nakhoncity.celery import app as celery_app

__all__ = ["celery_app"]
