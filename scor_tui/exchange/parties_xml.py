"""Who sends and who receives, as they stand in `lot.xml` and `fse.xml`."""

from __future__ import annotations

from scor_tui.domain.wire import CaisseId, Sender
from scor_tui.exchange.xml_tree import CAISSE, PRACTITIONER, Element, Lines, Model, element, text

PARTIES = {
    "emetteur": Model({"numero": PRACTITIONER, "profession": text(40), "nom": text(80)}, {"remplacant": PRACTITIONER}),
    "destinataire": Model(CAISSE),
}


def write_parties(sender: Sender, recipient: CaisseId) -> list[Lines]:
    """Return the two elements, in order."""
    return [
        element(
            "emetteur",
            {
                "numero": sender.number,
                "profession": sender.profession,
                "nom": sender.name,
                "remplacant": sender.remplacant,
            },
        ),
        element(
            "destinataire",
            {"regime": recipient.regime, "caisse": recipient.caisse, "centre": recipient.centre},
        ),
    ]


def read_sender(root: Element) -> Sender:
    """Return the sender; names are cleaned."""
    sender = root.one("emetteur")
    return Sender(sender["numero"], sender.text("profession"), sender.text("nom"), sender.get("remplacant"))


def read_recipient(root: Element) -> CaisseId:
    """Return the caisse that the document is for."""
    recipient = root.one("destinataire")
    return CaisseId(recipient["regime"], recipient["caisse"], recipient["centre"])
