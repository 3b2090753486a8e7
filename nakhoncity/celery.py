"""The background worker's app. The tables are the queue; Celery is the bell."""

import os

from celery import Celery

from nakhoncity.kit.broker import use_whole_messages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhoncity.settings")

use_whole_messages()
app = Celery("nakhoncity")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
