"""The practice's records: models, engine, migrations, encrypted files, journal and backup. peewee stands only here and in queries."""

from __future__ import annotations
