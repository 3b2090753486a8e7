"""What forms of all rooms are made of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.thai import clean_text

TOO_LONG = _("ข้อความยาวเกิน %(limit)s ตัวอักษร กรุณาย่อให้สั้นลง (ขณะนี้ %(length)s ตัวอักษร)")


def error_summary(form: forms.Form) -> list[tuple[str, str]]:
    """What is wrong with a form, as a page's summary of errors takes it: (field id, sentence)."""
    return [(f"id_{name}", str(text)) for name, texts in form.errors.items() for text in texts]


class CleanText(forms.CharField):
    """Typed text without control characters; too long says by how much."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.most = max_length

    def to_python(self, value: Any) -> str:
        """Clean before measuring."""
        return clean_text(str(value)) if value else ""

    def clean(self, value: Any) -> Any:
        """Django refuses NUL with a sentence of its own; here it is gone by then."""
        text = str(super().clean(self.to_python(value)))
        if len(text) > self.most:
            measured = {"limit": f"{self.most:,}", "length": f"{len(text):,}"}
            raise forms.ValidationError(TOO_LONG % measured, code="max_length")
        return text
