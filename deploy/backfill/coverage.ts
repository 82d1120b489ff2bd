// Which parts of the past are there: spans of time by source, symbol and kind.

import type { Journal } from '../../engine/index.js';
import type { BarLength, RecordKind } from '../adapters/sources/record.js';

/** From a time up to another, which is not in it. Units: microseconds UTC. */
export type Span = readonly [fromUs: number, toUs: number];

/** What is covered. */
export interface CoverageKey {
  readonly source: string;
  readonly kind: RecordKind;
  readonly every: BarLength;
  readonly symbol: string;
}

const viewOf = ({ source, kind, every, symbol }: CoverageKey): string =>
  `covered/${source}/${kind}/${kind === 'bar' ? every : '-'}/${symbol}`;

/** Spans that are there, in order, apart from each other. */
export function coveredSpans(journal: Journal, key: CoverageKey): readonly Span[] {
  const bytes = journal.view(viewOf(key));
  // Only `cover` and `uncover` write this view, whole or not at all.
  return bytes === undefined ? [] : (JSON.parse(bytes.toString()) as Span[]);
}

/** Notes that a span is there. Errors: as the journal's writes. */
export function cover(journal: Journal, key: CoverageKey, span: Span): Promise<void> {
  const spans = joined([...coveredSpans(journal, key), span]);
  return journal.putView(viewOf(key), Buffer.from(JSON.stringify(spans)));
}

/** Notes that a span is there no more. Errors: as the journal's writes. */
export function uncover(journal: Journal, key: CoverageKey, span: Span): Promise<void> {
  const spans = coveredSpans(journal, key).flatMap((covered) => missing(covered, [span]));
  return journal.putView(viewOf(key), Buffer.from(JSON.stringify(spans)));
}

/** Spans in order, those that touch made one. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: [number, number][] = [];
  for (const [fromUs, toUs] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && fromUs <= last[1]) last[1] = Math.max(last[1], toUs);
    else result.push([fromUs, toUs]);
  }
  return result;
}

/** What is missing of a span. */
export function missing([fromUs, toUs]: Span, covered: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  let at = fromUs;
  for (const [from, to] of covered) {
    if (to <= at) continue;
    if (from >= toUs) break;
    if (from > at) result.push([at, from]);
    at = Math.max(at, to);
  }
  if (at < toUs) result.push([at, toUs]);
  return result;
}
