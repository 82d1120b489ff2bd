// Pages of what was recorded or fetched, as Arrow: the past as clients ask for it.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { arrowBytes, DuckDb, sqlText } from '../../../engine/index.js';
import {
  type HistoryPage,
  HistoryPageSchema,
  type HistoryRequest,
} from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { sqlTables } from '../../recorder/tables.js';
import { no } from '../answers.js';
import type { Answer } from '../port.js';

/** Numbers of each kind, beside `time_us`. */
const NUMBERS = {
  prints: ['price', 'size', 'bid', 'ask', 'arrival_us'],
  bars_1d: ['open', 'high', 'low', 'close', 'volume'],
  bars_1m: ['open', 'high', 'low', 'close', 'volume'],
  trades: ['price', 'size'],
  quotes: ['bid', 'ask', 'bid_size', 'ask_size'],
} as const;

const PAGE_ROWS = 10_000;
const PAGE_ROWS_MAX = 100_000;
const SYMBOLS_MAX = 1_000;

/** Where a page begins: a time, and how many of its rows were on the page before. */
interface Token {
  readonly timeUs: number;
  readonly skip: number;
}

/**
 * Least time between two questions that have the recorder make a table of what it has open: each
 * is a file. Units: milliseconds.
 */
const SEALED_MS = 10_000;

/** Answers from the tables of some folders. */
export class HistoryPart {
  readonly #folders: readonly string[];
  readonly #sealPrints: () => Promise<void>;
  #sealing: Promise<void> = Promise.resolve();
  #sealedMs = Number.NEGATIVE_INFINITY;

  /** `sealPrints` has prints recorded up to now stand in tables. */
  constructor(folders: readonly string[], sealPrints: () => Promise<void>) {
    this.#folders = folders;
    this.#sealPrints = sealPrints;
  }

  /**
   * A page; of prints with those that were recorded ten seconds ago at the latest, when it is the
   * first. Errors: `history.unknown_kind`, `history.none`, `history.bad_page`.
   */
  async page(request: HistoryRequest): Promise<Answer<HistoryPage>> {
    const kind = Object.keys(NUMBERS).find((name) => name === request.kind);
    if (kind === undefined) {
      const kinds = Object.keys(NUMBERS).join(', ');
      return no(
        'history.unknown_kind',
        `expected one of ${kinds}, was ${request.kind.slice(0, 40)}`,
      );
    }
    const size = request.pageSize || PAGE_ROWS;
    const token = tokenOf(request);
    if (token === undefined) {
      const was = request.pageToken.slice(0, 40);
      return no('history.bad_page', `expected page_token as a page before gave it, was ${was}`);
    }
    const wrong = faultOf(request);
    if (wrong !== undefined) return no('history.bad_page', wrong);
    if (kind === 'prints' && request.pageToken === '') await this.#seal();
    const files = this.#filesOf(kind, request.symbols);
    if (files.length === 0) return no('history.none', `expected ${kind} recorded or fetched`);
    // The list was made of the keys.
    const names = ['time_us', ...NUMBERS[kind as keyof typeof NUMBERS]];
    const db = await DuckDb.open();
    try {
      const rows = await db.rows(querySql({ files, names, request, token, size }));
      return { ok: true, value: await pageOf(rows, { names, token, size }) };
    } finally {
      db.close();
    }
  }

  async #seal(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#sealedMs >= SEALED_MS) {
      this.#sealedMs = nowMs;
      this.#sealing = this.#sealPrints();
    }
    await this.#sealing;
  }

  /** Fetched history lies in a folder a symbol: of named ones only those are opened. */
  #filesOf(kind: string, symbols: readonly string[]): readonly string[] {
    const wanted = new Set(symbols.map((symbol) => encodeURIComponent(symbol)));
    const files = this.#folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => sqlTables(resolve(folder))[kind]?.files ?? []);
    // A recording may lie within the data directory.
    return [...new Set(files)].filter((path) => {
      const symbol = /symbol=([^/]+)\//.exec(path)?.[1];
      return symbol === undefined || wanted.size === 0 || wanted.has(symbol);
    });
  }
}

/** What is beyond its bound in a request. */
function faultOf({ pageSize, symbols, fromUs, toUs }: HistoryRequest): string | undefined {
  if (pageSize > PAGE_ROWS_MAX) return `expected page_size up to ${PAGE_ROWS_MAX}, was ${pageSize}`;
  const count = symbols.length;
  if (count > SYMBOLS_MAX) return `expected at most ${SYMBOLS_MAX} symbols, was ${count}`;
  if (!Number.isFinite(fromUs)) return `expected from_us to be finite, was ${fromUs}`;
  if (!(Number.isFinite(toUs) && toUs >= 0)) {
    return `expected to_us from 0 (no end) in microseconds since 1970 UTC, was ${toUs}`;
  }
  return undefined;
}

function tokenOf({ pageToken, fromUs }: HistoryRequest): Token | undefined {
  if (pageToken === '') return { timeUs: fromUs, skip: 0 };
  const parts = /^(-?\d{1,17}(?:\.\d+)?)\+(\d{1,9})$/.exec(pageToken);
  return parts === null ? undefined : { timeUs: Number(parts[1]), skip: Number(parts[2]) };
}

function querySql(query: {
  readonly files: readonly string[];
  readonly names: readonly string[];
  readonly request: HistoryRequest;
  readonly token: Token;
  readonly size: number;
}): string {
  const { files, names, request, token, size } = query;
  const symbols = request.symbols.map(sqlText).join(', ');
  const end = request.toUs > 0 ? `AND time_us < ${request.toUs}` : '';
  return `SELECT symbol::VARCHAR AS symbol, source::VARCHAR AS source, ${names.join(', ')}
    FROM read_parquet([${files.map(sqlText).join(', ')}], hive_partitioning = true,
      union_by_name = true, hive_types_autocast = false)
    WHERE time_us >= ${token.timeUs} ${end}
      ${symbols === '' ? '' : `AND symbol IN (${symbols})`}
    ORDER BY time_us, symbol, source, ${names.slice(1).join(', ')}
    LIMIT ${size + 1} OFFSET ${token.skip}`;
}

async function pageOf(
  all: readonly Readonly<Record<string, unknown>>[],
  { names, token, size }: { names: readonly string[]; token: Token; size: number },
): Promise<HistoryPage> {
  const rows = all.slice(0, size);
  const numbers = names.map((name) => [name, Float64Array.from(rows, (row) => Number(row[name]))]);
  const texts = ['symbol', 'source'].map((name) => [name, rows.map((row) => String(row[name]))]);
  const arrow = await arrowBytes({
    numbers: Object.fromEntries(numbers),
    texts: Object.fromEntries(texts),
  });
  const lastUs = Number(rows.at(-1)?.['time_us'] ?? 0);
  const sameTime = rows.filter((row) => Number(row['time_us']) === lastUs).length;
  const skip = sameTime + (lastUs === token.timeUs ? token.skip : 0);
  const nextPageToken = all.length > size ? `${lastUs}+${skip}` : '';
  return create(HistoryPageSchema, { arrow, rows: rows.length, nextPageToken });
}
