import type { ReactNode } from "react";

export interface Column<Row> {
  readonly name: string;
  /** Shown in its head instead of the name. */
  readonly head?: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "right";
  /** Never broken into lines. */
  readonly tight?: boolean;
  /** The cell that names the row. */
  readonly isHead?: boolean;
}

/** Rows under columns; where it is narrow, each row becomes a card whose cells say their column. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  small = false,
}: {
  /** Read out, not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Of few and short columns: stays a table where it is narrow. */
  readonly small?: boolean;
}) {
  return (
    <div className="table-frame">
      <table className={small ? "table-small" : "table"}>
        <caption className="only-read">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, head, align }) => (
              <th key={name} scope="col" className={align}>
                {head ?? name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <Cell key={column.name} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({
  column: { name, cell, align, tight = false, isHead = false },
  row,
}: {
  readonly column: Column<Row>;
  readonly row: Row;
}) {
  const classes = `${align ?? ""}${tight ? " tight" : ""}`.trim();
  const told = { className: classes, "data-column": name };
  return isHead ? (
    <th scope="row" {...told}>
      {cell(row)}
    </th>
  ) : (
    <td {...told}>{cell(row)}</td>
  );
}

/** Names and values of one thing. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
