// The tape as files: tables in CSV, Parquet and Arrow, a LEAN data folder, LOBSTER's two files.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { arrowBytes, DuckDb, sqlText } from '../../../../engine/index.js';
import { TABLE_COLUMNS, type TableFormat, tableName } from '../files/tables.js';
import type { BarRecord, MarketRecord } from '../record.js';
import { newYorkText, newYorkUs } from '../vendors/new-york.js';
import type { Tape } from './tape.js';

/** Writes every kind of a tape as a table. */
export async function writeTables(format: TableFormat, folder: string, tape: Tape): Promise<void> {
  const tables = [tape.trades, tape.quotes, tape.minutes, tape.days];
  for (const records of tables) {
    const first = records[0]!;
    const every = first.kind === 'bar' ? first.every : '1m';
    const path = join(folder, `${tableName({ kind: first.kind, every })}.${format}`);
    const names = ['time_us', ...TABLE_COLUMNS[first.kind]];
    if (format === 'arrow') {
      writeFileSync(path, await tableBytes(records));
      continue;
    }
    const rows = records.map((record) => names.map((name) => columnOf(record, name)));
    const lines = rows.map((row, at) => [records[at]!.symbol, ...row].join(','));
    const csv = `symbol,${names.join(',')}\n${lines.join('\n')}\n`;
    const csvPath = format === 'csv' ? path : `${path}.csv`;
    writeFileSync(csvPath, csv);
    if (format === 'parquet') await convert(csvPath, path);
  }
}

/** Records of one kind as bytes of an Arrow table. */
function tableBytes(records: readonly MarketRecord[]): Promise<Uint8Array> {
  const names = ['time_us', ...TABLE_COLUMNS[records[0]!.kind]];
  const columns = names.map((name) => [
    name,
    Float64Array.from(records, (record) => columnOf(record, name)),
  ]);
  const texts = { symbol: records.map(({ symbol }) => symbol) };
  return arrowBytes({ numbers: Object.fromEntries(columns), texts });
}

async function convert(csv: string, parquet: string): Promise<void> {
  const db = await DuckDb.open();
  try {
    await db.run(`COPY (FROM read_csv(${sqlText(csv)})) TO ${sqlText(parquet)} (FORMAT parquet)`);
  } finally {
    db.close();
  }
}

function columnOf(record: MarketRecord, column: string): number {
  const name = column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  // The columns of a kind are the names of its numbers.
  return (record as unknown as Readonly<Record<string, number>>)[name]!;
}

/** Writes a tape as a LEAN data folder. */
export function writeLean(folder: string, tape: Tape): void {
  const name = tape.symbol.toLowerCase();
  const root = join(folder, 'equity', 'usa');
  const scaled = (price: number): number => Math.round(price * 10_000);
  const prices = (bar: BarRecord) =>
    [bar.open, bar.high, bar.low, bar.close].map(scaled).concat(bar.volume).join(',');
  const daily = tape.days.map(
    (bar) => `${newYorkText(bar.timeUs).slice(0, 10).replaceAll('-', '')} 00:00,${prices(bar)}`,
  );
  writeZip(join(root, 'daily'), `${name}.zip`, daily);
  const byDay = (records: readonly MarketRecord[], folderName: string, side: string): void => {
    const days = new Map<string, string[]>();
    for (const record of records) {
      const date = newYorkText(record.timeUs).slice(0, 10);
      const ms = (record.timeUs - newYorkUs(date)) / 1000;
      const line = lineOf(record, ms, { scaled, prices });
      days.set(date, [...(days.get(date) ?? []), line]);
    }
    for (const [date, lines] of days) {
      writeZip(join(root, folderName, name), `${date.replaceAll('-', '')}_${side}.zip`, lines);
    }
  };
  byDay(tape.trades, 'tick', 'trade');
  byDay(tape.quotes, 'tick', 'quote');
  byDay(tape.minutes, 'minute', 'trade');
}

function lineOf(
  record: MarketRecord,
  ms: number,
  write: {
    readonly scaled: (price: number) => number;
    readonly prices: (bar: BarRecord) => string;
  },
): string {
  const { scaled } = write;
  switch (record.kind) {
    case 'trade':
      return `${ms},${scaled(record.price)},${record.size},P,2000,0`;
    case 'quote': {
      const { bid, bidSize, ask, askSize } = record;
      return `${ms},${scaled(bid)},${bidSize},${scaled(ask)},${askSize},P,1,0`;
    }
    case 'bar':
      return `${ms},${write.prices(record)}`;
  }
}

/**
 * Writes a tape's day as LOBSTER's files of messages and level one: each trade is an execution,
 * every other one hidden, with the quote of its place behind it.
 */
export function writeLobster(folder: string, tape: Tape): void {
  const date = newYorkText(tape.trades[0]!.timeUs).slice(0, 10);
  const scaled = (price: number): number => Math.round(price * 10_000);
  const messages = tape.trades.map(({ timeUs, price, size }, index) => {
    const seconds = ((timeUs - newYorkUs(date)) / 1_000_000).toFixed(9);
    const [type, order] = index % 2 === 0 ? [4, 16_113_575 + index] : [5, 0];
    return `${seconds},${type},${order},${size},${scaled(price)},${index % 3 === 0 ? 1 : -1}`;
  });
  const books = tape.quotes.map(({ bid, bidSize, ask, askSize }) =>
    [scaled(ask), askSize, scaled(bid), bidSize].join(','),
  );
  const day = `${tape.symbol}_${date}_34200000_57600000`;
  writeFileSync(join(folder, `${day}_message_1.csv`), `${messages.join('\n')}\n`);
  writeFileSync(join(folder, `${day}_orderbook_1.csv`), `${books.join('\n')}\n`);
}

function writeZip(folder: string, file: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), zipBytes(file.replace(/\.zip$/, '.csv'), lines));
}

/** A zip file of one stored entry. Source: PKWARE APPNOTE 6.3.10, 4.3. */
export function zipBytes(entry: string, lines: readonly string[]): Buffer {
  const name = Buffer.from(entry);
  const data = Buffer.from(`${lines.join('\n')}\n`);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
  const tail = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, tail, name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}
