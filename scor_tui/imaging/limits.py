"""What a foreign file may cost: bytes, pages, pixels, memory, seconds."""

from __future__ import annotations

MAX_INPUT_BYTES = 50_000_000
MAX_PAGES = 20
"""Pages of one document; about ten fit in 250 000 bytes at the very best."""

MAX_IMAGE_PIXELS = 70_000_000
"""An A4 page at 600 dpi has 35 million."""

MAX_RENDERED_PIXELS = 40_000_000

CHILD_MEMORY = 1_000_000_000
"""Address space of the child, in bytes."""

CHILD_CPU_SECONDS = 120
FIRST_STEP_SECONDS = 9.0
"""Wall time that the child has before its first sign of progress."""

NEXT_STEP_SECONDS = 3.0
"""Wall time that each finished step adds."""

MAX_ANSWER_BYTES = 2_000_000
"""All that the child may say, files apart."""

MAX_KEPT_GREY = 64_000_000
"""Pixels of grey pages that wait for the fitting, beside the child; of the others the source is read again."""

WORK_ROOM = 200_000_000
"""Bytes free that a memory file system must have for the child to work there."""

MAX_PDF_OBJECTS = 20_000
"""A compliant PDF of twenty pages has fewer than a hundred."""
