"""What lines and places of the town's map look like, with a sentence for each way of getting them wrong."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

EXAMPLE = "[[8.43, 99.96], [8.44, 99.97], [8.42, 99.98]]"


def within(least: float, most: float) -> list[Callable[[float], None]]:
    """Validators of a number between two others."""
    sentence = f"ต้องอยู่ระหว่าง {least} ถึง {most}"
    return [MinValueValidator(least, sentence), MaxValueValidator(most, sentence)]


def check_corners(field: str, corners: Any) -> None:
    """Refuse, with a ValidationError on `field`, what is no closed line of three corners or more; empty is none."""
    if corners and not (_is_line(corners) and len(corners) >= 3):
        raise ValidationError({field: f"ต้องเป็นรายการของ [ละติจูด, ลองจิจูด] อย่างน้อย 3 มุม เช่น {EXAMPLE}"})


def check_canals(field: str, canals: Any) -> None:
    """Refuse what is no list of named lines."""
    if not isinstance(canals, list) or not all(isinstance(canal, dict) for canal in canals):
        raise ValidationError({field: "ต้องเป็นรายการของคลอง ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละคลองอยู่ใน { }"})
    for number, canal in enumerate(canals, start=1):
        if not _is_name(canal.get("name")):
            raise ValidationError({field: f"คลองที่ {number}: ต้องมีชื่อ (name)"})
        if not _is_line(canal.get("points")) or len(canal["points"]) < 2:
            raise ValidationError({field: f"คลองที่ {number}: points ต้องมี [ละติจูด, ลองจิจูด] อย่างน้อย 2 จุด"})


def check_landmarks(field: str, landmarks: Any) -> None:
    """Refuse what is no list of named places."""
    if not isinstance(landmarks, list) or not all(isinstance(mark, dict) for mark in landmarks):
        raise ValidationError({field: "ต้องเป็นรายการของสถานที่ ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละแห่งอยู่ใน { }"})
    for number, mark in enumerate(landmarks, start=1):
        if not _is_name(mark.get("name")) or not _is_name(mark.get("kind")):
            raise ValidationError({field: f"สถานที่ที่ {number}: ต้องมีชื่อ (name) และประเภท (kind)"})
        if not _is_corner([mark.get("lat"), mark.get("lon")]):
            raise ValidationError({field: f"สถานที่ที่ {number}: lat และ lon ต้องเป็นพิกัด เช่น 8.43 และ 99.96"})


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_line(corners: Any) -> bool:
    return isinstance(corners, list) and all(_is_corner(corner) for corner in corners)


def _is_corner(corner: Any) -> bool:
    if not isinstance(corner, (list, tuple)) or len(corner) != 2:
        return False
    if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in corner):
        return False
    return bool(abs(corner[0]) <= 90 and abs(corner[1]) <= 180)
