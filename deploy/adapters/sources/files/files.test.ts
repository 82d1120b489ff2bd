// Folders of files as sources: what is damaged or packed to burst is refused, and large is paged.

import { constants } from 'node:buffer';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { zipBytes } from '../conformance/tape-files.js';
import type { MarketRecord } from '../record.js';
import type { HistoryPage } from '../source.js';
import { newYorkUs } from '../vendors/new-york.js';
import { leanSource, TEXT_BYTES_MAX } from './lean.js';
import { lobsterSource } from './lobster.js';
import { tableSource } from './tables.js';
import { unzip } from './zip.js';

const DAY = { fromUs: newYorkUs('2013-10-07'), toUs: newYorkUs('2013-10-08') };

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-files-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function pagesOf(t: Test, zip: Buffer) {
  const root = folder(t);
  const home = join(root, 'equity', 'usa', 'tick', 'a');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '20131007_trade.zip'), zip);
  const request = { kind: 'trade', every: '1m', symbol: 'A', ...DAY } as const;
  const pages: HistoryPage[] = [];
  for await (const page of leanSource(root).history(request)) {
    if (!page.ok) return page.refusal;
    pages.push(page.value);
  }
  return pages;
}

/** A zip of one entry whose sizes stand in the field of large ones, as LEAN writes its own. */
function withLargeSizes(zip: Buffer): Buffer {
  const central = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  const end = zip.indexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const nameEnd = central + 46 + zip.readUInt16LE(central + 28);
  const field = Buffer.alloc(20);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(BigInt(zip.readUInt32LE(central + 24)), 4);
  field.writeBigUInt64LE(BigInt(zip.readUInt32LE(central + 20)), 12);
  const entry = Buffer.from(zip.subarray(central, nameEnd));
  entry.writeUInt16LE(field.length, 30);
  for (const at of [20, 24]) entry.writeUInt32LE(0xffff_ffff, at);
  return Buffer.concat([zip.subarray(0, central), entry, field, zip.subarray(end)]);
}

t.test('a zip file that tells its sizes in eight bytes is read, as LEAN writes them', async (t) => {
  const zip = withLargeSizes(zipBytes('a.csv', ['34200000,1300000,100,P,2000,0']));
  t.match(await pagesOf(t, zip), [{ records: [{ price: 130, size: 100 }] }]);
  const without = Buffer.from(zip);
  without.writeUInt16LE(7, zip.indexOf(Buffer.from([1, 0, 16, 0])));
  t.equal(unzip(without, 1_000), undefined, 'sizes that stand nowhere');
  const short = Buffer.from(zip);
  short.writeUInt16LE(8, zip.indexOf(Buffer.from([1, 0, 16, 0])) + 2);
  t.equal(unzip(short, 1_000), undefined, 'a field that is cut short');
});

t.test('a zip file whose bytes have changed is refused, however they read', async (t) => {
  const zip = zipBytes('a.csv', ['34200000,1300000,100,P,2000,0']);
  t.match(await pagesOf(t, zip), [{ records: [{ price: 130, size: 100 }] }]);
  const changed = Buffer.from(zip);
  changed.write('1400000', zip.indexOf('1300000'));
  t.match(await pagesOf(t, changed), {
    code: 'source.unreadable',
    text: /20131007_trade\.zip to be a sound zip/,
  });
});

t.test('a large day comes in pages, and lines without anything take no room', async (t) => {
  const line = '34200000,1300000,100,P,2000,0';
  const lines = Array.from({ length: 100_000 }, (_, row) => (row % 2 === 0 ? line : ''));
  const pages = await pagesOf(t, zipBytes('a.csv', [...lines, ...lines, ...lines, 'what']));
  t.same(
    Array.isArray(pages) &&
      pages.map(({ records, rejectedByReason }) => [records.length, rejectedByReason]),
    [
      [100_000, {}],
      [50_000, { bad_time: 1 }],
    ],
  );
  t.ok(TEXT_BYTES_MAX < constants.MAX_STRING_LENGTH, 'what may be unpacked fits into a text');
});

