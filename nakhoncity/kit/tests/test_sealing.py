"""Sealed secrets: unreadable in the database, readable after the keys have turned over."""

import pytest
from cryptography.fernet import Fernet

from nakhoncity.kit.sealing import SealBroken, seal, unseal

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_seal_hides_the_text_and_unseal_shows_it():
    sealed = seal("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"


def test_unseal_reads_what_an_older_key_sealed(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = seal("secret")

    settings.FIELD_KEYS = [NEW, OLD]

    assert unseal(sealed) == "secret"


def test_unseal_reads_what_was_sealed_before_there_were_keys(settings):
    sealed = seal("secret")

    settings.FIELD_KEYS = [NEW]

    assert unseal(sealed) == "secret"


@pytest.mark.parametrize("text", ["", "nonsense", "กขค"])
def test_unseal_says_that_the_seal_is_broken(text):
    with pytest.raises(SealBroken):
        unseal(text)


def test_unseal_refuses_another_key(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = seal("secret")

    settings.FIELD_KEYS = [NEW]

    with pytest.raises(SealBroken):
        unseal(sealed)
