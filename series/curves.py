"""Drawings that grow with the series, as inline SVG: the measuring glass and the curves by step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

#: The glass, in units of the drawing: its middle, its rim, and where the cone ends.
MIDDLE, RIM, BOTTOM = 58, 8, 236
#: The first and the last graduation lie between these heights.
TOP = 20


def glass(filled: int, total: int, long: Collection[int]) -> str:
    """A measuring glass with a graduation for each of `total` steps, full up to `filled`; `long` ones have a number."""
    level = _height(filled / total)
    marks = "".join(_graduation(step, step / total, step <= filled, step in long) for step in range(1, total + 1))
    stem = f"M{MIDDLE} {BOTTOM + 6}V272M{MIDDLE - 30} 274.5Q{MIDDLE} 269 {MIDDLE + 30} 274.5Z"
    return (
        f'<svg class="glass" viewBox="0 0 130 282" role="img" aria-label="A measuring glass of {total} graduations, of'
        f' which {filled} are full"><path class="fill" d="{_cone(level)}Z"/>'
        f'<path class="line" d="{_cone(RIM)}{stem}"/>{marks}</svg>'
    )


def _height(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _half(height: float) -> float:
    """Half the width of the glass at a height."""
    return round(11 + 35 * (BOTTOM - height) / (BOTTOM - TOP), 1)


def _cone(height: float) -> str:
    """The outline of the glass from one side at `height`, round the bottom, up to the other."""
    wide, narrow = _half(height), _half(BOTTOM)
    left, right = f"{MIDDLE - wide:g} {height:g}L{MIDDLE - narrow:g}", f"{MIDDLE + narrow:g} {BOTTOM}L{MIDDLE + wide:g}"
    return f"M{left} {BOTTOM}Q{MIDDLE} {BOTTOM + 12} {right} {height:g}"


def _graduation(step: int, share: float, full: bool, long: bool) -> str:
    height = _height(share)
    edge = MIDDLE + _half(height)
    css = ' class="full"' if full else ""
    mark = f'<path{css} d="M{edge:g} {height:g}h-{20 if long else 10}"/>'
    return mark + (f'<text x="{edge + 7:g}" y="{height + 4:g}">{step}</text>' if long else "")


def curve(name: str, values: Mapping[int, float], total: int, long: Collection[int], goal: int = 0) -> str:
    """A curve over the steps, above a scale of `total` graduations, with the last value written at its end.

    With a `goal` it rises towards a line that stands for it.
    """
    width, floor = 420, 104
    gap, highest = width / total, goal or max([*values.values(), 1])
    points = [(round(gap * (n - 0.5), 1), round(floor - 84 * value / highest, 1)) for n, value in values.items()]
    ticks = "".join(f"M{gap * (n - 0.5):.1f} {floor}v{9 if n in long else 4}" for n in range(1, total + 1))
    lines = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for (a, b), (c, d) in pairwise(points))
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="2.75"/>' for x, y in points)
    numbers = "".join(f'<text x="{gap * (n - 0.5):.1f}" y="126" text-anchor="middle">{n}</text>' for n in sorted(long))
    last = [f'<text class="last" x="{x + 9:g}" y="{y + 4.5:g}">{values[max(values)]}</text>' for x, y in points[-1:]]
    label = ", ".join(f"{value} at step {n}" for n, value in values.items())
    line = f'<path class="goal" d="M0 20H{width}"/><text x="0" y="14">{goal}</text>' if goal else ""
    return (
        f'<svg class="curve" viewBox="0 0 {width} 130" role="img" aria-label="{name}: {label}">'
        f'<path class="line" d="M0 {floor}H{width}{ticks}"/>'
        f'<path class="read" d="M0 {floor + 1}H{gap * max(values, default=0):.1f}"/>'
        f'<path class="full" d="{lines}"/>{dots}{numbers}{line}{"".join(last)}</svg>'
    )
