CREATE TABLE "caisse" ("id" {id},
  "identifier" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "postal_address" TEXT NOT NULL,
  "address" TEXT NOT NULL,
  "content_certificate" {blob} NOT NULL,
  "signing_certificate" {blob} NOT NULL,
  "former_signing" {blob} NOT NULL,
  "transport_certificate" {blob} NOT NULL,
  "frontal_certificate" {blob} NOT NULL,
  "size_limit" INTEGER NOT NULL,
  CHECK (identifier LIKE '__-___-___%'),
  CHECK (size_limit > 0)) {strict}

CREATE UNIQUE INDEX "caisse_identifier" ON "caisse" ("identifier")

CREATE TABLE "patient" ("id" {id},
  "number" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "first_name" TEXT NOT NULL,
  "birth" TEXT,
  "nir" TEXT NOT NULL,
  "insured_nir" TEXT NOT NULL,
  "caisse_id" INTEGER NOT NULL,
  "phone" TEXT NOT NULL,
  "doctor" TEXT NOT NULL,
  "exemption" TEXT NOT NULL,
  "tiers_payant" {bool} NOT NULL,
  "folded" TEXT NOT NULL,
  "is_new" {bool} NOT NULL,
  FOREIGN KEY ("caisse_id") REFERENCES "caisse" ("id") ON DELETE RESTRICT,
  CHECK (length(nir) IN (0, 15))) {strict}

CREATE UNIQUE INDEX "patient_number" ON "patient" ("number")

CREATE INDEX "patient_caisse_id" ON "patient" ("caisse_id")

CREATE INDEX "patient_folded" ON "patient" ("folded")

CREATE INDEX patient_new ON patient (folded) WHERE is_new

CREATE TABLE "practitioner" ("id" {id},
  "number" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "first_name" TEXT NOT NULL,
  "profession" TEXT NOT NULL,
  "address" TEXT NOT NULL,
  "scor_start" TEXT,
  "mail_kind" TEXT NOT NULL,
  "mail_address" TEXT NOT NULL,
  "mail_box" TEXT NOT NULL,
  "mail_out" TEXT NOT NULL,
  "next_lot" INTEGER NOT NULL,
  "polled" TEXT,
  CHECK (length(number) = 9)) {strict}

CREATE UNIQUE INDEX "practitioner_number" ON "practitioner" ("number")

CREATE TABLE "prescriber" ("id" {id},
  "number" TEXT NOT NULL,
  "name" TEXT NOT NULL) {strict}

CREATE UNIQUE INDEX "prescriber_number_name" ON "prescriber" ("number", "name")

CREATE TABLE "prescription" ("id" {id},
  "number" TEXT NOT NULL,
  "patient_id" INTEGER NOT NULL,
  "practitioner_id" INTEGER NOT NULL,
  "prescriber_id" INTEGER NOT NULL,
  "date" TEXT NOT NULL,
  "begins" TEXT,
  "ends" TEXT,
  "needs_dsi" {bool} NOT NULL,
  "reason" TEXT NOT NULL,
  FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("prescriber_id") REFERENCES "prescriber" ("id") ON DELETE RESTRICT) {strict}

CREATE UNIQUE INDEX "prescription_number" ON "prescription" ("number")

CREATE INDEX "prescription_patient_id" ON "prescription" ("patient_id")

CREATE INDEX "prescription_practitioner_id" ON "prescription" ("practitioner_id")

CREATE INDEX "prescription_prescriber_id" ON "prescription" ("prescriber_id")

CREATE INDEX "prescription_date_id_ends" ON "prescription" ("date", "id", "ends")

CREATE INDEX "prescription_practitioner_id_date_id_ends" ON "prescription" ("practitioner_id", "date", "id", "ends")

CREATE TABLE "acte" ("id" {id},
  "prescription_id" INTEGER NOT NULL,
  "rank" INTEGER NOT NULL,
  "label" TEXT NOT NULL,
  FOREIGN KEY ("prescription_id") REFERENCES "prescription" ("id") ON DELETE RESTRICT) {strict}

