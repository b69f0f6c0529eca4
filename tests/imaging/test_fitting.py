"""The ladder under the weight: what a rung makes of a page, and what it must leave as it is."""

from __future__ import annotations

from PIL import Image

from scor_tui.domain.norms import PaperSize
from scor_tui.imaging.fitting import LADDER, make
from scor_tui.imaging.model import Method
from scor_tui.imaging.threshold import Inking


def test_a_page_that_starts_at_200_dpi_is_never_said_to_be_finer_whatever_its_first_size():
    """Its grey was kept at 200 dpi: a rung that allows 300 finds no more pixels in it, and its paper stays A4."""
    grey = Image.effect_noise((1654, 2339), 90)
    paper = PaperSize(300.0, 210.0, 297.0, declared=True)
    for rung in LADDER:
        page = make(grey, paper, Inking(Method.USUAL, 0.7), rung, 200)
        assert page.dpi == 200
        assert page.pixels().size == (1654, 2339)
