"""Textual's SVG screenshot, made to look the same everywhere and to fetch nothing.

Fonts differ in how high a block character is, and some viewers drop blanks; so blocks and lines become
rectangles, blanks go, and each remaining word stands where its first character stood.
"""

from __future__ import annotations

import html
import re

_COLUMN, _ROW, _BASELINE = 12.2, 24.4, 18.5
"""Of Textual's SVG, in pixels: a cell's width and height, and from its top to where letters stand."""
_FONT = '"DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace'

_BLOCKS = {
    "█": (0.0, 0.0, 1.0, 1.0),
    "▀": (0.0, 0.0, 1.0, 0.5),
    "▄": (0.0, 0.5, 1.0, 0.5),
    "░": (0.0, 0.0, 1.0, 1.0),
    "─": (0.0, 0.47, 1.0, 0.06),
    "│": (0.45, 0.0, 0.1, 1.0),
}
"""The part of its cell that a character fills: left, top, width, height."""
_TEXT = re.compile(
    r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+"'
    r' clip-path="[^"]+">(?P<text>[^<]*)</text>'
)
_RUN = re.compile(r"(?P<block>[█▀▄░─│])(?P=block)*|[^\s█▀▄░─│]+(?: [^\s█▀▄░─│]+)*")


def standalone(svg: str) -> str:
    """`svg` as it looks everywhere. Raises ValueError when it would still fetch something."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<clipPath id=\"[^\"]+-line-\d+\">.*?</clipPath>\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {_FONT}")
    svg = _TEXT.sub(_pieces, svg)
    if re.search(r"url\((?!#)|@import|href=|https?://(?!www\.w3\.org/2000/svg\")", svg):
        raise ValueError("The picture would fetch something.")
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _pieces(match: re.Match[str]) -> str:
    """One text of the screenshot as rectangles and words."""
    text = html.unescape(match["text"]).replace("\xa0", " ")
    x, y, style = float(match["x"]), float(match["y"]), match["style"]
    return "".join(
        _piece(run[0], run["block"] is not None, x + run.start() * _COLUMN, y, style)
        for run in _RUN.finditer(text)
    )


def _piece(text: str, block: bool, x: float, y: float, style: str) -> str:
    width = len(text) * _COLUMN
    if not block:
        word = html.escape(text)
        return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" textLength="{width:.1f}">{word}</text>'
    left, top, wide, high = _BLOCKS[text[0]]
    left, top = x + left * _COLUMN, y - _BASELINE + top * _ROW
    wide, high = (wide * _COLUMN if wide < 1 else width), high * _ROW
    faint = ' fill-opacity="0.6"' if text[0] == "░" else ""
    return (
        f'<rect class="{style}" x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}"'
        f'{faint} shape-rendering="crispEdges"/>'
    )
