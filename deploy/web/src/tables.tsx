// A table with its head, the sentence that stands for an empty one, and the rest of a long one.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Row } from './live.js';

/** What a column's rows are sorted by: numbers fall, names rise. */
type SortedBy = (row: Row) => number | string;

/**
 * Head of a column: its name, its classes, what is said where a pointer rests on it, and what it
 * sorts by where it does.
 */
export type Column = readonly [name: string, classes?: string, hint?: string, by?: SortedBy];

/** How a table is sorted: by the name of a column, with a minus in front where it is turned. */
export interface Sorting {
  readonly sort: string;
  readonly choose: (sort: string) => void;
}

/** Rows of one page of a long table: so many nodes a browser draws in passing. */
const PAGE_ROWS = 100;

/** Order of names: `p2` comes before `p10`. */
const NAMES = new Intl.Collator(undefined, { numeric: true });

/** Which page of a long table is shown, from 0. */
export interface Paging {
  readonly page: number;
  readonly turn: (page: number) => void;
}

/** A table of rows; `empty` stands in its place where there are none. */
export function Table(props: {
  columns: readonly Column[];
  rows: readonly Row[];
  empty?: string;
  /** Of a table whose columns say what they sort by. */
  sorting?: Sorting;
  /** Of a table that may be long: it shows a page. */
  paging?: Paging;
  children: (row: Row, index: number) => ComponentChildren;
}) {
  const { columns, empty, sorting, paging, children } = props;
  const rows = sorting === undefined ? props.rows : sortedRows(props.rows, columns, sorting.sort);
  if (rows.length === 0 && empty !== undefined) return <p class="soft">{empty}</p>;
  const from = paging === undefined ? 0 : firstOf(paging.page, rows.length);
  const shown = paging === undefined ? rows : rows.slice(from, from + PAGE_ROWS);
  const table = (
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column[0]} column={column} sorting={sorting} />
          ))}
        </tr>
      </thead>
      <tbody>{shown.map(children)}</tbody>
    </table>
  );
  if (shown.length === rows.length || paging === undefined) return table;
  return (
    <>
      {table}
      <Pager from={from} shown={shown.length} of={rows.length} paging={paging} />
    </>
  );
}

/** First row of a page; of one that the rows no longer reach, that of their last page. */
function firstOf(page: number, length: number): number {
  const last = Math.max(0, Math.ceil(length / PAGE_ROWS) - 1);
  return Math.min(page, last) * PAGE_ROWS;
}

/** Which rows of how many are shown, and the way to those before and behind them. */
function Pager(props: { from: number; shown: number; of: number; paging: Paging }) {
  const { from, shown, of, paging } = props;
  const page = from / PAGE_ROWS;
  return (
    <p class="tools">
      <button type="button" disabled={page === 0} onClick={() => paging.turn(page - 1)}>
        Previous
      </button>
      <button type="button" disabled={from + shown === of} onClick={() => paging.turn(page + 1)}>
        Next
      </button>
      <span class="soft" role="status">
        {from + 1} to {from + shown} of {of}
      </span>
    </p>
  );
}

function sortedRows(
  rows: readonly Row[],
  columns: readonly Column[],
  sort: string,
): readonly Row[] {
  const by = columns.find(([name]) => name === sort.replace(/^-/, ''))?.[3];
  if (by === undefined) return rows;
  const turn = sort.startsWith('-') ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [by(a), by(b)];
    if (typeof one === 'number' && typeof other === 'number') return turn * (other - one);
    return turn * NAMES.compare(String(one), String(other));
  });
}

/** A head; a click sorts by its column, another turns the order, a third takes it back. */
function Head({ column, sorting }: { column: Column; sorting: Sorting | undefined }) {
  const [name, classes, hint, by] = column;
  if (by === undefined || sorting === undefined) {
    return (
      <th class={classes} title={hint}>
        {name}
      </th>
    );
  }
  const { sort, choose } = sorting;
  const next = sort === name ? `-${name}` : sort === `-${name}` ? '' : name;
  const isNumber = /\bn\b/.test(classes ?? '');
  const order = sort === name ? (isNumber ? 'descending' : 'ascending') : undefined;
  const turned = sort === `-${name}` ? (isNumber ? 'ascending' : 'descending') : undefined;
  return (
    <SortHead
      name={name}
      classes={classes ?? ''}
      hint={hint ?? ''}
      order={order ?? turned ?? 'none'}
      click={() => choose(next)}
    />
  );
}

/** A head that sorts, with the mark of its order. */
export function SortHead(props: {
  name: string;
  classes: string;
  hint?: string;
  order: 'none' | 'ascending' | 'descending';
  click: () => void;
}) {
  const { name, classes, hint = '', order, click } = props;
  const mark = order === 'none' ? '' : order === 'ascending' ? ' ▲' : ' ▼';
  return (
    <th class={classes} title={hint} aria-sort={order}>
      <button type="button" class="plain head" onClick={click}>
        {name}
        <i aria-hidden="true">{mark}</i>
      </button>
    </th>
  );
}

/** The first rows of a long list, and the button that shows the others. */
export function useFirst(rows: readonly Row[], countMax: number) {
  const [isAll, showAll] = useState(false);
  const shown = isAll ? rows : rows.slice(0, countMax);
  const rest =
    shown.length === rows.length ? null : (
      <p>
        <button type="button" onClick={() => showAll(true)}>
          Show {rows.length - shown.length} more
        </button>
      </p>
    );
  return { shown, rest };
}