CREATE INDEX "acte_prescription_id" ON "acte" ("prescription_id")

CREATE UNIQUE INDEX "acte_prescription_id_rank" ON "acte" ("prescription_id", "rank")

CREATE TABLE "message" ("id" {id},
  "practitioner_id" INTEGER NOT NULL,
  "digest" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "received" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('recu', 'traite', 'ecarte', 'etranger'))) {strict}

CREATE INDEX "message_practitioner_id" ON "message" ("practitioner_id")

CREATE UNIQUE INDEX "message_practitioner_id_digest" ON "message" ("practitioner_id", "digest")

CREATE INDEX message_aside ON message (id) WHERE state = 'ecarte'

CREATE TABLE "lot_scor" ("id" {id},
  "uuid" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "practitioner_id" INTEGER NOT NULL,
  "caisse_id" INTEGER NOT NULL,
  "state" TEXT NOT NULL,
  "created" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "envelope_digest" TEXT NOT NULL,
  "recipient_fingerprint" TEXT NOT NULL,
  "expires" TEXT,
  "bytes" INTEGER NOT NULL,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("caisse_id") REFERENCES "caisse" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('scelle', 'en_cours', 'transmis', 'non_envoye', 'acquitte', 'hors_scor')),
  CHECK (length(number) = 6)) {strict}

CREATE UNIQUE INDEX "lot_scor_uuid" ON "lot_scor" ("uuid")

CREATE INDEX "lot_scor_practitioner_id" ON "lot_scor" ("practitioner_id")

CREATE INDEX "lot_scor_caisse_id" ON "lot_scor" ("caisse_id")

CREATE UNIQUE INDEX "lot_scor_practitioner_id_number" ON "lot_scor" ("practitioner_id", "number")

CREATE TABLE "lot_fse" ("id" {id},
  "number" TEXT NOT NULL,
  "year" INTEGER NOT NULL,
  "practitioner_id" INTEGER NOT NULL,
  "caisse_id" INTEGER NOT NULL,
  "flux" TEXT NOT NULL,
  "uuid" TEXT,
  "sealed" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "envelope_digest" TEXT NOT NULL,
  "recipient_fingerprint" TEXT NOT NULL,
  "expires" TEXT,
  "sent" TEXT,
  "uncertain" {bool} NOT NULL,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("caisse_id") REFERENCES "caisse" ("id") ON DELETE RESTRICT,
  CHECK (length(number) = 3),
  CHECK (flux IN ('FSE', 'DRE'))) {strict}

CREATE INDEX "lot_fse_practitioner_id" ON "lot_fse" ("practitioner_id")

CREATE INDEX "lot_fse_caisse_id" ON "lot_fse" ("caisse_id")

CREATE UNIQUE INDEX "lot_fse_uuid" ON "lot_fse" ("uuid")

CREATE UNIQUE INDEX "lot_fse_practitioner_id_caisse_id_flux_year_number" ON "lot_fse" ("practitioner_id", "caisse_id", "flux", "year", "number")

CREATE TABLE "arl" ("id" {id},
  "message_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "lot_id" INTEGER,
  "lot_fse_id" INTEGER,
  "sign" TEXT NOT NULL,
  "date" TEXT NOT NULL,
  "issuer" TEXT NOT NULL,
  "effective" {bool} NOT NULL,
  FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_id") REFERENCES "lot_scor" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_fse_id") REFERENCES "lot_fse" ("id") ON DELETE RESTRICT,
  CHECK (sign IN ('+', '-')),
  CHECK (kind IN ('fse', 'scor'))) {strict}

CREATE INDEX "arl_message_id" ON "arl" ("message_id")

CREATE INDEX "arl_lot_id" ON "arl" ("lot_id")

