// LOBSTER's files of NASDAQ's messages and books: executions as trades, level one as quotes.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../../engine/index.js';
import { no } from '../../../app/answers.js';
import type { Answer } from '../../../app/port.js';
import { lobsterDepth, lobsterLines } from '../../books/lobster-files.js';
import { PAST_ALONE } from '../capabilities.js';
import { sifted, unsupportedOf } from '../history-client.js';
import type { HistoryPage, HistoryRequest, MarketDataSource } from '../source.js';
import { newYorkUs } from '../vendors/new-york.js';
import { type Span, SpanReader } from './lobster-span.js';

const DAY_MS = 86_400_000;

/** What the name of a file says: symbol, day, milliseconds after New York's midnight, depth. */
const NAME =
  /^([A-Z0-9.]+)_(\d{4}-\d\d-\d\d)_(\d+)_(\d+)_(?:message|orderbook)(_\d+\.csv(?:\.gz)?)$/;

/**
 * Trades are executions, visible and hidden, and crosses, marked `buy` or `sell` by who took,
 * `hidden`, `cross`; quotes are level one where a message has changed it. Records of several depths
 * are those of the least deep file. A pair of files that is not sound is refused with its line.
 * Source: LOBSTER, "Output structure" and "File naming".
 */
export function lobsterSource(folder: string): MarketDataSource {
  const source = {
    name: 'lobster',
    capabilities: {
      ...PAST_ALONE,
      history: ['trade', 'quote'],
      bars: [],
      timeStepUs: 1,
    },
  } as const satisfies Partial<MarketDataSource>;
  return {
    ...source,
    async *history(request) {
      const unsupported = unsupportedOf(source, request);
      if (unsupported === undefined) yield* pagesOf(folder, request);
      else yield unsupported;
    },
  };
}

async function* pagesOf(
  folder: string,
  request: HistoryRequest,
): AsyncGenerator<Answer<HistoryPage>, void> {
  try {
    const spans = spansOf(folder, request.symbol);
    if (spans.length === 0) {
      const expected = `expected files such as ${request.symbol}_2012-06-21_34200000_57600000`;
      yield no('source.unknown_symbol', `lobster: ${expected}_message_1.csv in ${folder}`);
    }
    for (const span of spans) {
      if (span.endUs < request.fromUs || span.startUs >= request.toUs) continue;
      const reader = new SpanReader(span, request);
      for await (const lines of lobsterLines(span.path)) {
        yield { ok: true, value: sifted(reader.recordsOf(lines), request) };
      }
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    yield no('source.unreadable', `lobster: ${error.message}`);
  }
}

/** Spans of a symbol in the order of time. Errors: `data.missing_file`, `data.wrong_columns`. */
function spansOf(folder: string, symbol: string): readonly Span[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('data.missing_file', `expected a folder ${folder}`);
  }
  const all = readdirSync(folder).flatMap((file) => spanOf(folder, file, symbol) ?? []);
  all.sort(
    (a, b) =>
      a.startUs - b.startUs ||
      a.endUs - b.endUs ||
      lobsterDepth(a.path) - lobsterDepth(b.path) ||
      a.path.length - b.path.length,
  );
  const spans: Span[] = [];
  for (const span of all) {
    const before = spans.at(-1);
    if (before === undefined || before.endUs <= span.startUs) spans.push(span);
    else if (before.startUs !== span.startUs || before.endUs !== span.endUs) {
      const text = `expected ${span.path} to begin where ${before.path} ends, was within it`;
      throw new Fault('data.wrong_columns', text);
    }
  }
  return spans;
}

/** The span of a file; undefined where it is none of the symbol's. Errors: `data.wrong_columns`. */
function spanOf(folder: string, file: string, symbol: string): Span | undefined {
  const [, of, date = '', from, to, end] = NAME.exec(file) ?? [];
  if (of !== symbol) return undefined;
  const midnightUs = newYorkUs(date);
  const [fromMs, toMs] = [Number(from), Number(to)];
  if (!(midnightUs > 0 && fromMs < toMs && toMs <= DAY_MS)) {
    const text = `expected a part of a day in a file's name, was ${join(folder, file)}`;
    throw new Fault('data.wrong_columns', text);
  }
  return {
    // Of either file, so that one without its partner is told.
    path: join(folder, `${of}_${date}_${from}_${to}_message${end}`),
    midnightUs,
    startUs: midnightUs + fromMs * 1000,
    endUs: midnightUs + toMs * 1000,
  };
}
