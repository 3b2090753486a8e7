"""Form fields of /admin/: dates and times as Thais write them, JSON and lists with sentences that say what to do."""

import json
from collections.abc import Callable
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from nakhoncity.kit.thai import ERA, DateRefused, clean_text, parse_thai_date, parse_thai_time


class TypedField(forms.Field):
    """A value that is typed as Thais write it. Subclasses name how it is read and shown."""

    widget = UnfoldAdminTextInputWidget
    parse: Callable[[str], Any]

    def __init__(self, **kwargs: Any) -> None:
        kept = {name: kwargs[name] for name in ("required", "label", "help_text", "initial") if name in kwargs}
        super().__init__(**kept)

    def prepare_value(self, value: Any) -> Any:
        """The value as it would be typed; what was typed wrongly stays as it was."""
        return value

    def to_python(self, value: Any) -> Any:
        """The value, None where nothing is typed. Raises ValidationError with how to write it."""
        text = clean_text(str(value or ""))
        try:
            return type(self).parse(text) if text else None
        except DateRefused as refused:
            raise ValidationError(str(refused)) from refused

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the value is another one, however it is written."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class ThaiDateField(TypedField):
    """A day: 5/12/2569 and the other ways of the staff's forms."""

    parse = staticmethod(parse_thai_date)

    def prepare_value(self, value: Any) -> Any:
        """5/12/2569."""
        return f"{value.day}/{value.month}/{value.year + ERA}" if isinstance(value, date) else value


class ThaiTimeField(TypedField):
    """A time of day: 08.30."""

    parse = staticmethod(parse_thai_time)

    def prepare_value(self, value: Any) -> Any:
        """08.30."""
        return f"{value:%H.%M}" if isinstance(value, time) else value


class ReadableJSONField(forms.JSONField):
    """JSON with Thai letters as letters, one item to a line; what is no JSON is named by its line."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **kwargs: Any) -> None:
        kept = {name: kwargs[name] for name in ("required", "label", "help_text", "initial") if name in kwargs}
        super().__init__(**kept)
        self.widget.attrs |= {"rows": 12, "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        """Indented text; what was typed wrongly stays as it was."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)

    def to_python(self, value: Any) -> Any:
        """The data. Raises ValidationError naming the line and column at which it stops being JSON."""
        text = clean_text(value) if isinstance(value, str) else value
        if not text:
            return []
        try:
            return json.loads(text)
        except json.JSONDecodeError as fault:
            sentence = (
                f"อ่านข้อมูลไม่ได้ที่บรรทัด {fault.lineno} ตัวที่ {fault.colno} "
                "กรุณาตรวจเครื่องหมายคำพูด จุลภาค และวงเล็บให้ครบคู่ ตามตัวอย่าง"
            )
            raise ValidationError(sentence) from fault
        except RecursionError as fault:
            sentence = "ข้อมูลซ้อนกันลึกเกินไป กรุณาใช้รูปแบบตามตัวอย่าง"
            raise ValidationError(sentence) from fault


class LinesField(forms.Field):
    """A list of words, one to a line."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **kwargs: Any) -> None:
        kept = {name: kwargs[name] for name in ("required", "label", "help_text", "initial") if name in kwargs}
        super().__init__(**kept)
        self.widget.attrs |= {"rows": 6}

    def prepare_value(self, value: Any) -> Any:
        """One word to a line."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """The words, each once, in their order."""
        lines = (line.strip() for line in clean_text(str(value or "")).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the words are others."""
        return bool(self.to_python(data) != (initial or []))
