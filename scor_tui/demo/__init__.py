"""The demonstration: an invented practice, and the other end of the wire (certificates and mailboxes)."""

from __future__ import annotations
