"""Placeholder until the city room is written."""


def city(request):
    return {}
