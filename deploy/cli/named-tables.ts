// Which tables of the running system a query of `sluice sql` is about.

import { tablesIn } from '../../engine/index.js';

/**
 * What stands before a table: the engine's parser names none of a query with functions that it is
 * yet to be given, nor of a PIVOT.
 */
const BEFORE = /\b(?:from|join|table|summarize|pivot|unpivot)\s+"?(\w+)/gi;

/** What begins a question which tables there are, or what is in them; none needs a row. */
const LISTING = /^\s*(?:show|describe|desc|pragma)\b/i;

/** Where the database itself keeps which tables there are. */
const LISTS =
  /\b(?:information_schema|duckdb_(?:tables|views|columns)|sqlite_master|pg_(?:tables|views))\b/i;

/** What a query is about. */
export interface NamedTables {
  /** Tables that it asks for rows of, in small letters. */
  readonly names: ReadonlySet<string>;
  /** Whether it asks which tables there are, or what columns one has. */
  readonly isListing: boolean;
}

/** Reads a query. */
export async function namedTables(query: string): Promise<NamedTables> {
  const isListing = LISTING.test(query);
  const behind = [...query.matchAll(BEFORE)].map(([, name]) => name!);
  const names = isListing ? [] : [...(await tablesIn(query)), ...behind];
  return {
    names: new Set(names.map((name) => name.toLowerCase())),
    isListing: isListing || LISTS.test(query),
  };
}
