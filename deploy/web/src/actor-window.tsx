// A window on a long list that the server holds: rows near what is shown are there, no others.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useJson, useSettled } from './fetch.js';
import type { Row } from './live.js';
import { list, number } from './parts.jsx';

/** Time between two looks at the rows shown. Units: milliseconds. */
const LOOK_MS = 1_000;

/** Scrolling is over for the server when it has rested so long. Units: milliseconds. */
const SETTLE_MS = 60;

/** Rows asked for begin at a multiple of this, so that small steps ask for nothing new. */
const STEP = 20;

/** Rows drawn beyond both edges, and the scrolled rows after which others are drawn. */
const BEYOND = 12;
const DRAW_STEP = 4;

/** Rows that are remembered; those far from what is shown go first. */
const KEPT_MAX = 600;

/** Heights of a row, as the style has them. Units: pixels. */
const ROW_HEIGHT = 30;
const ROW_HEIGHT_NARROW = 42;

/** What is known of a list. */
interface Listed {
  readonly total: number;
  readonly problem: string | undefined;
  /** Whether the server has answered at all. */
  readonly isKnown: boolean;
  rowAt(index: number): Row | undefined;
}

/** Asks for the rows around `first`, anew every second; `query` says which list, in which order. */
function useRows(query: string, first: number, count: number, tick: unknown): Listed {
  const asked = useSettled(Math.max(0, Math.floor((first - count) / STEP) * STEP), SETTLE_MS);
  const limit = Math.ceil((3 * count) / STEP) * STEP + STEP;
  const path = `actors?${query}&limit=${limit}&offset=${asked}`;
  const { value, problem } = useJson(path, LOOK_MS, tick);
  const kept = useRef({ query, total: 0, isKnown: false, rows: new Map<number, Row>() });
  if (kept.current.query !== query) {
    // Until the other list is there, the old one's length keeps the page from jumping.
    kept.current = { query, total: kept.current.total, isKnown: false, rows: new Map() };
  }
  const { rows } = kept.current;
  if (value !== undefined) {
    kept.current.total = number(value['total']);
    kept.current.isKnown = true;
    const got = list(value['actors']);
    for (let at = 0; at < got.length; at++) rows.set(asked + at, got[at]!);
    for (const index of rows.keys()) {
      if (index >= kept.current.total) rows.delete(index);
      else if (rows.size > KEPT_MAX && Math.abs(index - first) > KEPT_MAX / 2) rows.delete(index);
    }
  }
  const { total, isKnown } = kept.current;
  return { total, isKnown, problem, rowAt: (index) => rows.get(index) };
}

/** What draws a window. */
export interface WindowProps {
  /** Which list, in which order, as parameters of `actors`. */
  readonly query: string;
  /** Asks anew at once when it changes. */
  readonly tick: unknown;
  readonly head: ComponentChildren;
  readonly row: (row: Row, index: number) => ComponentChildren;
  /** Told whenever the length of the list is known anew. */
  readonly counted: (total: number) => void;
  /** What stands in the place of a list without rows. */
  readonly empty: string;
}

/** The window: scrolls by itself, with the head standing still. */
export function ActorWindow(props: WindowProps) {
  const { query, tick, counted } = props;
  const host = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ first: 0, count: 20, height: ROW_HEIGHT });
  const { first, count, height } = place;
  const { total, isKnown, problem, rowAt } = useRows(query, first, count, tick);
  const measure = (): void => {
    const box = host.current;
    if (box === null) return;
    const isNarrow = matchMedia('(max-width: 740px)').matches;
    const rowHeight = isNarrow ? ROW_HEIGHT_NARROW : ROW_HEIGHT;
    const next = {
      first: Math.floor(box.scrollTop / rowHeight / DRAW_STEP) * DRAW_STEP,
      count: Math.ceil(innerHeight / rowHeight),
      height: rowHeight,
    };
    setPlace((now) => (same(now, next) ? now : next));
  };
  useEffect(() => {
    addEventListener('resize', measure);
    measure();
    return () => removeEventListener('resize', measure);
  }, []);
  // Another list begins at its begin.
  useLayoutEffect(() => host.current?.scrollTo(0, 0), [query]);
  useEffect(() => counted(total), [total]);
  const from = Math.max(0, Math.min(first, total - 1) - BEYOND);
  const to = Math.min(total, first + count + BEYOND);
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  const draw = useDrawn(props.row);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="window" ref={host} onScroll={measure} tabIndex={0} aria-label="actors">
        <table class="actors" aria-rowcount={total + 1} aria-busy={!isKnown}>
          {props.head}
          <tbody>
            <Gap rows={from} height={height} />
            {indices.map((index) => {
              const row = rowAt(index);
              return row === undefined ? (
                <tr key={`waits ${index}`} class="waits" aria-rowindex={index + 2}>
                  <td>…</td>
                </tr>
              ) : (
                draw(row, index)
              );
            })}
            <Gap rows={total - to} height={height} />
          </tbody>
        </table>
      </section>
      {isKnown && total === 0 ? <p class="soft">{props.empty}</p> : null}
      {problem === undefined ? null : <p class="bad">{problem}</p>}
    </>
  );
}

/** Draws rows; one that has not changed since it was drawn is taken as it was. */
function useDrawn(drawRow: WindowProps['row']): WindowProps['row'] {
  const drawn = useRef(new Map<number, { readonly row: Row; readonly node: ComponentChildren }>());
  return (row, index) => {
    const before = drawn.current.get(index);
    if (before?.row === row) return before.node;
    const node = drawRow(row, index);
    if (drawn.current.size > KEPT_MAX) drawn.current.clear();
    drawn.current.set(index, { row, node });
    return node;
  };
}

type Place = Readonly<Record<'first' | 'count' | 'height', number>>;

function same(a: Place, b: Place): boolean {
  return a.first === b.first && a.count === b.count && a.height === b.height;
}

/** Room for rows that are not drawn. */
function Gap(props: { rows: number; height: number }) {
  if (props.rows <= 0) return null;
  return (
    <tr class="gap">
      {/* Without a span: hidden columns would be given room again. */}
      <td style={{ height: `${props.rows * props.height}px` }} />
    </tr>
  );
}
