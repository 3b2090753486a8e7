"""The simulator room's entry in Django's list of apps."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """A stand-in LINE platform for trials, in a process of its own."""

    name = "nakhoncity.simulator"
    label = "simulator"
