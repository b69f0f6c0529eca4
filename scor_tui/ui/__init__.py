"""What the practitioner sees: app, actions, screens and widgets. It adds no rule: it asks services and draws rows."""

from __future__ import annotations
