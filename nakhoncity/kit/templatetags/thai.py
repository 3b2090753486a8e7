"""Template words of the whole project: Thai dates, phones, lengths, icons and badges."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nakhoncity.kit import language, thai

register = template.Library()


@register.filter
def thai_date(value: datetime | date | None) -> str:
    """“22 พ.ย. 2569”; nothing for no date."""
    return thai.thai_date(value) if value else ""


@register.filter
def thai_day(value: datetime | date | None) -> str:
    """“22 พ.ย.”; nothing for no date."""
    return thai.thai_date(value, with_year=False) if value else ""


@register.filter
def thai_time(value: datetime | None) -> str:
    """“14.05 น.”; nothing for no instant."""
    return thai.thai_time(value) if value else ""


@register.filter
def thai_datetime(value: datetime | None) -> str:
    """“22 พ.ย. 2569 14.05 น.”; nothing for no instant."""
    return thai.thai_datetime(value) if value else ""


@register.filter
def thai_weekday(value: datetime | date | None) -> str:
    """“วันพุธที่ 25 พ.ย. 2569”; nothing for no date."""
    return thai.thai_weekday_date(value) if value else ""


@register.filter
def told(item: Any, name: str) -> str:
    """The text of a row that holds it in two languages; nothing for what holds none."""
    return language.told(item, name) if isinstance(item, Mapping) else ""


@register.filter
def phone(value: str) -> str:
    """“081 234 5678”"""
    return thai.show_phone(value or "")


@register.filter
def thousands(value: int) -> str:
    """A number with a comma at each thousand: 1,204."""
    return f"{value:,}"


@register.filter
def length_words(value: timedelta | None) -> str:
    """“1 วัน 4 ชม.”"""
    return thai.length_words(value) if value is not None else ""


@register.simple_tag
def thai_when(value: datetime) -> SafeString:
    """A time element: ISO for machines, Thai for people."""
    return format_html('<time class="nb" datetime="{}">{}</time>', value.isoformat(), thai.thai_datetime(value))


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """One symbol of the icon file; always beside a word."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" {css}" if css else "",
        static("app/icons.svg"),
        name,
    )


@register.simple_tag
def badge(state: Any) -> SafeString:
    """A clock or a state as word, icon and colour; nothing for None. `state` has css, icon, words and due.

    `due` is an ISO instant where the clock runs, else "": scripts recount those each minute. A tag and not a part of a
    page, for lists hold fifty.
    """
    if not state:
        return SafeString("")
    due = format_html(' data-due="{}"', state.due) if state.due else ""
    return format_html(
        '<span class="badge {}"{}>{}<span>{}</span></span>', state.css, due, icon(state.icon), state.words
    )


@register.simple_tag
def options(lines: Iterable[Sequence[Any]], chosen: Any = None) -> SafeString:
    """The lines of a select or a datalist: (value, words) each, or (value, words, data) where a choice brings it along.

    The line whose value reads like `chosen` stands selected. A tag and not a loop in a page, for a form has a hundred.
    """
    wanted = str(chosen) if chosen is not None else None
    return mark_safe("".join(_option(wanted, *line) for line in lines))  # noqa: S308 (every value is escaped)


def _option(wanted: str | None, value: Any, words: Any, data: Any = None) -> str:
    given = str(value)
    brought = f' data-value="{escape(str(data))}"' if data else ""
    selected = " selected" if given == wanted else ""
    return f'<option value="{escape(given)}"{brought}{selected}>{escape(str(words))}</option>'
