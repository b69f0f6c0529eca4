"""From paper, photo or PDF to one compliant black-and-white PDF; and the strict check of what is one.

Light on purpose: names are resolved on first use, so that neither a screen that only mentions this room nor
the limited child (`scor_tui.imaging.child`) pays for what it does not need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scor_tui.imaging.client import advise, convert, inspect, page_bits, page_images, render_page
    from scor_tui.imaging.model import (
        ConversionCancelled,
        Converted,
        ConvertedPage,
        ConvertOptions,
        Method,
        PageSettings,
        Step,
    )

__all__ = [
    "ConversionCancelled",
    "ConvertOptions",
    "Converted",
    "ConvertedPage",
    "Method",
    "PageSettings",
    "Step",
    "advise",
    "convert",
    "inspect",
    "page_bits",
    "page_images",
    "render_page",
]

_CLIENT = frozenset({"advise", "convert", "inspect", "page_bits", "page_images", "render_page"})


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{'client' if name in _CLIENT else 'model'}"), name)
