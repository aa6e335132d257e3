"""Drawings that grow with the series, as inline SVG: the measuring glass and the curves by step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from itertools import pairwise


def glass(steps: int, total: int, long: Collection[int]) -> str:
    """A measuring glass with a graduation for each of `total` steps, filled to step `steps`; `long` ones have a number."""
    bottom, top, width = 236, 20, 116
    mid = width / 2

    def y(step: float) -> float:
        return round(bottom - (bottom - top) * step / total, 1)

    def half(level: float) -> float:
        """Half the width of the inside at a height; the glass is a cone with a rounded foot."""
        return round(11 + 35 * (bottom - level) / (bottom - top), 1)

    marks = []
    for step in range(1, total + 1):
        level, wide = y(step), half(y(step))
        length = 20 if step in long else 10
        css = ' class="full"' if step <= steps else ""
        marks.append(f'<path{css} d="M{mid + wide:g} {level:g}h-{length}"/>')
        if step in long:
            marks.append(f'<text x="{mid + wide + 7:g}" y="{level + 4:g}">{step}</text>')
    level, wide, foot = y(steps), half(y(steps)), half(bottom)
    fill = f"M{mid - wide:g} {level:g}L{mid - foot:g} {bottom}Q{mid:g} {bottom + 12} {mid + foot:g} {bottom}L{mid + wide:g} {level:g}Z"
    rim = half(top - 12)
    body = (
        f"M{mid - rim:g} {top - 12}L{mid - foot:g} {bottom}Q{mid:g} {bottom + 12} {mid + foot:g} {bottom}L{mid + rim:g} {top - 12}"
        f"M{mid:g} {bottom + 6}V272M{mid - 30:g} 274.5Q{mid:g} 269 {mid + 30:g} 274.5Z"
    )
    return (
        f'<svg class="glass" viewBox="0 0 {width + 14} 282" role="img" aria-label="A measuring glass with {total} graduations,'
        f' filled to the {_ordinal(steps)}"><path class="fill" d="{fill}"/><path class="line" d="{body}"/>{"".join(marks)}</svg>'
    )


def curve(name: str, values: Sequence[int], total: int, long: Collection[int]) -> str:
    """A curve over the steps on a scale of `total` graduations, with the last value written at its end."""
    width, height, floor = 420, 128, 104
    gap, high = width / total, max([*values, 1])
    points = [(round(gap * (n + 0.5), 1), round(floor - 84 * value / high, 1)) for n, value in enumerate(values)]
    ticks = "".join(
        f"M{gap * (step - 0.5):.1f} {floor}v{9 if step in long else 4}" for step in range(1, total + 1)
    )
    lines = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for (a, b), (c, d) in pairwise(points))
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="2.75"/>' for x, y in points)
    numbers = "".join(f'<text x="{gap * (step - 0.5):.1f}" y="{floor + 22}" text-anchor="middle">{step}</text>' for step in sorted(long))
    x, y = points[-1]
    label = f"{name}: {', '.join(f'{value} at step {n}' for n, value in enumerate(values, 1))}"
    return (
        f'<svg class="curve" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
        f'<path class="line" d="M0 {floor}H{width}{ticks}"/><path class="full" d="{lines}"/>{dots}{numbers}'
        f'<text class="last" x="{x + 9:g}" y="{y + 4.5:g}">{values[-1]}</text></svg>'
    )


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
