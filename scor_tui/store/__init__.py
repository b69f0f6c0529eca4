"""The practice's records: models, engine, migrations, encrypted files, journal and backup."""

from __future__ import annotations
