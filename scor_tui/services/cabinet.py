"""An open practice with all that its use cases need: records, clock, journal, post, codec, scanners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui.domain.errors import CertificateRefused, DatabaseUnreadable
from scor_tui.store import engine
from scor_tui.store.journal import Journal
from scor_tui.store.models import Certificate, Practice, Practitioner

if TYPE_CHECKING:  # certificates, mail and codec cost 80 ms that a session which sends nothing does not owe
    from scor_tui.domain.ports import Clock, Codec, Transport
    from scor_tui.exchange.certificates import Identity
    from scor_tui.exchange.directory import DirectoryOfCertificates

CODEC = "scor-ouvert/1"


class SystemClock:
    """The machine's clock: the only place of the practice that reads it."""

    def now(self) -> datetime:
        """Return the present, UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Cabinet:
    """An open practice. Use cases take it first."""

    store: engine.Store
    clock: Clock
    journal: Journal
    _identities: dict[str, Identity] = field(default_factory=dict, repr=False)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.store.folder

    @property
    def directory(self) -> DirectoryOfCertificates:
        """The directory of the caisses as of now."""
        from scor_tui.services.directory import current_directory

        return current_directory()

    @property
    def practice(self) -> Practice:
        """The practice's own row; read again each time."""
        found: Practice = Practice.get_by_id(1)
        return found

    @property
    def silence(self) -> timedelta:
        """How long a caisse may stay silent."""
        return timedelta(hours=self.practice.silence_hours)

    def now(self) -> datetime:
        """Return the present, UTC."""
        return self.clock.now()

    def today(self) -> date:
        """Return today's date where the practice is."""
        return local(self.clock.now()).date()

    def practitioners(self) -> Sequence[Practitioner]:
        """Return the practitioners in the order of their numbers."""
        return list(Practitioner.select().order_by(Practitioner.number))

    def transport(self, practitioner: Practitioner) -> Transport:
        """Return the practitioner's post."""
        from scor_tui.mail.accounts import transport_for

        folders = {"envoi": practitioner.mail_out, "reception": practitioner.mail_box}
        return transport_for(
            practitioner.mail_kind, {name: str(self._path(text)) for name, text in folders.items() if text}
        )

    def codec(self, practitioner: Practitioner) -> Codec:
        """Return the codec that signs and reads for the practitioner; raises `CertificateRefused`."""
        from scor_tui.exchange.codecs import codec

        own = list(practitioner.certificates.order_by(Certificate.id.desc()))
        signing = [self._identity(row) for row in own if row.usage == "signature"]
        reading = [self._identity(row) for row in own if row.usage == "chiffrement"]
        if not signing or not reading:
            raise CertificateRefused(
                f"Le praticien {practitioner.number} n'a pas ses deux certificats (signature et chiffrement).",
                "Ajoutez-les avec scor-tui configurer.",
            )
        return codec(
            CODEC,
            signing=next((one for one in signing if _is_valid(one, self.now())), signing[0]),
            reading=reading,
            directory=self.directory,
            address=practitioner.mail_address,
        )

    def close(self) -> None:
        """Close this thread's connection to the records, and forget the keys."""
        self._identities.clear()
        self.store.close()

    def _identity(self, row: Certificate) -> Identity:
        """Return the key and certificate of a row; read once, for the key is checked when it is (30 ms)."""
        from scor_tui.exchange.certificates import Identity

        mark = f"{row.id}/{row.fingerprint}"
        if mark not in self._identities:
            self._identities[mark] = Identity.from_pem(bytes(row.key), bytes(row.certificate))
        return self._identities[mark]

    def _path(self, text: str) -> Path:
        path = Path(text)
        return path if path.is_absolute() else self.folder / path


def local(moment: datetime) -> datetime:
    """Return a moment in the machine's own time zone, for the eyes."""
    return moment.astimezone()


def _is_valid(one: Identity, now: datetime) -> bool:
    return one.certificate.not_valid_before_utc <= now <= one.certificate.not_valid_after_utc


def open_cabinet(folder: Path, clock: Clock | None = None) -> Cabinet:
    """Open the practice in `folder`; raises `DataDamaged` errors and `Busy`."""
    store = engine.open_store(folder)
    if Practice.get_or_none(Practice.id == 1) is None:
        raise DatabaseUnreadable("La création de ce cabinet n'a pas abouti.", "Effacez ce dossier et recommencez.")
    return Cabinet(store, clock or SystemClock(), Journal(store.keys))
