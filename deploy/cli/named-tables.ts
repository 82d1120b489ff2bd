// Which tables of the running system a query of `sluice sql` is about, as far as its text tells.

/** What stands before the name of a table; as a column of others a name means nothing. */
const BEFORE = 'from|join|table|summarize|pivot|unpivot';

/** What begins a question which tables there are, or what is in them; none needs a row. */
const LISTING = /^\s*(?:show|describe|desc|pragma)\b/i;

/** Where the database itself keeps which tables there are. */
const LISTS =
  /\b(?:information_schema|duckdb_(?:tables|views|columns)|sqlite_master|pg_(?:tables|views))\b/i;

/** Whether a query asks for rows of a table by its name. */
export function namesOneOf(tables: readonly string[], query: string): boolean {
  return new RegExp(`\\b(?:${BEFORE})\\s+"?(?:${tables.join('|')})\\b`, 'i').test(query);
}

/** Whether a query asks which tables there are, or what columns one has. */
export function asksForTables(query: string): boolean {
  return LISTING.test(query) || LISTS.test(query);
}
