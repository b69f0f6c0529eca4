"""Dossiers, lots SCOR, the outbox, and what comes back."""

from __future__ import annotations

from enum import StrEnum

from peewee import BooleanField, IntegerField, TextField

from scor_tui.domain.dossier import Tick
from scor_tui.domain.pieces import Support
from scor_tui.domain.status import Status
from scor_tui.domain.wire import ArlKind, Outcome, Sign
from scor_tui.store.fields import EnumText, IsoDate, UtcDateTime
from scor_tui.store.models.base import SQL, Check, Record, exactly_one, index_where, link, one_of
from scor_tui.store.models.care import Facture, LotFSE
from scor_tui.store.models.pieces import Piece, PieceVersion
from scor_tui.store.models.practice import Caisse, Practitioner


class LotState(StrEnum):
    """The outbox's view of a lot."""

    SEALED = "scelle"
    SENDING = "en_cours"
    SENT = "transmis"
    NOT_SENT = "non_envoye"
    CLOSED = "acquitte"
    HORS_SCOR = "hors_scor"


class LotSCOR(Record):
    """The unit that is sent. Once sealed, its bytes (`file`), digests and recipient are frozen."""

    uuid = TextField(unique=True)
    number = TextField()
    practitioner = link(Practitioner)
    caisse = link(Caisse)
    state = EnumText(LotState)
    created = UtcDateTime()
    file = TextField(default="")
    digest = TextField(default="")
    envelope_digest = TextField(default="")
    recipient_fingerprint = TextField(default="")
    expires = UtcDateTime(null=True)
    bytes = IntegerField(default=0)

    class Meta:
        """Numbered per practitioner."""

        indexes = ((("practitioner", "number"), True),)
        constraints = (one_of("state", LotState), Check("length(number) = 6"))


class LotDossiers(Record):
    """A lot de dossiers: the dossiers of one FSE lot inside a lot SCOR."""

    lot = link(LotSCOR, backref="groups")
    lot_fse = link(LotFSE)

    class Meta:
        """Once."""

        indexes = ((("lot", "lot_fse"), True),)


class Dossier(Record):
    """All the PJ of one facture: status, attempts, tick. `lot` is its last lot SCOR.

    `attach_again`: the user wants the ORDN sent whole instead of a reference. `whole_rejected`: the last refusal
    named no piece. `alert` is a fact that a person must see, cleared when it has been read. `listed_day` and
    `listed_number` are its place in « À transmettre », empty while it does not stand there: triggers keep them.
    """

    facture = link(Facture, unique=True, backref="dossiers")
    status = EnumText(Status, default=Status.A_TRANSMETTRE)
    essais = IntegerField(default=0)
    handed_over = UtcDateTime(null=True)
    uncertain = BooleanField(default=False)
    back_to = EnumText(Status, null=True)
    hors_scor = BooleanField(default=False)
    posted = BooleanField(default=False)
    verdict = EnumText(Sign, null=True)
    tick = EnumText(Tick, default=Tick.AUTO)
    attach_again = BooleanField(default=False)
    whole_rejected = BooleanField(default=False)
    reject_label = TextField(default="")
    not_sent_reason = TextField(default="")
    alert = TextField(default="")
    lot = link(LotSCOR, null=True)
    listed_day = IsoDate(null=True)
    listed_number = TextField(null=True)

    class Meta:
        """Legal states: at most two attempts, archived only with a positive ARL. Listed by status, lot by lot."""

        indexes = ((("status", "lot"), False),)
        constraints = (
            one_of("status", Status),
            one_of("tick", Tick),
            one_of("verdict", Sign),
            Check("essais BETWEEN 0 AND 2"),
            Check("(status = 'en_cours') = (back_to IS NOT NULL)"),
            Check("status <> 'archive' OR (verdict IS NOT NULL AND verdict = '+')"),
            Check("status NOT IN ('transmis', 'a_retransmettre') OR (essais > 0 AND handed_over IS NOT NULL)"),
            Check("(listed_day IS NULL) = (listed_number IS NULL)"),
        )


index_where(Dossier, "dossier_listed", "listed_day, listed_number", "listed_day IS NOT NULL")
index_where(Dossier, "dossier_alert", "lot_id, id", "alert <> ''")

HAS_ALERT = Dossier.alert != SQL("''")
"""That a dossier has an alert to read, in the words of its index: a parameter would not be known to match."""


