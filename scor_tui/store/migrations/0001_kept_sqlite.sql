CREATE VIEW dossier_place AS
SELECT id, CASE WHEN stands THEN date END AS day, CASE WHEN stands THEN number END AS number
FROM (
  SELECT dossier.id, facture.date, facture.number,
    facture.flux = 'FSE' AND facture.date >= practitioner.scor_start AND (
      dossier.status IN ('a_retransmettre', 'a_reconstituer', 'en_cours') OR (
        dossier.status = 'a_transmettre' AND lot_fse.sent IS NOT NULL
        AND (facture.degraded OR facture.arl_sign = '+' OR facture.noemie_paid IS NOT NULL))) AS stands
  FROM dossier JOIN facture ON facture.id = dossier.facture_id
  JOIN practitioner ON practitioner.id = facture.practitioner_id
  LEFT JOIN lot_fse ON lot_fse.id = facture.lot_fse_id)

CREATE TRIGGER dossier_finds_its_place AFTER INSERT ON dossier
BEGIN
  UPDATE dossier SET (listed_day, listed_number) = (SELECT day, number FROM dossier_place WHERE id = NEW.id)
  WHERE id = NEW.id;
END

CREATE TRIGGER dossier_keeps_its_place AFTER UPDATE OF status, facture_id, listed_day, listed_number ON dossier
BEGIN
  UPDATE dossier SET (listed_day, listed_number) = (SELECT day, number FROM dossier_place WHERE id = NEW.id)
  WHERE id = NEW.id AND (listed_day, listed_number) IS NOT (SELECT day, number FROM dossier_place WHERE id = NEW.id);
END

CREATE TRIGGER facture_places_its_dossier
AFTER UPDATE OF number, date, flux, degraded, arl_sign, noemie_paid, lot_fse_id, practitioner_id ON facture
BEGIN
  UPDATE dossier SET (listed_day, listed_number) = (SELECT day, number FROM dossier_place WHERE id = dossier.id)
  WHERE facture_id = NEW.id;
END

CREATE TRIGGER fse_lot_places_its_dossiers AFTER UPDATE OF sent ON lot_fse
BEGIN
  UPDATE dossier SET (listed_day, listed_number) = (SELECT day, number FROM dossier_place WHERE id = dossier.id)
  WHERE facture_id IN (SELECT id FROM facture WHERE lot_fse_id = NEW.id);
END

CREATE TRIGGER start_places_the_dossiers AFTER UPDATE OF scor_start ON practitioner
BEGIN
  UPDATE dossier SET (listed_day, listed_number) = (SELECT day, number FROM dossier_place WHERE id = dossier.id)
  WHERE facture_id IN (SELECT id FROM facture WHERE practitioner_id = NEW.id);
END

CREATE TRIGGER patient_is_new_no_more AFTER INSERT ON prescription
BEGIN
  UPDATE patient SET is_new = 0 WHERE id = NEW.patient_id AND is_new;
END

CREATE TRIGGER patient_is_new_or_not AFTER UPDATE OF patient_id ON prescription
BEGIN
  UPDATE patient SET is_new = NOT EXISTS (SELECT 1 FROM prescription WHERE patient_id = patient.id)
  WHERE id IN (OLD.patient_id, NEW.patient_id);
END

CREATE TRIGGER patient_is_new_again AFTER DELETE ON prescription
BEGIN
  UPDATE patient SET is_new = NOT EXISTS (SELECT 1 FROM prescription WHERE patient_id = OLD.patient_id)
  WHERE id = OLD.patient_id;
END