CREATE INDEX "arl_lot_fse_id" ON "arl" ("lot_fse_id")

CREATE TABLE "attempt" ("id" {id},
  "lot_id" INTEGER,
  "lot_fse_id" INTEGER,
  "number" INTEGER NOT NULL,
  "message_id" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "claimed" TEXT NOT NULL,
  "ended" TEXT,
  "detail" TEXT NOT NULL,
  FOREIGN KEY ("lot_id") REFERENCES "lot_scor" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_fse_id") REFERENCES "lot_fse" ("id") ON DELETE RESTRICT,
  CHECK ((lot_id IS NULL) <> (lot_fse_id IS NULL)),
  CHECK (state IN ('reserve', 'sent', 'not_sent', 'unknown'))) {strict}

CREATE INDEX "attempt_lot_id" ON "attempt" ("lot_id")

CREATE INDEX "attempt_lot_fse_id" ON "attempt" ("lot_fse_id")

CREATE TABLE "authority" ("id" {id},
  "certificate" {blob} NOT NULL,
  "fingerprint" TEXT NOT NULL) {strict}

CREATE UNIQUE INDEX "authority_fingerprint" ON "authority" ("fingerprint")

CREATE TABLE "bordereau" ("id" {id},
  "lot_fse_id" INTEGER NOT NULL,
  "edition" INTEGER NOT NULL,
  "facts_digest" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "printed" TEXT NOT NULL,
  FOREIGN KEY ("lot_fse_id") REFERENCES "lot_fse" ("id") ON DELETE RESTRICT) {strict}

CREATE INDEX "bordereau_lot_fse_id" ON "bordereau" ("lot_fse_id")

CREATE UNIQUE INDEX "bordereau_lot_fse_id_edition" ON "bordereau" ("lot_fse_id", "edition")

CREATE TABLE "certificate" ("id" {id},
  "practitioner_id" INTEGER NOT NULL,
  "usage" TEXT NOT NULL,
  "key" {blob} NOT NULL,
  "certificate" {blob} NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "added" TEXT NOT NULL,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  CHECK (usage IN ('signature', 'chiffrement'))) {strict}

CREATE INDEX "certificate_practitioner_id" ON "certificate" ("practitioner_id")

CREATE UNIQUE INDEX "certificate_practitioner_id_usage_fingerprint" ON "certificate" ("practitioner_id", "usage", "fingerprint")

