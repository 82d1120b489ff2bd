// `sluice book`: order books rebuilt from an exchange's messages and held against its own word.

import { basename, resolve } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
import {
  type Book,
  BookBatchSchema,
  BookDetailSchema,
  Books,
  GetBookRequestSchema,
  ListBooksRequestSchema,
} from '../../proto/gen/sluice/book/v1/book_pb.js';
import { checkBooks } from '../adapters/books/check.js';
import type { BookCheck } from '../adapters/books/check-result.js';
import { type AskOptions, askSystem } from './ask.js';
import { EXIT, print, table } from './output.js';

/** Levels of a ladder that are shown as text. */
const LEVELS_SHOWN = 10;

/** `book check PATH`. Errors: `data.*`. Exit code 1 where a book differs. */
export async function bookCheck(
  path: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const { checks, skipped } = await checkBooks(resolve(path));
  const sum = (of: (check: BookCheck) => number): number =>
    checks.reduce((total, check) => total + of(check), 0);
  const totals = {
    updates: sum((check) => check.updates),
    comparisons: sum((check) => check.comparisons),
    mismatches: sum((check) => check.mismatches),
    resyncs: sum((check) => check.resyncs),
  };
  print({ ...totals, files: checks, skipped }, json === true, () =>
    [
      table([
        ['file', 'format', 'updates', 'comparisons', 'mismatches', 'resyncs', 'rejected'],
        ...checks.map(rowOf),
        ['all', '', ...Object.values(totals), sum(rejectedOf)],
      ]),
      ...checks.flatMap(({ file, samples }) => samples.map((text) => `${basename(file)}: ${text}`)),
      ...checks.map((check) => `${basename(check.file)}: ${detailsOf(check)}`),
      ...skipped.map((file) => `skipped, of no known format: ${basename(file)}`),
    ].join('\n'),
  );
  if (totals.mismatches > 0 || totals.updates === 0) process.exitCode = EXIT.failed;
}

/** `book list`: every symbol with a book in a running system. Errors: those of `askSystem`. */
export async function bookList(options: AskOptions): Promise<void> {
  const batch = await askSystem(Books, options, (client) =>
    client.call('list', create(ListBooksRequestSchema)),
  );
  print(toJson(BookBatchSchema, batch), options.json === true, () =>
    batch.books.length === 0
      ? 'the system has no order books; see run --feed'
      : table([
          ['symbol', 'sync', 'bid', 'ask', 'spread bps', 'imbalance 5', 'updates', 'gaps'],
          ...batch.books.map(({ symbol, synced, features }) => [
            symbol,
            synced ? 'yes' : 'no',
            ...['bid', 'ask', 'spread_bps', 'imbalance_5', 'updates', 'gaps'].map((name) =>
              numberText(features[name]),
            ),
          ]),
        ]),
  );
}

/** `book show SYMBOL`: its ladder and measures. Errors: those of `askSystem`. */
export async function bookShow(symbol: string, options: AskOptions): Promise<void> {
  const detail = await askSystem(Books, options, (client) =>
    client.call('get', create(GetBookRequestSchema, { symbol })),
  );
  print(toJson(BookDetailSchema, detail), options.json === true, () =>
    detail.book === undefined ? '' : bookText(detail.book),
  );
}

function bookText({ title, bids, asks, features }: Book): string {
  const rows = Array.from({ length: LEVELS_SHOWN }, (_, depth) => {
    const [bid, ask] = [bids[depth], asks[depth]];
    return [bid?.size, bid?.price, ask?.price, ask?.size].map(numberText);
  });
  const measures = Object.entries(features).map(([name, value]) => [name, numberText(value)]);
  return [
    title,
    table([['size', 'bid', 'ask', 'size'], ...rows]),
    '',
    table([['measure', 'value'], ...measures]),
  ].join('\n');
}

function numberText(value: number | undefined): string {
  return value === undefined ? '-' : String(Number(value.toPrecision(8)));
}

function rowOf(check: BookCheck): (string | number)[] {
  const { file, format, updates, comparisons, mismatches, resyncs } = check;
  return [basename(file), format, updates, comparisons, mismatches, resyncs, rejectedOf(check)];
}

function rejectedOf({ rejectedByReason }: BookCheck): number {
  return Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
}

function detailsOf({ details, rejectedByReason }: BookCheck): string {
  const figures = Object.entries({ ...details, ...rejectedByReason });
  return figures.map(([name, value]) => `${name} ${value}`).join(', ');
}
