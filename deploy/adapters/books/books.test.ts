// Files of book messages: the real captures, made LOBSTER and CME files, and damage of every kind.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { Fault } from '../../../engine/index.js';
import { inRepository } from '../../app/paths.js';
import { createLevels, parseBinanceLine } from './binance-line.js';
import { checkBooks } from './check.js';
import type { BookCheck } from './check-result.js';
import { scaledDecimal } from './decimals.js';
import { LINE_CHARACTERS_MAX, linesOf } from './lines.js';
import { numberRow } from './number-row.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-books-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

const SPOT = inRepository('deploy', 'sample', 'books', 'spot_btcusdt_20240808.jsonl.gz');
const spotLines = gunzipSync(readFileSync(SPOT)).toString().split('\n').slice(0, 4_000);

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function one(path: string): Promise<BookCheck> {
  const { checks } = await checkBooks(path);
  return checks[0]!;
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'none';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

t.test('the book of the spot capture equals the exchange at every comparison', async (t) => {
  const found = await one(SPOT);
  t.match(found, { comparisons: 3449, mismatches: 0, resyncs: 0, updates: 126_073 });
  t.same(found.rejectedByReason, {});
});

t.test('a line that is missing is a gap, and a second snapshot ends it', async (t) => {
  const isDepth = (line: string): boolean => line.includes('depthUpdate');
  const third = spotLines.filter(isDepth)[100]!;
  const without = spotLines.filter((line) => line !== third);
  const cut = await one(file('cut.jsonl', without.join('\n')));
  t.match(cut, { mismatches: 0, resyncs: 0, details: { gaps: 1 } });
  const later = without.indexOf(spotLines.filter(isDepth)[200]!);
  const event = JSON.parse(without[later]!.slice(20)) as { data: { u: number } };
  // Only the best of each side, so no level of it can cross what the events tell later.
  const { b, B, a, A } = bestBefore(without, later);
  const again = `1723161254206652067 {"lastUpdateId":${event.data.u},"bids":[["${b}","${B}"]],"asks":[["${a}","${A}"]]}`;
  const healed = await one(
    file('healed.jsonl', [...without.slice(0, later), again, ...without.slice(later)].join('\n')),
  );
  t.match(healed, { resyncs: 1, details: { gaps: 1, snapshots: 2 } });
  t.ok(healed.comparisons > cut.comparisons);
});

t.test('a wrong size in a capture is found', async (t) => {
  const ends = new Set(spotLines.map((line) => /"depthUpdate".*"u":(\d+)/.exec(line)?.[1]));
  const ticker = /bookTicker.*"u":(\d+)/;
  const isExact = (line: string): boolean => ends.has(ticker.exec(line)?.[1] ?? '');
  const at = spotLines.findLastIndex(isExact);
  const lines = [...spotLines];
  lines[at] = lines[at]!.replace(/"B":"[\d.]+"/, '"B":"77.00000000"');
  const found = await one(file('wrong.jsonl', lines.join('\n')));
  t.ok(found.mismatches > 0);
  t.match(found.samples[0], /^update \d+: expected 77 at [\d.]+ .*, was [\d.]+ at/);
});

/** The best prices told last before a line. */
function bestBefore(lines: readonly string[], at: number): Record<'b' | 'B' | 'a' | 'A', string> {
  const told = lines.slice(0, at).findLast((line) => line.includes('bookTicker'))!;
  const { data } = JSON.parse(told.slice(20)) as { data: Record<'b' | 'B' | 'a' | 'A', string> };
  return data;
}

/** Messages and snapshots as LOBSTER would make them, of a list of orders grown by chance. */
function lobster(depth: number, rows: number): { messages: string[]; books: string[] } {
  let seed = 12345;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const orders: { id: number; side: number; price: number; size: number }[] = [];
  const best = (side: number): number[] =>
    [...new Set(orders.filter((o) => o.side === side).map((o) => o.price))]
      .sort((a, b) => (b - a) * side)
      .slice(0, depth);
  const row = (): string => {
    const [bids, asks] = [best(1), best(-1)];
    const size = (side: number, price: number): number =>
      orders.filter((o) => o.side === side && o.price === price).reduce((s, o) => s + o.size, 0);
    return Array.from({ length: depth }, (_, level) => {
      const [ask, bid] = [asks[level], bids[level]];
      const asked = ask === undefined ? [9999999999, 0] : [ask, size(-1, ask)];
      return [...asked, ...(bid === undefined ? [-9999999999, 0] : [bid, size(1, bid)])].join();
    }).join();
  };
  const messages: string[] = [];
  const books: string[] = [];
  for (let id = 1; messages.length < rows; id++) {
    const side = next(2) === 0 ? 1 : -1;
    const before = row();
    let message = '';
    if (orders.length < 12 || (orders.length < 40 && next(5) < 3)) {
      const order = { id, side, price: 10_000 - side * (100 + next(20) * 100), size: 1 + next(9) };
      orders.push(order);
      message = `1,${id},${order.size},${order.price},${side}`;
    } else {
      const at = next(orders.length);
      const order = orders[at]!;
      const size = 1 + next(order.size);
      const kind = size === order.size ? (next(2) === 0 ? 3 : 4) : next(2) === 0 ? 2 : 4;
      message = `${kind},${order.id},${size},${order.price},${order.side}`;
      order.size -= size;
      if (order.size === 0) orders.splice(at, 1);
    }
    // LOBSTER tells what changes the levels of its depth, and nothing else.
    if (row() === before) continue;
    messages.push(`34200.${String(id).padStart(9, '0')},${message}`);
    books.push(row());
  }
  return { messages, books };
}

for (const depth of [1, 3]) {
  t.test(
    `a LOBSTER book of depth ${depth} equals every snapshot; a wrong one is found`,
    async (t) => {
      const { messages, books } = lobster(depth, 400);
      const path = file(`X_message_${depth}.csv`, messages.join('\n'));
      const snapshots = `X_orderbook_${depth}.csv`;
      file(snapshots, books.join('\n'));
      t.match(await one(path), { comparisons: 399, mismatches: 0, resyncs: 0 });
      const fields = books[200]!.split(',');
      fields[1] = String(Number(fields[1]) + 1);
      file(snapshots, [...books.slice(0, 200), fields.join(), ...books.slice(201)].join('\n'));
      const found = await one(path);
      t.ok(found.mismatches >= 1 && found.mismatches <= 2);
      t.match(found.samples[0], /^row 201: level 1 expected/);
      file(snapshots, books.slice(1).join('\n'));
      t.equal(await codeOf(one(path)), 'data.wrong_columns');
    },
  );
}

const CME_HEAD = 'ts_recv_ns,action,side,order_id,price_1e9,size,flags';

t.test('a CME book knows every order it hears of, and says which it does not', async (t) => {
  const rows = [
    '1,R,N,0,,0,40',
    '1,A,B,6413238832874,5155500000000,5,40',
    '1,A,A,6413238832875,5155750000000,2,168',
    '2,T,B,0,5155750000000,1,0',
    '2,F,A,6413238832875,5155750000000,1,0',
    '2,M,A,6413238832875,5155750000000,1,130',
    '3,C,B,6413238832874,5155500000000,5,130',
  ];
  const sound = await one(file('mbo.csv', [CME_HEAD, ...rows].join('\r\n')));
  t.match(sound, {
    updates: 4,
    comparisons: 3,
    mismatches: 0,
    details: { unknown: 0, crossed: 0 },
  });
  const more = [
    ...rows,
    '4,C,B,77,5155500000000,5,130',
    '5,F,A,6413238832875,1,9,130',
    '6,C,,x,,,',
  ];
  const found = await one(file('mbo.csv', [CME_HEAD, ...more].join('\n')));
  t.match(found, { mismatches: 2, details: { unknown: 1 }, rejectedByReason: { bad_number: 1 } });
  t.same(found.samples, [
    'row 9: unknown order 77 in a cancel',
    'row 10: expected 9 left of order 6413238832875, was 1',
  ]);
});

t.test('what is no file of book messages is told apart', async (t) => {
  t.equal(await codeOf(one(join(folder, 'none'))), 'data.missing_file');
  t.equal(await codeOf(one(file('other.csv', 'a,b\n1,2\n'))), 'data.wrong_columns');
  t.equal(await codeOf(one(file('Y_message_0.csv', ''))), 'data.wrong_columns');
  const whole = gzipSync(spotLines.join('\n'));
  const half = file('half.jsonl.gz', whole.subarray(0, whole.length / 2));
  t.equal(await codeOf(one(half)), 'data.unreadable');
  const long = file('long.jsonl', `1723161253937085768 {"a":"${'x'.repeat(LINE_CHARACTERS_MAX)}`);
  t.equal(await codeOf(one(long)), 'data.line_too_long');
  const bomb = file('bomb.csv.gz', gzipSync(Buffer.alloc(40 * 1024 * 1024, 'x')));
  t.equal(await codeOf(one(bomb)), 'data.line_too_long', 'read no further than the bound');
});

t.test('lines come whole, whatever the chunks, the ends and the last line', async (t) => {
  const text = `${'a'.repeat(70_000)}\r\n\nä€\nlast`;
  for (const content of [Buffer.from(text), gzipSync(text)]) {
    const lines: string[] = [];
    for await (const batch of linesOf(file('lines', content))) lines.push(...batch);
    t.same(lines, ['a'.repeat(70_000), '', 'ä€', 'last']);
  }
});

t.test('decimals are scaled exactly or not at all', (t) => {
  t.equal(scaledDecimal('61737.63000000', 2), 6_173_763);
  t.equal(scaledDecimal('0.00000001', 8), 1);
  t.equal(scaledDecimal('-0.5', 1), -5);
  for (const text of ['', '.', '-', '1e5', '1.2.3', ' 1', '0.001', '99999999999999', 'NaN']) {
    t.ok(Number.isNaN(scaledDecimal(text, 2)), `"${text}"`);
  }
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (whole) => {
      const text = `${whole < 0 ? '-' : ''}${Math.floor(Math.abs(whole) / 100)}.${String(Math.abs(whole) % 100).padStart(2, '0')}`;
      t.equal(scaledDecimal(text, 2), whole === 0 ? 0 : whole);
    }),
    { numRuns: 300 },
  );
  t.end();
});

