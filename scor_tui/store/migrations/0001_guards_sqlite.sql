CREATE TRIGGER journal_is_only_added_to_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal'); END

CREATE TRIGGER journal_is_only_added_to_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal'); END

CREATE TRIGGER version_never_changes BEFORE UPDATE ON piece_version BEGIN SELECT RAISE(ABORT, 'version'); END

CREATE TRIGGER scor_is_definitive BEFORE UPDATE OF scor_start ON practitioner
WHEN OLD.scor_start IS NOT NULL AND NEW.scor_start IS NULL BEGIN SELECT RAISE(ABORT, 'scor_start'); END

CREATE TRIGGER lot_is_frozen BEFORE UPDATE OF uuid, number, practitioner_id, caisse_id, file, digest, envelope_digest, recipient_fingerprint, expires, bytes ON lot_scor
BEGIN SELECT RAISE(ABORT, 'lot frozen'); END

CREATE TRIGGER lot_piece_is_frozen BEFORE UPDATE OF line_id, rank, piece_id, version_id, support, reference_lot, reference_facture, reference_date ON lot_piece
BEGIN SELECT RAISE(ABORT, 'lot piece frozen'); END

CREATE TRIGGER first_verdict_stays BEFORE UPDATE OF sign ON lot_line
WHEN OLD.sign IS NOT NULL AND NEW.sign IS NOT OLD.sign BEGIN SELECT RAISE(ABORT, 'verdict'); END

CREATE TRIGGER posted_stays_posted BEFORE UPDATE OF status ON paper_row
WHEN OLD.status = 'justificatif_papier_envoye' AND NEW.status <> OLD.status BEGIN SELECT RAISE(ABORT, 'posted'); END

CREATE TRIGGER posted_is_kept BEFORE DELETE ON paper_row
WHEN OLD.status = 'justificatif_papier_envoye' BEGIN SELECT RAISE(ABORT, 'posted'); END

CREATE TRIGGER status_is_legal BEFORE UPDATE OF status ON dossier
WHEN NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
  'a_transmettre>en_cours', 'a_retransmettre>en_cours', 'a_reconstituer>en_cours',
  'en_cours>transmis', 'en_cours>a_transmettre', 'en_cours>a_retransmettre', 'en_cours>a_reconstituer',
  'transmis>archive', 'transmis>a_retransmettre', 'transmis>a_reconstituer', 'transmis>a_traiter_manuellement',
  'a_retransmettre>archive', 'a_retransmettre>a_reconstituer',
  'a_traiter_manuellement>collecte_papier', 'a_traiter_manuellement>archive', 'a_reconstituer>collecte_papier',
  'a_transmettre>collecte_papier', 'collecte_papier>a_transmettre', 'collecte_papier>archive')
BEGIN SELECT RAISE(ABORT, 'status'); END

CREATE TRIGGER fse_lot_is_frozen BEFORE UPDATE OF number, year, practitioner_id, caisse_id, flux, uuid, sealed, digest, envelope_digest, recipient_fingerprint, expires ON lot_fse
BEGIN SELECT RAISE(ABORT, 'lot_fse frozen'); END

CREATE TRIGGER lot_line_is_kept BEFORE DELETE ON lot_line BEGIN SELECT RAISE(ABORT, 'lot_line'); END

CREATE TRIGGER lot_piece_is_kept BEFORE DELETE ON lot_piece BEGIN SELECT RAISE(ABORT, 'lot_piece'); END

CREATE TRIGGER posted_date_stays BEFORE UPDATE OF posted ON paper_row
WHEN OLD.posted IS NOT NULL AND NEW.posted IS NOT OLD.posted BEGIN SELECT RAISE(ABORT, 'posted'); END