t.test('what grows beyond its bound is refused before it has grown', async (t) => {
  const data = Buffer.alloc(2_000_000, '\n');
  const packed = deflateRawSync(data);
  const stored = zipBytes('a.csv', [packed.toString('latin1')]);
  t.equal(unzip(stored, 10), undefined);
  t.match(unzip(stored, 1_000_000), { length: 1 });
});

t.test('a table that its reader refuses is told with what it said', async (t) => {
  const root = folder(t);
  writeFileSync(join(root, 'trades.parquet'), 'PAR1 and no more');
  const request = { kind: 'trade', every: '1m', symbol: 'A', ...DAY } as const;
  for await (const page of tableSource('parquet', root).history(request)) {
    t.match(page, { ok: false, refusal: { code: 'source.unreadable', text: /No magic bytes/ } });
  }
});

t.test('a table with a quote that is not closed is refused, not read without a row', async (t) => {
  const root = folder(t);
  const { fromUs } = DAY;
  const rows = [`A,${fromUs},130,1`, `A,${fromUs + 1},"131,1`, `A,${fromUs + 2},132,1`];
  const request = { kind: 'trade', every: '1m', symbol: 'A', ...DAY } as const;
  const pagesOfRows = async (lines: readonly string[]) => {
    writeFileSync(join(root, 'trades.csv'), `symbol,time_us,price,size\n${lines.join('\n')}\n`);
    const pages: unknown[] = [];
    for await (const page of tableSource('csv', root).history(request)) pages.push(page);
    return pages;
  };
  t.match(await pagesOfRows(rows), [
    { refusal: { code: 'source.unreadable', text: /a quote on line 3 is not closed$/ } },
  ]);
  const closed = rows.map((row) => row.replace('"131', '"131"'));
  t.match(await pagesOfRows(closed), [{ ok: true, value: { records: { length: 3 } } }]);
});

const LOBSTER_DAY = 'A_2013-10-07_34200000_57600000';
const MESSAGES = [
  '34200.004241176,1,11,18,1300000,1',
  '34200.05990197,4,11,8,1300000,1',
  '34200.05990197,4,12,100,1302500,-1',
  '34200.1,5,0,3,1301250,1',
  '34201,6,-1,500,1301000,-1',
  '34202.000000999,7,0,0,-1,-1',
  '57600,3,11,10,1300000,1',
];
const BOOKS = [
  '1302500,100,1300000,18',
  '1302500,100,1300000,10',
  '9999999999,0,1300000,10',
  '9999999999,0,1300000,10',
  '9999999999,0,1300000,10',
  '9999999999,0,1300000,10',
  '9999999999,0,-9999999999,0',
];

/** What LOBSTER's files of a day come to; a part that is undefined is not written. */
async function lobsterOf(
  t: Test,
  kind: 'trade' | 'quote',
  parts: Readonly<Record<string, readonly string[] | undefined>> = {},
) {
  const root = folder(t);
  const sound = { [`${LOBSTER_DAY}_message_1`]: MESSAGES, [`${LOBSTER_DAY}_orderbook_1`]: BOOKS };
  for (const [name, lines] of Object.entries({ ...sound, ...parts })) {
    if (lines !== undefined) writeFileSync(join(root, `${name}.csv`), `${lines.join('\n')}\n`);
  }
  const records: MarketRecord[] = [];
  const request = { kind, every: '1m', symbol: 'A', ...DAY } as const;
  for await (const page of lobsterSource(root).history(request)) {
    if (!page.ok) return page.refusal;
    records.push(...page.value.records);
  }
  return records;
}

t.test("LOBSTER's executions are trades, by who took, to the microsecond", async (t) => {
  const openUs = newYorkUs('2013-10-07 09:30:00');
  t.match(await lobsterOf(t, 'trade'), [
    { timeUs: openUs + 59_901, price: 130, size: 8, conditions: 'sell' },
    { timeUs: openUs + 59_901, price: 130.25, size: 100, conditions: 'buy' },
    { timeUs: openUs + 100_000, price: 130.125, size: 3, conditions: 'sell,hidden' },
    { timeUs: openUs + 1e6, price: 130.1, size: 500, conditions: 'cross' },
  ]);
});

