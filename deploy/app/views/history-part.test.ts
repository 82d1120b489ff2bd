// The past over pages of Arrow: every row once, whatever the size of a page.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { DuckDb, readArrowBytes } from '../../../engine/index.js';
import { HistoryRequestSchema } from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { Recorder } from '../../recorder/recorder.js';
import { packPrints, temporaryFolder } from '../../services/test-system.js';
import { HistoryPart } from './history-part.js';

t.test('pages hold every row once and in order, of the symbols and times asked for', async (t) => {
  const folder = temporaryFolder(t, 'history');
  const db = await DuckDb.open();
  for (const symbol of ['AAPL', 'TRUE', 'NA']) {
    const home = join(folder, 'history', 'trades', 'source=alpaca', `symbol=${symbol}`);
    mkdirSync(home, { recursive: true });
    // Many trades of one time: a page may end among them.
    const time_us = Float64Array.from({ length: 60 }, (_, row) => 1e15 + Math.floor(row / 17));
    const price = Float64Array.from({ length: 60 }, (_, row) => 10 + row);
    const size = new Float64Array(60).fill(5);
    await db.writeParquet(join(home, '0-9.parquet'), {
      numbers: { time_us, price, size },
      texts: {},
    });
  }
  db.close();
  // The second folder lies within the first, as a recording may within a data directory.
  const folders = [folder, join(folder, 'history'), join(folder, 'none')];
  const part = new HistoryPart(folders, async () => {});
  const all = async (pageSize: number, symbols: readonly string[] = [], toUs = 0) => {
    const found: string[] = [];
    let pageToken = '';
    do {
      const request = create(HistoryRequestSchema, {
        kind: 'trades',
        symbols: [...symbols],
        toUs,
        pageSize,
        pageToken,
      });
      const answer = await part.page(request);
      if (!answer.ok) return answer.refusal.code;
      for await (const batch of readArrowBytes(answer.value.arrow, {
        names: ['time_us', 'price'],
        texts: ['symbol'],
      })) {
        for (let row = 0; row < batch.count; row++) {
          found.push(`${batch.numbers[0]![row]} ${batch.texts[0]![row]} ${batch.numbers[1]![row]}`);
        }
      }
      pageToken = answer.value.nextPageToken;
    } while (pageToken !== '');
    return found;
  };
  const whole = await all(1_000);
  t.equal(whole.length, 180);
  t.equal(new Set(whole).size, 180);
  t.same(await all(7), whole);
  t.same(await all(17), whole);
  t.equal((await all(50, ['NA'])).length, 60, 'names that look like something else are names');
  t.equal((await all(50, ['AAPL'], 1e15 + 1)).length, 17);
  const refused = async (request: object) => {
    const answer = await part.page(create(HistoryRequestSchema, request));
    return answer.ok || answer.refusal.code;
  };
  const told = async (request: object) => {
    const answer = await part.page(create(HistoryRequestSchema, { kind: 'trades', ...request }));
    return answer.ok || answer.refusal.text;
  };
  t.equal(
    await told({ toUs: -1 }),
    'expected to_us from 0 (no end) in microseconds since 1970 UTC, was -1',
  );
  t.match(
    await told({ fromUs: Number.POSITIVE_INFINITY }),
    /^expected from_us to be finite, was Infinity$/,
  );
  t.match(await told({ pageSize: 100_001 }), /^expected page_size up to 100000, was 100001$/);
  const symbols = Array.from({ length: 1_001 }, (_, index) => `S${index}`);
  t.match(await told({ symbols }), /^expected at most 1000 symbols, was 1001$/);
  t.match(await told({ pageToken: 'x' }), /^expected page_token as a page before gave it, was x$/);
  t.equal(await refused({ kind: 'secrets' }), 'history.unknown_kind');
  t.equal(await refused({ kind: 'quotes' }), 'history.none');
  t.equal(await refused({ kind: 'trades', pageToken: "1'; DROP" }), 'history.bad_page');
  t.equal(await refused({ kind: 'trades', pageSize: 1_000_000 }), 'history.bad_page');
  t.equal(await refused({ kind: 'trades', fromUs: Number.NaN }), 'history.bad_page');
  t.equal(await refused({ kind: 'trades', toUs: Number.POSITIVE_INFINITY }), 'history.bad_page');
});

t.test('rows before 1970 come page by page too', async (t) => {
  const folder = temporaryFolder(t, 'history');
  const home = join(folder, 'history', 'bars_1d', 'source=yahoo', 'symbol=IBM');
  mkdirSync(home, { recursive: true });
  const db = await DuckDb.open();
  const close = Float64Array.of(1, 2, 3);
  const time_us = Float64Array.of(-2e14, -1e14, 1e14);
  const numbers = { time_us, open: close, high: close, low: close, close, volume: close };
  await db.writeParquet(join(home, '0-9.parquet'), { numbers, texts: {} });
  db.close();
  const part = new HistoryPart([folder], async () => {});
  let pageToken = '';
  for (const isLast of [false, false, true]) {
    const asked = { kind: 'bars_1d', fromUs: -3e14, pageSize: 1, pageToken };
    const answer = await part.page(create(HistoryRequestSchema, asked));
    t.match(answer, { ok: true, value: { rows: 1 } });
    pageToken = answer.ok ? answer.value.nextPageToken : '';
    t.equal(pageToken === '', isLast);
  }
});

t.test(
  'a first page of prints has what is being recorded made a table, later ones not',
  async (t) => {
    const dir = temporaryFolder(t, 'history');
    const recorder = await Recorder.open(dir);
    t.teardown(() => recorder.close());
    const prints = packPrints([
      [0, 1e15, 10],
      [0, 1e15 + 1, 11],
    ]);
    const admission = { step: 1, prints: 0, arrivalUs: 1 };
    await recorder.batch({ source: 's', sequence: 1n, symbols: ['AAPL'], prints }, admission);
    let asked = 0;
    const part = new HistoryPart([dir], () => {
      asked++;
      return recorder.sealPrints();
    });
    const page = async (pageToken = '') => {
      const request = create(HistoryRequestSchema, { kind: 'prints', pageSize: 1, pageToken });
      const answer = await part.page(request);
      return answer.ok ? answer.value : undefined;
    };
    const [first, same] = await Promise.all([page(), page()]);
    t.match([first, same], [{ rows: 1 }, { rows: 1 }], 'who asks meanwhile waits for it too');
    t.match(await page(first!.nextPageToken), { rows: 1, nextPageToken: '' });
    t.equal(asked, 1);
  },
);
