"""What the practitioner does: one use case a module. Both front ends call these and nothing below them."""

from __future__ import annotations