/** A sound line with some of it replaced, cut, doubled or inserted. */
const damaged = fc
  .tuple(fc.constantFrom(...spotLines.slice(0, 7)), fc.nat(), fc.nat(40), fc.string(), fc.nat(2))
  .map(([line, where, length, text, how]) => {
    const at = where % line.length;
    if (how === 0) return line.slice(0, at) + text + line.slice(at + length);
    return how === 1 ? line.slice(0, at) : line.slice(0, at) + line.slice(at - length);
  });

t.test('fuzz: a line of any text is a record or a reason', (t) => {
  const levels = createLevels();
  const json = fc.json().map((text) => `1723161253937085768 ${text}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), damaged, json), (line) => {
      const record = parseBinanceLine(line, levels);
      if (record.kind === 'depth') {
        t.ok(levels.subarray(0, record.levelCount * 3).every(Number.isSafeInteger));
      } else if (record.kind === 'rejected') t.match(record.reason, /^[a-z_]+$/);
    }),
    { numRuns: 2_000 },
  );
  const numbers = new Float64Array(8);
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123,.-') })),
      (line) => {
        const count = numberRow(line, numbers);
        t.ok(count >= -1 && count <= 8);
        for (let at = 0; at < count; at++) t.ok(Number.isSafeInteger(numbers[at]));
      },
    ),
    { numRuns: 1_000 },
  );
  t.end();
});

t.test('fuzz: damaged files end in figures or in a fault, never otherwise', async (t) => {
  const { messages, books } = lobster(1, 60);
  const sound = {
    'f.jsonl': spotLines.slice(0, 60).join('\n'),
    'F_message_1.csv': messages.join('\n'),
    'mbo.csv': [CME_HEAD, '1,A,B,5,100,5,0', '1,M,B,5,101,6,0', '1,C,B,5,101,6,128'].join('\n'),
  };
  file('F_orderbook_1.csv', books.join('\n'));
  const name = fc.constantFrom(...(Object.keys(sound) as (keyof typeof sound)[]));
  await fc.assert(
    fc.asyncProperty(
      name,
      fc.nat(),
      fc.string(),
      fc.nat(30),
      async (which, where, text, length) => {
        const whole = sound[which];
        const at = where % whole.length;
        const path = file(which, whole.slice(0, at) + text + whole.slice(at + length));
        const code = await codeOf(one(path));
        t.match(code, /^(none|data\.\w+)$/);
      },
    ),
    { numRuns: 150 },
  );
});
