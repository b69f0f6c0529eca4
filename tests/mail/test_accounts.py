"""An account's settings give its transport, or a sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from scor_tui.domain.errors import WrongUse
from scor_tui.domain.wire import Outcome
from scor_tui.mail.accounts import transport_for
from scor_tui.mail.maildir import Maildir


def test_a_maildir_account_carries_a_message(tmp_path: Path) -> None:
    for name in ("envoi", "reception"):
        Maildir(tmp_path / name).create()
    settings = {
        "envoi": str(tmp_path / "envoi"),
        "reception": str(tmp_path / "reception"),
        "taille_max": "1000",
    }
    transport = transport_for("maildir", settings)
    assert transport.size_limit == 1000
    assert transport.send(b"lot", "a@exemple.invalid", "b@exemple.invalid").outcome is Outcome.SENT
    assert list(transport.poll()) == []


@pytest.mark.parametrize("kind", ["smtp", "pop3", "imap", "\x1b]0;x\x07"])
def test_a_kind_that_this_version_lacks_is_refused_plainly(kind: str) -> None:
    with pytest.raises(WrongUse, match="n'est pas disponible dans cette version") as refused:
        transport_for(kind, {})
    assert "maildir" in refused.value.remedy
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"reception": "r"}, "envoi"),
        ({"envoi": "e", "reception": " "}, "reception"),
        ({"envoi": "e", "reception": "r", "taille_max": "beaucoup"}, "taille_max"),
        ({"envoi": "e", "reception": "r", "taille_max": "0"}, "taille_max"),
    ],
)
def test_a_missing_or_wrong_setting_is_named(settings: dict[str, str], word: str) -> None:
    with pytest.raises(WrongUse, match=word):
        transport_for("maildir", settings)
