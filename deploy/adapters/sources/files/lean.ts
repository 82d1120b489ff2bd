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

/** Longest zip file and what it may grow to: a day of a busy symbol's quotes. Units: bytes. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;
const TEXT_BYTES_MAX = 1024 * 1024 * 1024;

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
    yield pageOf(join(root, 'daily', `${name}.zip`), request, (row) => dailyOf(row, request));
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
    if (existsSync(path)) yield pageOf(path, request, (row) => recordOf(row, startUs, request));
    // A day has 23 to 25 hours: midday of the next one is in it for certain.
    dayUs = newYorkUs(newYorkText(dayUs + 1.5 * DAY_US).slice(0, 10));
  }
}

function pageOf(
  path: string,
  request: HistoryRequest,
  read: (row: readonly string[]) => MarketRecord,
): Answer<HistoryPage> {
  if (!existsSync(path)) return no('source.unknown_symbol', `lean: expected a file ${path}`);
  const isSmall = statSync(path).size <= FILE_BYTES_MAX;
  const entries = isSmall ? unzip(readFileSync(path), TEXT_BYTES_MAX) : undefined;
  const text = entries?.[0]?.text;
  if (text === undefined) return no('source.unreadable', `lean: expected ${path} to be a zip`);
  return { ok: true, value: sifted(readRows(text, read), request) };
}

/** Rows of a file, each read by its own rule. */
export function readRows(
  text: string,
  read: (row: readonly string[]) => MarketRecord,
): MarketRecord[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => read(line.trim().split(',')));
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
