CREATE VIRTUAL TABLE patient_search USING fts5(folded, content = 'patient', content_rowid = 'id', tokenize = 'trigram case_sensitive 1')

CREATE TRIGGER patient_is_found AFTER INSERT ON patient
BEGIN
  INSERT INTO patient_search (rowid, folded) VALUES (NEW.id, NEW.folded);
END

CREATE TRIGGER patient_is_found_by_new_name AFTER UPDATE OF folded ON patient
BEGIN
  INSERT INTO patient_search (patient_search, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);
  INSERT INTO patient_search (rowid, folded) VALUES (NEW.id, NEW.folded);
END

CREATE TRIGGER patient_is_found_no_more AFTER DELETE ON patient
BEGIN
  INSERT INTO patient_search (patient_search, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);
END

CREATE VIRTUAL TABLE facture_search USING fts5(number, content = 'facture', content_rowid = 'id', tokenize = 'trigram case_sensitive 1')

CREATE TRIGGER facture_is_found AFTER INSERT ON facture
BEGIN
  INSERT INTO facture_search (rowid, number) VALUES (NEW.id, NEW.number);
END

CREATE TRIGGER facture_is_found_by_new_number AFTER UPDATE OF number ON facture
BEGIN
  INSERT INTO facture_search (facture_search, rowid, number) VALUES ('delete', OLD.id, OLD.number);
  INSERT INTO facture_search (rowid, number) VALUES (NEW.id, NEW.number);
END

CREATE TRIGGER facture_is_found_no_more AFTER DELETE ON facture
BEGIN
  INSERT INTO facture_search (facture_search, rowid, number) VALUES ('delete', OLD.id, OLD.number);
END
