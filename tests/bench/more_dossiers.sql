-- As many more dossiers as the table n has numbers: one in fifty to send, the others archived and posted, twenty a lot.
INSERT INTO patient SELECT 1000000 + i, 'B' || i, 'NOM' || (i % 997), 'Essai', '1970-01-01', '', '',
  (SELECT min(id) FROM caisse), '', '', '', 0, 'nom' || (i % 997) || ' essai' FROM n;
INSERT INTO prescription SELECT 1000000 + i, 'BP' || i, 1000000 + i, (SELECT min(id) FROM practitioner),
  (SELECT min(id) FROM prescriber), date('2026-11-21', '-' || (i % 700) || ' day'), NULL, NULL, 0, '' FROM n;
INSERT INTO facture SELECT 1000000 + i, printf('%09d', 900000000 + i), 1000000 + i, 1000000 + i,
  (SELECT min(id) FROM practitioner), NULL, (SELECT min(id) FROM caisse),
  (SELECT min(id) FROM lot_fse WHERE sent IS NOT NULL AND flux = 'FSE'), '2026-11-20', 0, 'FSE',
  4000, 4000, 0, 0, '+', '2026-11-20T08:00:00Z', NULL FROM n;
INSERT INTO piece SELECT 1000000 + i, 'ORDN', 1000000 + i, NULL, 'Ordonnance', '', 0, '2026-11-20T08:00:00Z', NULL
  FROM n;
INSERT INTO piece_version SELECT 1000000 + i, 1000000 + i, 1, '', printf('%064d', i), 9000, 1, 300, 'x',
  '2026-11-20T08:00:00Z', 0, '2026-11-20T08:00:00Z' FROM n;
INSERT INTO lot_scor SELECT DISTINCT 1000000 + i / 20, 'b' || (i / 20), printf('%06d', 900000 + i / 20),
  (SELECT min(id) FROM practitioner), (SELECT min(id) FROM caisse), 'acquitte', '2026-11-20T08:00:00Z',
  '', '', '', '', NULL, 0 FROM n;
INSERT INTO lot_dossiers SELECT DISTINCT 1000000 + i / 20, 1000000 + i / 20, (SELECT min(id) FROM lot_fse) FROM n;
INSERT INTO dossier SELECT 1000000 + i, 1000000 + i, 'archive', 1, '2026-11-20T08:00:00Z', 0, NULL, 0, 0, '+', 'auto',
  0, 0, '', '', '', 1000000 + i / 20 FROM n WHERE i % 50;
INSERT INTO dossier SELECT 1000000 + i, 1000000 + i, 'a_transmettre', 0, NULL, 0, NULL, 0, 0, NULL, 'auto',
  0, 0, '', '', '', NULL FROM n WHERE NOT i % 50;
INSERT INTO lot_line SELECT 1000000 + i, 1000000 + i / 20, 1000000 + i / 20, 1000000 + i, '+', '2026-11-20T08:00:00Z',
  '' FROM n WHERE i % 50;
INSERT INTO lot_piece SELECT 1000000 + i, 1000000 + i, 1, 1000000 + i, 1000000 + i, 'numerique', '', '', NULL, '', ''
  FROM n WHERE i % 50;
INSERT INTO paper_row SELECT 1000000 + i, 1000000 + i, 1000000 + i, 'transfert_papier', 'justificatif_papier_envoye',
  '2026-11-20T08:00:00Z', '2026-11-20' FROM n WHERE i % 50;