CREATE TABLE "remplacant" ("id" {id},
  "number" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "first_name" TEXT NOT NULL,
  "titulaire_id" INTEGER NOT NULL,
  FOREIGN KEY ("titulaire_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT) {strict}

CREATE UNIQUE INDEX "remplacant_number" ON "remplacant" ("number")

CREATE INDEX "remplacant_titulaire_id" ON "remplacant" ("titulaire_id")

CREATE TABLE "facture" ("id" {id},
  "number" TEXT NOT NULL,
  "patient_id" INTEGER NOT NULL,
  "prescription_id" INTEGER,
  "practitioner_id" INTEGER NOT NULL,
  "remplacant_id" INTEGER,
  "caisse_id" INTEGER NOT NULL,
  "lot_fse_id" INTEGER,
  "date" TEXT NOT NULL,
  "degraded" {bool} NOT NULL,
  "flux" TEXT NOT NULL,
  "total" INTEGER NOT NULL,
  "amo" INTEGER NOT NULL,
  "amc" INTEGER NOT NULL,
  "insured" INTEGER NOT NULL,
  "arl_sign" TEXT,
  "arl_date" TEXT,
  "noemie_paid" TEXT,
  FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("prescription_id") REFERENCES "prescription" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("remplacant_id") REFERENCES "remplacant" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("caisse_id") REFERENCES "caisse" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_fse_id") REFERENCES "lot_fse" ("id") ON DELETE RESTRICT,
  CHECK (length(number) = 9),
  CHECK (flux IN ('FSE', 'DRE')),
  CHECK (arl_sign IN ('+', '-')),
  CHECK (total >= 0)) {strict}

CREATE UNIQUE INDEX "facture_number" ON "facture" ("number")

CREATE INDEX "facture_patient_id" ON "facture" ("patient_id")

CREATE INDEX "facture_prescription_id" ON "facture" ("prescription_id")

CREATE INDEX "facture_practitioner_id" ON "facture" ("practitioner_id")

CREATE INDEX "facture_remplacant_id" ON "facture" ("remplacant_id")

CREATE INDEX "facture_caisse_id" ON "facture" ("caisse_id")

CREATE INDEX "facture_lot_fse_id" ON "facture" ("lot_fse_id")

CREATE INDEX "facture_date_number" ON "facture" ("date", "number")

CREATE INDEX facture_unsent ON facture (date) WHERE lot_fse_id IS NULL

CREATE TABLE "dossier" ("id" {id},
  "facture_id" INTEGER NOT NULL,
  "status" TEXT NOT NULL,
  "essais" INTEGER NOT NULL,
  "handed_over" TEXT,
  "uncertain" {bool} NOT NULL,
  "back_to" TEXT,
  "hors_scor" {bool} NOT NULL,
  "posted" {bool} NOT NULL,
  "verdict" TEXT,
  "tick" TEXT NOT NULL,
  "attach_again" {bool} NOT NULL,
  "whole_rejected" {bool} NOT NULL,
  "reject_label" TEXT NOT NULL,
  "not_sent_reason" TEXT NOT NULL,
  "alert" TEXT NOT NULL,
  "lot_id" INTEGER,
  "listed_day" TEXT,
  "listed_number" TEXT,
  FOREIGN KEY ("facture_id") REFERENCES "facture" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_id") REFERENCES "lot_scor" ("id") ON DELETE RESTRICT,
  CHECK (status IN ('a_transmettre', 'en_cours', 'transmis', 'a_retransmettre', 'a_reconstituer', 'a_traiter_manuellement', 'collecte_papier', 'archive')),
  CHECK (tick IN ('auto', 'on', 'off')),
  CHECK (verdict IN ('+', '-')),
  CHECK (essais BETWEEN 0 AND 2),
  CHECK ((status = 'en_cours') = (back_to IS NOT NULL)),
  CHECK (status <> 'archive' OR (verdict IS NOT NULL AND verdict = '+')),
  CHECK (status NOT IN ('transmis', 'a_retransmettre') OR (essais > 0 AND handed_over IS NOT NULL)),
  CHECK ((listed_day IS NULL) = (listed_number IS NULL))) {strict}

CREATE UNIQUE INDEX "dossier_facture_id" ON "dossier" ("facture_id")

CREATE INDEX "dossier_lot_id" ON "dossier" ("lot_id")

CREATE INDEX "dossier_status_lot_id" ON "dossier" ("status", "lot_id")

CREATE INDEX dossier_listed ON dossier (listed_day, listed_number) WHERE listed_day IS NOT NULL

CREATE INDEX dossier_alert ON dossier (lot_id, id) WHERE alert <> ''

CREATE TABLE "journal" ("id" {id},
  "at" TEXT NOT NULL,
  "who" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "dossier" INTEGER,
  "facture" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  "chain" TEXT NOT NULL) {strict}

CREATE INDEX "journal_at" ON "journal" ("at")

CREATE INDEX "journal_event" ON "journal" ("event")

CREATE INDEX "journal_dossier" ON "journal" ("dossier")

CREATE TABLE "lot_dossiers" ("id" {id},
  "lot_id" INTEGER NOT NULL,
  "lot_fse_id" INTEGER NOT NULL,
  FOREIGN KEY ("lot_id") REFERENCES "lot_scor" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("lot_fse_id") REFERENCES "lot_fse" ("id") ON DELETE RESTRICT) {strict}

CREATE INDEX "lot_dossiers_lot_id" ON "lot_dossiers" ("lot_id")

CREATE INDEX "lot_dossiers_lot_fse_id" ON "lot_dossiers" ("lot_fse_id")

CREATE UNIQUE INDEX "lot_dossiers_lot_id_lot_fse_id" ON "lot_dossiers" ("lot_id", "lot_fse_id")

CREATE TABLE "lot_line" ("id" {id},
  "lot_id" INTEGER NOT NULL,
  "group_id" INTEGER NOT NULL,
  "dossier_id" INTEGER NOT NULL,
  "sign" TEXT,
  "signed_at" TEXT,
  "label" TEXT NOT NULL,
  FOREIGN KEY ("lot_id") REFERENCES "lot_scor" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("group_id") REFERENCES "lot_dossiers" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("dossier_id") REFERENCES "dossier" ("id") ON DELETE RESTRICT,
  CHECK (sign IN ('+', '-'))) {strict}

CREATE INDEX "lot_line_lot_id" ON "lot_line" ("lot_id")

CREATE INDEX "lot_line_group_id" ON "lot_line" ("group_id")

CREATE INDEX "lot_line_dossier_id" ON "lot_line" ("dossier_id")

CREATE UNIQUE INDEX "lot_line_lot_id_dossier_id" ON "lot_line" ("lot_id", "dossier_id")

CREATE TABLE "piece" ("id" {id},
  "type" TEXT NOT NULL,
  "prescription_id" INTEGER,
  "facture_id" INTEGER,
  "label" TEXT NOT NULL,
  "annotation" TEXT NOT NULL,
  "on_paper" {bool} NOT NULL,
  "created" TEXT NOT NULL,
  "deleted" TEXT,
  FOREIGN KEY ("prescription_id") REFERENCES "prescription" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("facture_id") REFERENCES "facture" ("id") ON DELETE RESTRICT,
  CHECK (type IN ('ORDN', 'DSIP', 'AUTP', 'FSNC')),
  CHECK ((prescription_id IS NULL) <> (facture_id IS NULL)),
  CHECK (type NOT IN ('ORDN', 'DSIP') OR prescription_id IS NOT NULL),
  CHECK (type <> 'FSNC' OR facture_id IS NOT NULL)) {strict}

CREATE INDEX "piece_prescription_id" ON "piece" ("prescription_id")

CREATE INDEX "piece_facture_id" ON "piece" ("facture_id")

CREATE UNIQUE INDEX piece_one_ordn ON piece (prescription_id) WHERE type = 'ORDN' AND deleted IS NULL

CREATE UNIQUE INDEX piece_one_dsip ON piece (prescription_id) WHERE type = 'DSIP' AND deleted IS NULL

CREATE UNIQUE INDEX piece_one_fsnc ON piece (facture_id) WHERE type = 'FSNC' AND deleted IS NULL

CREATE TABLE "piece_version" ("id" {id},
  "piece_id" INTEGER NOT NULL,
  "number" INTEGER NOT NULL,
  "file" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "dpi" INTEGER NOT NULL,
  "legible_by" TEXT NOT NULL,
  "legible_at" TEXT,
  "generated" {bool} NOT NULL,
  "created" TEXT NOT NULL,
  FOREIGN KEY ("piece_id") REFERENCES "piece" ("id") ON DELETE RESTRICT,
  CHECK (length(sha256) = 64),
  CHECK (pages >= 1),
  CHECK (bytes >= 1)) {strict}

CREATE INDEX "piece_version_piece_id" ON "piece_version" ("piece_id")

CREATE UNIQUE INDEX "piece_version_piece_id_number" ON "piece_version" ("piece_id", "number")

CREATE TABLE "lot_piece" ("id" {id},
  "line_id" INTEGER NOT NULL,
  "rank" INTEGER NOT NULL,
  "piece_id" INTEGER NOT NULL,
  "version_id" INTEGER,
  "support" TEXT NOT NULL,
  "reference_lot" TEXT NOT NULL,
  "reference_facture" TEXT NOT NULL,
  "reference_date" TEXT,
  "reject_code" TEXT NOT NULL,
  "reject_label" TEXT NOT NULL,
  FOREIGN KEY ("line_id") REFERENCES "lot_line" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("piece_id") REFERENCES "piece" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("version_id") REFERENCES "piece_version" ("id") ON DELETE RESTRICT,
  CHECK (support IN ('numerique', 'papier', 'reference')),
  CHECK (support <> 'numerique' OR version_id IS NOT NULL),
  CHECK (support <> 'reference' OR length(reference_lot) > 0)) {strict}

CREATE INDEX "lot_piece_line_id" ON "lot_piece" ("line_id")

CREATE INDEX "lot_piece_piece_id" ON "lot_piece" ("piece_id")

CREATE INDEX "lot_piece_version_id" ON "lot_piece" ("version_id")

CREATE UNIQUE INDEX "lot_piece_line_id_rank" ON "lot_piece" ("line_id", "rank")

CREATE TABLE "medical_document" ("id" {id},
  "patient_id" INTEGER NOT NULL,
  "label" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "added" TEXT NOT NULL,
  FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT) {strict}

CREATE INDEX "medical_document_patient_id" ON "medical_document" ("patient_id")

CREATE TABLE "noemie_line" ("id" {id},
  "message_id" INTEGER,
  "facture_id" INTEGER,
  "number" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "paid" INTEGER NOT NULL,
  "date" TEXT,
  "label" TEXT NOT NULL,
  "received" TEXT NOT NULL,
  FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("facture_id") REFERENCES "facture" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('paye', 'rejete', 'differe', 'non_dit'))) {strict}

CREATE INDEX "noemie_line_message_id" ON "noemie_line" ("message_id")

CREATE INDEX "noemie_line_facture_id" ON "noemie_line" ("facture_id")

CREATE TABLE "paper_row" ("id" {id},
  "piece_id" INTEGER NOT NULL,
  "dossier_id" INTEGER NOT NULL,
  "reason" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "entered" TEXT NOT NULL,
  "posted" TEXT,
  FOREIGN KEY ("piece_id") REFERENCES "piece" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("dossier_id") REFERENCES "dossier" ("id") ON DELETE RESTRICT,
  CHECK (reason IN ('envoi_papier', 'transfert_papier', 'hors_scor')),
  CHECK (status IN ('collecte_papier', 'justificatif_papier_envoye')),
  CHECK ((status = 'justificatif_papier_envoye') = (posted IS NOT NULL))) {strict}

CREATE UNIQUE INDEX "paper_row_piece_id" ON "paper_row" ("piece_id")

CREATE INDEX "paper_row_dossier_id" ON "paper_row" ("dossier_id")

CREATE INDEX "paper_row_status" ON "paper_row" ("status")

CREATE INDEX "paper_row_status_posted" ON "paper_row" ("status", "posted")

CREATE TABLE "practice" ("id" {id},
  "name" TEXT NOT NULL,
  "demonstration" {bool} NOT NULL,
  "silence_hours" INTEGER NOT NULL,
  "scanner" TEXT NOT NULL,
  "watched_folder" TEXT NOT NULL,
  "restored" TEXT,
  "created" TEXT NOT NULL,
  CHECK (id = 1),
  CHECK (silence_hours >= 1)) {strict}

CREATE TABLE "purged_file" ("id" {id},
  "file" TEXT NOT NULL,
  "at" TEXT NOT NULL) {strict}

CREATE UNIQUE INDEX "purged_file_file" ON "purged_file" ("file")

CREATE TABLE "report" ("id" {id},
  "kind" TEXT NOT NULL,
  "begun" TEXT NOT NULL,
  "ended" TEXT NOT NULL,
  "content" TEXT NOT NULL) {strict}
