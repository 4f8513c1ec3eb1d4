/**
 * How many mails an exception applied to, and when it did last; those of before are counted from the record, once. Also a
 * mark: a program before this one would take the gaps of decision 053 for damage.
 */
export const exceptionUses = `
ALTER TABLE exceptions ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exceptions ADD COLUMN used_at INTEGER;
UPDATE exceptions SET uses = used.mails, used_at = used.at FROM
  (SELECT json_extract(facts, '$.exception') AS id, count(DISTINCT item) AS mails, max(at) AS at FROM audit
   WHERE act = 'exception-used' AND EXISTS (SELECT 1 FROM exceptions) GROUP BY 1) AS used
  WHERE used.id = exceptions.id;
`;
