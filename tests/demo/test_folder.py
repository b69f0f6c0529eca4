"""The folder of a demonstration: its clock, its keys, its mailboxes."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from scor_tui.demo.caisse import Caisse, initialise
from scor_tui.demo.clock import ShiftedClock, advance, set_to
from scor_tui.demo.layout import Layout
from scor_tui.domain.errors import CertificateRefused, DataDamaged

SLACK = timedelta(seconds=30)


class TestClock:
    def test_without_a_file_it_tells_the_real_time(self, tmp_path):
        now = ShiftedClock(tmp_path / "horloge").now()
        assert abs(now - datetime.now(UTC)) < SLACK
        assert (now.utcoffset(), now.microsecond) == (timedelta(0), 0)

    def test_it_is_set_and_moved_for_every_process_that_reads_the_file(self, tmp_path):
        path, moment = tmp_path / "horloge", datetime(2026, 11, 10, 8, 55, tzinfo=UTC)
        mine, other = ShiftedClock(path), ShiftedClock(path)
        set_to(path, moment)
        assert timedelta(0) <= mine.now() - moment < SLACK
        advance(path, timedelta(hours=48))
        advance(path, timedelta(minutes=-30))
        assert timedelta(0) <= other.now() - moment - timedelta(hours=47, minutes=30) < SLACK
        assert path.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"decalage_secondes": "demain"}', "{}"])
    def test_a_broken_file_is_told(self, tmp_path, text):
        path = tmp_path / "horloge"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataDamaged, match="horloge"):
            ShiftedClock(path).now()


class TestKeys:
    def test_initialising_again_adds_what_is_missing_and_changes_nothing(self, folder, clock):
        before = {path: path.read_bytes() for path in Layout(folder).pki.iterdir()}
        initialise(folder, ["991234568", "990000019"], clock.now())
        after = {path: path.read_bytes() for path in Layout(folder).pki.iterdir()}
        assert {path: after[path] for path in before} == before
        assert {path.name for path in after.keys() - before.keys()} == {
            f"praticien-990000019-{usage}.{suffix}"
            for usage in ("signature", "chiffrement")
            for suffix in ("key", "crt")
        }
        assert (Layout(folder).mailbox("990000019") / "new").is_dir()

    def test_keys_are_for_their_owner_only(self, folder):
        assert all(path.stat().st_mode & 0o077 == 0 for path in Layout(folder).pki.iterdir())
        assert Layout(folder).pki.stat().st_mode & 0o077 == 0

    def test_openssl_verifies_every_certificate_but_the_strangers(self, folder, clock):
        pki = Layout(folder).pki
        moment = str(int(clock.now().timestamp()))
        for path in sorted(pki.glob("*.crt")):
            verdict = subprocess.run(
                ["openssl", "verify", "-attime", moment, "-CAfile", str(pki / "racine.crt"), str(path)],
                capture_output=True,
                check=False,
            )
            assert (verdict.returncode == 0) == (path.name != "inconnu-signature.crt"), path.name

    def test_a_caisse_whose_keys_are_missing_or_expired_says_so_and_takes_nothing(self, folder, clock, client):
        client.send_fse("261121501")
        clock.advance(days=4 * 365)
        with pytest.raises(CertificateRefused, match="expiré"):
            Caisse(folder, clock).run_once()
        clock.advance(days=-4 * 365)
        key = Layout(folder).pki / "frontal-chiffrement.key"
        content = key.read_bytes()
        key.unlink()
        with pytest.raises(CertificateRefused, match="frontal-chiffrement"):
            Caisse(folder, clock).run_once()
        key.write_bytes(content)
        assert Caisse(folder, clock).run_once().count("fse") == 1
