/**
 * `source`: the mail at the top of an item's parents, whose original it is made of; null for a mail that came. `opens`: paths of
 * what a try with a password is to open, later of what it opened. An ordinary mail stands in neither column, nor in the index.
 */
export const sharedOriginals = `
ALTER TABLE items ADD COLUMN source TEXT;
ALTER TABLE items ADD COLUMN opens TEXT;
UPDATE items SET source = (
  WITH RECURSIVE above (id, height) AS (
    SELECT items.parent, 1
    UNION ALL SELECT older.parent, height + 1 FROM above JOIN items AS older ON older.id = above.id
      WHERE older.parent IS NOT NULL
  ) SELECT id FROM above ORDER BY height DESC LIMIT 1
) WHERE parent IS NOT NULL;
UPDATE items SET opens = (
  SELECT json_group_array(part) FROM (
    SELECT DISTINCT part FROM holds WHERE holds.item = (SELECT locked FROM password_tries WHERE password_tries.item = items.id)
      AND code = 'ENCRYPTED' AND part IS NOT NULL
      AND (state = 'held' OR decided_why = 'password-mail ' || items.password_from))
) WHERE password_from IS NOT NULL;
CREATE INDEX items_source ON items (source) WHERE source IS NOT NULL;
`;
