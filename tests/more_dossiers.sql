-- As many more dossiers as the table n has numbers: one in fifty to send (half of them without a piece), others sent and
-- silent, to be treated by hand, to be posted, with an alert; most are archived and posted. Twenty a lot.
INSERT INTO patient SELECT 1000000 + i, 'B' || i, 'NOM' || (i * 7919 % 1000003), 'Essai', '1970-01-01', '', '',
  (SELECT min(id) FROM caisse), '', '', '', 0, 'nom' || (i * 7919 % 1000003) || ' essai', 1 FROM n;
INSERT INTO prescription SELECT 1000000 + i, 'BP' || i, 1000000 + i, (SELECT min(id) FROM practitioner),
  (SELECT min(id) FROM prescriber), date('2026-11-21', '-' || (i % 700) || ' day'), NULL,
  CASE WHEN i % 20 THEN date('2026-11-20', '-' || (i % 600) || ' day') END, 0, '' FROM n WHERE i % 100 <> 7;
INSERT INTO facture SELECT 1000000 + i, printf('%09d', 900000000 + i * 611 % 99999989), 1000000 + i,
  CASE WHEN i % 100 <> 7 THEN 1000000 + i END,
  (SELECT min(id) FROM practitioner), NULL, (SELECT min(id) FROM caisse),
  (SELECT min(id) FROM lot_fse WHERE sent IS NOT NULL AND flux = 'FSE'), date('2026-11-20', '-' || (i % 15) || ' day'),
  0, 'FSE', 4000, 4000, 0, 0, '+', '2026-11-20T08:00:00Z', NULL FROM n;
INSERT INTO piece SELECT 1000000 + i, 'ORDN', 1000000 + i, NULL, 'Ordonnance', '', 0, '2026-11-20T08:00:00Z', NULL
  FROM n WHERE i % 100 NOT IN (0, 7);
INSERT INTO piece_version SELECT 1000000 + i, 1000000 + i, 1, '', printf('%064d', i), 9000, 1, 300, 'x',
  '2026-11-20T08:00:00Z', 0, '2026-11-20T08:00:00Z' FROM n WHERE i % 100 NOT IN (0, 7);
INSERT INTO lot_scor SELECT DISTINCT 1000000 + i / 20, 'b' || (i / 20), printf('%06d', 900000 + i / 20),
  (SELECT min(id) FROM practitioner), (SELECT min(id) FROM caisse), 'acquitte', '2026-11-20T08:00:00Z',
  '', '', '', '', NULL, 0 FROM n;
INSERT INTO lot_dossiers SELECT DISTINCT 1000000 + i / 20, 1000000 + i / 20, (SELECT min(id) FROM lot_fse) FROM n;
INSERT INTO dossier (id, facture_id, status, essais, handed_over, uncertain, hors_scor, posted, verdict, tick,
  attach_again, whole_rejected, reject_label, not_sent_reason, alert, lot_id)
SELECT 1000000 + i, 1000000 + i,
  CASE WHEN NOT i % 50 THEN 'a_transmettre' WHEN i % 200 = 1 THEN 'a_traiter_manuellement'
    WHEN i % 200 = 3 THEN 'transmis' WHEN i % 200 = 5 THEN 'collecte_papier' ELSE 'archive' END,
  CASE WHEN i % 50 THEN 1 ELSE 0 END, CASE WHEN i % 50 THEN '2026-11-20T08:00:00Z' END, 0, 0, 0,
  CASE WHEN i % 50 AND i % 200 NOT IN (1, 3, 5) THEN '+' END, 'auto', 0, 0, '', '',
  CASE WHEN i % 250 = 9 THEN 'ARL tardif' ELSE '' END, CASE WHEN i % 50 THEN 1000000 + i / 20 END FROM n;
INSERT INTO lot_line SELECT 1000000 + i, 1000000 + i / 20, 1000000 + i / 20, 1000000 + i,
  CASE WHEN i % 200 NOT IN (1, 3, 5) THEN '+' END, '2026-11-20T08:00:00Z', '' FROM n WHERE i % 50;
INSERT INTO lot_piece SELECT 1000000 + i, 1000000 + i, 1, 1000000 + i, 1000000 + i, 'numerique', '', '', NULL, '', ''
  FROM n WHERE i % 50 AND i % 100 <> 7;
INSERT INTO paper_row SELECT 1000000 + i, 1000000 + i, 1000000 + i, 'transfert_papier',
  CASE WHEN i % 200 = 5 THEN 'collecte_papier' ELSE 'justificatif_papier_envoye' END, '2026-11-20T08:00:00Z',
  CASE WHEN i % 200 <> 5 THEN date('2026-11-20', '-' || (i % 300) || ' day') END FROM n WHERE i % 50 AND i % 100 <> 7;
