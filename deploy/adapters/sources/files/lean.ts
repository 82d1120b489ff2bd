// LEAN's data folder of US stocks: zipped CSV by resolution, symbol and day.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { no } from '../../../app/answers.js';
import type { Answer } from '../../../app/port.js';
import { PAST_ALONE } from '../capabilities.js';
import { numberOf } from '../dialect.js';
import { sifted } from '../history-client.js';
import type { MarketRecord } from '../record.js';
import type { HistoryPage, HistoryRequest, MarketDataSource } from '../source.js';
import { newYorkText, newYorkUs } from '../vendors/new-york.js';
import { unzip } from './zip.js';

/**
 * Longest zip file and what it may grow to: a day of a busy symbol's quotes, as one text, which can
 * have no more than 512 MiB. Units: bytes.
 */
const FILE_BYTES_MAX = 256 * 1024 * 1024;
/** See `FILE_BYTES_MAX`. */
export const TEXT_BYTES_MAX = 500 * 1024 * 1024;

/** Records of a page. */
const PAGE_ROWS = 100_000;

/** Prices stand in ten-thousandths of a dollar. */
const SCALE = 10_000;

const DAY_US = 86_400_000_000;

/** Days of one request: thirty years. */
const DAYS_MAX = 11_000;

/**
 * Trades and quotes from `tick`, bars from `minute` and `daily`.
 * Source: github.com/QuantConnect/Lean, Data/equity/readme.md.
 */
export function leanSource(folder: string): MarketDataSource {
  return {
    name: 'lean',
    capabilities: {
      ...PAST_ALONE,
      timeStepUs: 1_000,
    },
    history: (request) => history(folder, request),
  };
}

async function* history(
  folder: string,
  request: HistoryRequest,
): AsyncGenerator<Answer<HistoryPage>, void> {
  const { kind, every, fromUs, toUs } = request;
  const name = request.symbol.toLowerCase();
  if (!/^[a-z0-9.]{1,16}$/.test(name)) {
    yield no('source.unknown_symbol', `lean: expected a symbol such as SPY`);
    return;
  }
  const root = join(folder, 'equity', 'usa');
  if (kind === 'bar' && every === '1d') {
    yield* pagesOf(join(root, 'daily', `${name}.zip`), request, (row) => dailyOf(row, request));
    return;
  }
  const resolution = kind === 'bar' ? 'minute' : 'tick';
  const side = kind === 'quote' ? 'quote' : 'trade';
  if (!existsSync(join(root, resolution, name))) {
    yield no('source.unknown_symbol', `lean: expected a folder of ${name} under ${resolution}`);
    return;
  }
  let dayUs = newYorkUs(newYorkText(fromUs).slice(0, 10));
  for (let day = 0; day < DAYS_MAX && dayUs < toUs; day++) {
    const date = newYorkText(dayUs).slice(0, 10);
    const path = join(root, resolution, name, `${date.replaceAll('-', '')}_${side}.zip`);
    const startUs = dayUs;
    if (existsSync(path)) yield* pagesOf(path, request, (row) => recordOf(row, startUs, request));
    // A day has 23 to 25 hours: midday of the next one is in it for certain.
    dayUs = newYorkUs(newYorkText(dayUs + 1.5 * DAY_US).slice(0, 10));
  }
}

function* pagesOf(
  path: string,
  request: HistoryRequest,
  read: (row: readonly string[]) => MarketRecord,
): Generator<Answer<HistoryPage>, void> {
  if (!existsSync(path)) {
    yield no('source.unknown_symbol', `lean: expected a file ${path}`);
    return;
  }
  const isSmall = statSync(path).size <= FILE_BYTES_MAX;
  const entries = isSmall ? unzip(readFileSync(path), TEXT_BYTES_MAX) : [];
  const text = entries?.length === 1 ? entries[0]!.text : undefined;
  if (text === undefined) {
    const megabytes = TEXT_BYTES_MAX / 1024 / 1024;
    const expected = `expected ${path} to be a sound zip of one table of at most ${megabytes} MiB`;
    yield no('source.unreadable', `lean: ${expected}; fetch it anew`);
    return;
  }
  let records: MarketRecord[] = [];
  for (const record of readRows(text, read)) {
    records.push(record);
    if (records.length < PAGE_ROWS) continue;
    yield { ok: true, value: sifted(records, request) };
    records = [];
  }
  yield { ok: true, value: sifted(records, request) };
}

/** Rows of a file, each read by its own rule, one after the other. */
export function* readRows(
  text: string,
  read: (row: readonly string[]) => MarketRecord,
): Generator<MarketRecord, void> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line !== '') yield read(line.split(','));
  }
}

const scaled = (text: string | undefined): number => numberOf(text) / SCALE;

/** Reads a row of a day's file: its time counts from New York's midnight. */
export function recordOf(
  row: readonly string[],
  dayUs: number,
  { kind, symbol }: Pick<HistoryRequest, 'kind' | 'symbol'>,
): MarketRecord {
  const timeUs = dayUs + numberOf(row[0]) * 1000;
  const sequence = Number.NaN;
  switch (kind) {
    case 'trade': {
      const [price, size] = [scaled(row[1]), numberOf(row[2])];
      const conditions = row[4] ?? '';
      return { kind, symbol, timeUs, price, size, id: '', sequence, conditions };
    }
    case 'quote': {
      const [bid, bidSize, ask, askSize] = [row[1], row[2], row[3], row[4]].map(numberOf);
      return {
        kind,
        symbol,
        timeUs,
        bid: bid! / SCALE,
        ask: ask! / SCALE,
        bidSize: bidSize!,
        askSize: askSize!,
        sequence,
      };
    }
    case 'bar':
      return { kind, symbol, every: '1m', timeUs, ...rangeOf(row) };
  }
}

function dailyOf(row: readonly string[], { symbol }: HistoryRequest): MarketRecord {
  const parts = /^(\d{4})(\d\d)(\d\d) /.exec(row[0] ?? '');
  const timeUs = parts === null ? Number.NaN : newYorkUs(`${parts[1]}-${parts[2]}-${parts[3]}`);
  return { kind: 'bar', symbol, every: '1d', timeUs, ...rangeOf(row) };
}

function rangeOf(row: readonly string[]) {
  const [open, high, low, close] = [scaled(row[1]), scaled(row[2]), scaled(row[3]), scaled(row[4])];
  return { open, high, low, close, volume: numberOf(row[5]) };
}
