/**
 * For the console: what is held by tenant and reason, and what was done with one item, without reading everything. An
 * ordinary mail has no holds, and its entries in the record are left out of the index: it pays nothing.
 */
export const consoleIndexes = `
ALTER TABLE holds ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
UPDATE holds SET tenant = (SELECT tenant FROM items WHERE items.seq = holds.item);
CREATE INDEX holds_tenant ON holds (tenant, state);
CREATE INDEX holds_code ON holds (code, state);
CREATE INDEX audit_item ON audit (item)
  WHERE act NOT IN ('received', 'delivered', 'recipient-delivered')
    AND (act <> 'cleared' OR instr(facts, '"holds":[]') = 0);
CREATE INDEX audit_people ON audit (seq)
  WHERE actor NOT IN ('intake', 'sanitizer', 'courier');
CREATE INDEX audit_actor ON audit (actor)
  WHERE actor NOT IN ('intake', 'sanitizer', 'courier');
`;