class LotLine(Record):
    """A dossier in a lot, and the verdict that its ARL gave it."""

    lot = link(LotSCOR, backref="lines")
    group = link(LotDossiers, backref="lines")
    dossier = link(Dossier, backref="lines")
    sign = EnumText(Sign, null=True)
    signed_at = UtcDateTime(null=True)
    label = TextField(default="")

    class Meta:
        """A dossier stands once in a lot."""

        indexes = ((("lot", "dossier"), True),)
        constraints = (one_of("sign", Sign),)


class LotPiece(Record):
    """A piece as a lot carries it: the exact version, or its reference. `rank` is its number in the lot."""

    line = link(LotLine, backref="pieces")
    rank = IntegerField()
    piece = link(Piece)
    version = link(PieceVersion, null=True)
    support = EnumText(Support)
    reference_lot = TextField(default="")
    reference_facture = TextField(default="")
    reference_date = IsoDate(null=True)
    reject_code = TextField(default="")
    reject_label = TextField(default="")

    class Meta:
        """A digital piece names its version."""

        indexes = ((("line", "rank"), True),)
        constraints = (
            one_of("support", Support),
            Check("support <> 'numerique' OR version_id IS NOT NULL"),
            Check("support <> 'reference' OR length(reference_lot) > 0"),
        )


class AttemptState(StrEnum):
    """One hand-over: claimed before the first byte leaves, then its outcome."""

    CLAIMED = "reserve"
    SENT = Outcome.SENT.value
    NOT_SENT = Outcome.NOT_SENT.value
    UNKNOWN = Outcome.UNKNOWN.value


class Attempt(Record):
    """A sending of a lot SCOR or of an FSE lot: the outbox's write-ahead."""

    lot = link(LotSCOR, null=True, backref="attempts")
    lot_fse = link(LotFSE, null=True, backref="attempts")
    number = IntegerField()
    message_id = TextField()
    state = EnumText(AttemptState)
    claimed = UtcDateTime()
    ended = UtcDateTime(null=True)
    detail = TextField(default="")

    class Meta:
        """Of one lot or the other."""

        constraints = (exactly_one("lot_id", "lot_fse_id"), one_of("state", AttemptState))


class MessageState(StrEnum):
    """What became of a message of the BAL."""

    KEPT = "recu"
    DONE = "traite"
    ASIDE = "ecarte"
    FOREIGN = "etranger"


class Message(Record):
    """A message taken from the BAL, known by its digest; `file` holds its bytes, `reason` why it was set aside."""

    practitioner = link(Practitioner)
    digest = TextField()
    key = TextField()
    received = UtcDateTime()
    state = EnumText(MessageState)
    kind = TextField(default="")
    file = TextField(default="")
    reason = TextField(default="")

    class Meta:
        """Once a BAL."""

        indexes = ((("practitioner", "digest"), True),)
        constraints = (one_of("state", MessageState),)


_ASIDE = f"'{MessageState.ASIDE.value}'"
index_where(Message, "message_aside", "id", f"state = {_ASIDE}")

ASIDE = Message.state == SQL(_ASIDE)
"""That a message was set aside, in the words of its index."""


class ARL(Record):
    """An acknowledgement as it came; `effective` when it changed something, else it was a duplicate or an alert."""

    message = link(Message)
    kind = EnumText(ArlKind)
    lot = link(LotSCOR, null=True, backref="arls")
    lot_fse = link(LotFSE, null=True, backref="arls")
    sign = EnumText(Sign)
    date = UtcDateTime()
    issuer = TextField()
    effective = BooleanField()

    class Meta:
        """A sign and a kind."""

        constraints = (one_of("sign", Sign), one_of("kind", ArlKind))


class NoemieState(StrEnum):
    """What a NOEMIE return says of a facture."""

    PAID = "paye"
    REJECTED = "rejete"
    DEFERRED = "differe"
    UNSAID = "non_dit"


class NoemieLine(Record):
    """What a NOEMIE return says of one invoice; `facture` is null when it is not ours."""

    message = link(Message, null=True)
    facture = link(Facture, null=True, backref="noemie")
    number = TextField()
    state = EnumText(NoemieState)
    paid = IntegerField(default=0)
    date = IsoDate(null=True)
    label = TextField(default="")
    received = UtcDateTime()

    class Meta:
        """A state."""

        constraints = (one_of("state", NoemieState),)
