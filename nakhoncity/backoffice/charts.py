"""Charts drawn on the server as plain numbers for SVG attributes; the same picture on paper."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 540, 220, 34, 28


def bars(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Two bars a day: received and resolved. Empty days keep their place."""
    top = _round_up(max([row["came"] for row in rows] + [row["done"] for row in rows] + [4]))
    room = HEIGHT - BOTTOM - 10
    step = (WIDTH - LEFT) / len(rows)
    columns = []
    for index, row in enumerate(rows):
        x = LEFT + index * step
        came, done = row["came"] / top * room, row["done"] / top * room
        columns.append(
            {
                "day": row["day"].day, "date": row["day"], "x": round(x + step / 2, 1), "w": round(step * 0.32, 1),
                "x1": round(x + step * 0.16, 1), "y1": round(HEIGHT - BOTTOM - came, 1), "h1": round(came, 1),
                "x2": round(x + step * 0.52, 1), "y2": round(HEIGHT - BOTTOM - done, 1), "h2": round(done, 1),
            }
        )  # fmt: skip
    lines = [{"y": round(HEIGHT - BOTTOM - part / 4 * room, 1), "n": top * part // 4} for part in range(5)]
    return {
        "columns": columns,
        "lines": lines,
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
    }


def _round_up(n: int) -> int:
    """The next number that four lines divide evenly."""
    return -(-n // 4) * 4
