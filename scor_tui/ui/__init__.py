"""What the practitioner sees: app, actions, screens and widgets. It adds no rule: it asks services and draws rows.

Modules import what the first screen draws with. What only an action needs (a screen, a dialogue, the jobs of the post)
is imported in the function that begins it, what only types name under `TYPE_CHECKING`; tests/budget counts the rest.
"""

from __future__ import annotations
