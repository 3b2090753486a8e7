"""The room's tables. Import a model from the file that defines it; this list only makes Django find them."""

from complaints.models import case, category, clock, draft, extension, record, sign, word  # noqa: F401 (imported for Django to find)
