"""Pages are Thai whatever a browser asks for: there are no English ones yet, and half a page helps nobody."""

import polib
import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext


@login_not_required
def say_required(request: HttpRequest) -> HttpResponse:
    return HttpResponse(gettext("This field is required."))


urlpatterns = [path("required/", say_required)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("language", ["th", "en", "en-US,en;q=0.9"])
def test_djangos_own_sentences_are_thai_in_every_browser(client, language):
    response = client.get("/required/", headers={"accept-language": language})

    assert response.content.decode() == "ฟิลด์นี้จำเป็น"


def test_the_compiled_texts_are_those_of_the_catalogue(settings):
    for catalogue in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/*.po"):
        assert catalogue.with_suffix(".mo").read_bytes() == polib.pofile(str(catalogue)).to_binary()
