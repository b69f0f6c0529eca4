"""Tesseract as the reader: words with their confidence, from a black-and-white page."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from .corpus import normal

SURE = 80.0
"""Confidence (percent) from which a word of three letters or more counts as surely read."""


@dataclass(frozen=True)
class Reading:
    """What was read: the words, and how many of them surely."""

    words: Counter[str]
    sure: int


def read(image: Image.Image, dpi: float, cache: Path | None = None) -> Reading:
    """Read a page at its resolution; kept in `cache` by the digest of its pixels."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    content = out.getvalue()
    key = hashlib.sha256(image.tobytes() + repr((image.size, image.mode, round(dpi))).encode()).hexdigest()[:32]
    kept = cache / f"{key}.json" if cache else None
    if kept is not None and kept.exists():
        facts = json.loads(kept.read_text(encoding="utf-8"))
        return Reading(Counter(facts["words"]), facts["sure"])
    command = ["tesseract", "-", "-", "-l", "fra", "--dpi", str(round(dpi)), "tsv"]
    done = subprocess.run(command, input=content, capture_output=True, check=False, env=_one_thread())
    rows = csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [(row["text"] or "", float(row["conf"])) for row in rows if (row.get("text") or "").strip()]
    words = normal([text for text, _ in found])
    sure = sum(1 for text, conf in found if conf >= SURE and sum(map(str.isalnum, text)) >= 3)
    if kept is not None:
        kept.write_text(json.dumps({"words": words, "sure": sure}), encoding="utf-8")
    return Reading(words, sure)


def _one_thread() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}
