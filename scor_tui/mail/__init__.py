"""How what travels is carried: outgoing post, mailboxes, and honest outcomes."""

from __future__ import annotations