t.test("LOBSTER's level one is a quote where it changes, an empty side being 0", async (t) => {
  const openUs = newYorkUs('2013-10-07 09:30:00');
  const quotes = [
    { timeUs: openUs + 4_241, bid: 130, bidSize: 18, ask: 130.25, askSize: 100 },
    { timeUs: openUs + 59_901, bid: 130, bidSize: 10, ask: 130.25, askSize: 100 },
    { timeUs: openUs + 59_901, bid: 130, bidSize: 10, ask: 0, askSize: 0 },
    { timeUs: newYorkUs('2013-10-07 16:00:00'), bid: 0, bidSize: 0, ask: 0, askSize: 0 },
  ];
  t.match(await lobsterOf(t, 'quote'), quotes);
  const deep = BOOKS.map((line) => `${line},9999999999,0,-9999999999,0`);
  const parts = { [`${LOBSTER_DAY}_message_2`]: MESSAGES, [`${LOBSTER_DAY}_orderbook_2`]: deep };
  t.match(await lobsterOf(t, 'quote', parts), quotes, 'once, however many depths there are');
});

t.test("LOBSTER's files that are not sound are refused with their line", async (t) => {
  const [message, book] = [`${LOBSTER_DAY}_message_1`, `${LOBSTER_DAY}_orderbook_1`];
  const damages: readonly (readonly [Parameters<typeof lobsterOf>[2], RegExp])[] = [
    [{ [book]: undefined }, /expected a file at .*orderbook_1\.csv/],
    [{ [message]: undefined }, /expected a file at .*message_1\.csv/],
    [{ [book]: BOOKS.slice(1) }, /as many messages as snapshots, the orderbook file ended/],
    [{ [message]: MESSAGES.slice(1) }, /as many messages as snapshots, the message file ended/],
    [{ [book]: BOOKS.with(2, '1,2,3') }, /_1\.csv, line 3: expected 4 whole numbers in the snap/],
    [{ [message]: MESSAGES.with(1, '34200.1,4,1,1,1.5,1') }, /line 2: expected 6 whole numbers/],
    [{ [message]: MESSAGES.with(1, '') }, /line 2: expected a time/],
    [{ [message]: MESSAGES.with(1, '34200,4,1,1,1,1') }, /line 2: expected a time within/],
    [{ [message]: MESSAGES.with(6, '57601,4,1,1,1,1') }, /line 7: expected a time within/],
    [
      { [message]: MESSAGES.with(6, '57600,8,1,1,1,1') },
      /line 7: expected a type from 1 to 7, was 8/,
    ],
    [{ [message]: MESSAGES.with(6, '57600,4,1,1,1,0') }, /line 7: expected a direction of 1 or -1/],
    [{ 'A_2013-10-07_2_1_message_1': [] }, /expected a part of a day in a file's name/],
    [{ 'A_2013-10-07_34200000_36000000_message_1': [] }, /to begin where .* ends, was within it/],
    [{ [`${LOBSTER_DAY}_message_0`]: [] }, /expected a depth from 1 to 200/],
  ];
  for (const [parts, text] of damages) {
    for (const kind of ['trade', 'quote'] as const) {
      t.match(await lobsterOf(t, kind, parts), { code: 'source.unreadable', text });
    }
  }
  const refusals: unknown[] = [];
  const request = { kind: 'trade', every: '1m', symbol: 'B', ...DAY } as const;
  for (const root of [folder(t), join(folder(t), 'none')]) {
    for await (const page of lobsterSource(root).history(request)) refusals.push(page);
  }
  t.match(refusals, [
    { refusal: { code: 'source.unknown_symbol', text: /files such as B_2012/ } },
    { refusal: { code: 'source.unreadable', text: /expected a folder/ } },
  ]);
});
