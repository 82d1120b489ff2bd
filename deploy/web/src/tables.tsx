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

/** A table of rows; `empty` stands in its place where there are none. */
export function Table(props: {
  columns: readonly Column[];
  rows: readonly Row[];
  empty?: string;
  /** Of a table whose columns say what they sort by. */
  sorting?: Sorting;
  children: (row: Row, index: number) => ComponentChildren;
}) {
  const { columns, empty, sorting, children } = props;
  const rows = sorting === undefined ? props.rows : sortedRows(props.rows, columns, sorting.sort);
  if (rows.length === 0 && empty !== undefined) return <p class="soft">{empty}</p>;
  return (
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column[0]} column={column} sorting={sorting} />
          ))}
        </tr>
      </thead>
      <tbody>{rows.map(children)}</tbody>
    </table>
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
    return turn * String(one).localeCompare(String(other));
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
