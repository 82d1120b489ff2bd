// A table with its head, the sentence that stands for an empty one, and the rest of a long one.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Row } from './live.js';

/** Head of a column: its name, its classes, and what is said where a pointer rests on it. */
export type Column = readonly [name: string, classes?: string, hint?: string];

/** A table of rows; `empty` stands in its place where there are none. */
export function Table(props: {
  columns: readonly Column[];
  rows: readonly Row[];
  empty?: string;
  children: (row: Row, index: number) => ComponentChildren;
}) {
  const { columns, rows, empty, children } = props;
  if (rows.length === 0 && empty !== undefined) return <p class="soft">{empty}</p>;
  return (
    <table>
      <thead>
        <tr>
          {columns.map(([name, classes, hint]) => (
            <th key={name} class={classes} title={hint}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{rows.map(children)}</tbody>
    </table>
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
