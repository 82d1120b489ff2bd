// Messages of vendors as they came: read again they give the same records, with no secret in them.

import { fork } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readOnlyQuery } from '../../engine/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { reached } from '../adapters/sources/conformance/checks.js';
import {
  LOOPBACK_KEY,
  LOOPBACK_SECRET,
  LoopbackVendor,
  type Wire,
} from '../adapters/sources/conformance/loopback-vendor.js';
import { TAPE_START_US, tapeOf } from '../adapters/sources/conformance/tape.js';
import { binanceWire, coinbaseWire } from '../adapters/sources/conformance/wires-crypto.js';
import {
  alpacaWire,
  alphaVantageWire,
  interactiveBrokersWire,
  polygonWire,
  yahooWire,
} from '../adapters/sources/conformance/wires-stocks.js';
import { type RawMessage, withoutSecrets } from '../adapters/sources/raw.js';
import { identityOf, type MarketRecord } from '../adapters/sources/record.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { alphaVantage } from '../adapters/sources/vendors/alpha-vantage.js';
import { binance } from '../adapters/sources/vendors/binance.js';
import { coinbase } from '../adapters/sources/vendors/coinbase.js';
import { interactiveBrokers } from '../adapters/sources/vendors/interactive-brokers.js';
import { polygon } from '../adapters/sources/vendors/polygon.js';
import { type Vendor, vendorSource } from '../adapters/sources/vendors/vendor.js';
import { yahoo } from '../adapters/sources/vendors/yahoo.js';
import { temporaryFolder } from '../services/test-system.js';
import { dialectsOf, rereadRaw } from './raw-reading.js';
import { RawRecorder } from './raw-recorder.js';
import { Recorder } from './recorder.js';
import { openFolder, readRun, tablesOf } from './recording.js';
import { BODY_BYTES_MAX } from './segment.js';
import { sqlTables } from './tables.js';
import { compact, retainRaw, summarise } from './upkeep.js';

const CHILD = 'record';
const NOW_MS = TAPE_START_US / 1_000 + 5 * 365 * 86_400_000;
const BYTES_MAX = 1e9;
const tell = (text: string): void => {
  t.fail(text);
};

if (process.argv[2] === CHILD) await recordForEver(process.argv[3]!);
else tests();

function message(text: string): RawMessage {
  return { form: 'stream', source: 'alpaca', message: text };
}

/** The child of the kill test: says so once enough is on disk, and goes on. */
async function recordForEver(dir: string): Promise<void> {
  const recorder = await RawRecorder.open(dir, { bytesMax: BYTES_MAX, tell });
  for (let number = 0; ; number++) {
    recorder.take(message(`[{"T":"t","i":${number}}]`));
    if (number % 10 > 0) continue;
    await new Promise(setImmediate);
    const [open] = readdirSync(openFolder(dir));
    if (open !== undefined && statSync(join(openFolder(dir), open)).size > 50_000) {
      process.send!(number);
    }
  }
}

/** Everything that a recorder took of a vendor, read again by its parser. */
async function readAgain(dir: string, vendor: Vendor, wire: Wire): Promise<MarketRecord[]> {
  const settings = { baseUrl: '', streamUrl: '', key: '', secret: '', extras: wire.extras };
  const dialects = dialectsOf(vendor, settings, manualClock(NOW_MS));
  const records: MarketRecord[] = [];
  for await (const one of rereadRaw(dir, vendor.name, dialects)) records.push(...one.records);
  return records;
}

/** Records each once, as texts, in an order of their own. */
function each(records: readonly MarketRecord[]): string[] {
  const byIdentity = new Map(records.map((record) => [identityOf(record), record]));
  return [...byIdentity.values()].map((record) => JSON.stringify(record)).sort();
}

async function begin(t: Test, vendor: Vendor, wire: Wire) {
  const dir = join(temporaryFolder(t, 'raw'), 'rec');
  const other = await LoopbackVendor.start(wire, tapeOf(wire.symbol));
  t.teardown(() => other.close());
  const recorder = await RawRecorder.open(dir, { bytesMax: BYTES_MAX, tell });
  const clock = manualClock(NOW_MS);
  const onRaw = recorder.take.bind(recorder);
  return { dir, other, recorder, source: vendorSource(vendor, other.settings, { clock, onRaw }) };
}

function tests(): void {
  for (const [vendor, wire] of [
    [alpaca, alpacaWire],
    [polygon, polygonWire],
    [coinbase, coinbaseWire],
    [binance, binanceWire],
    [interactiveBrokers, interactiveBrokersWire],
  ] as const) {
    t.test(`${vendor.name}: what was sent gives the records of the session again`, async (t) => {
      const { dir, other, recorder, source } = await begin(t, vendor, wire);
      other.visible = 0;
      const given: MarketRecord[] = [];
      const { symbol, trades } = other.tape;
      const session = source.live!(
        { symbols: [symbol], kinds: ['trade'] },
        { onRecord: (record) => given.push(record) },
      );
      await reached(() => other.subscribed > 0 && session.state() === 'live');
      for (let index = 0; index < 12; index++) {
        other.visible = index + 1;
        // A part is lost with its connection, and asked for again.
        if (index === 4) other.cut();
        if (index < 4 || index > 7) other.send(trades[index]!);
        if (index === 7) {
          await reached(() => session.counters.connects === 2 && other.subscribed > 0);
          await reached(() => session.state() === 'live');
        }
      }
      const isRepaired = vendor.capabilities.repair.includes('trade');
      await reached(() => given.length === (isRepaired ? 12 : 8));
      await session.close();
      await recorder.close();
      t.equal(given.length, isRepaired ? 12 : 8);
      t.same(each(await readAgain(dir, vendor, wire)), each(given));
    });
  }

  for (const [vendor, wire] of [
    [yahoo, yahooWire],
    [alphaVantage, alphaVantageWire],
    [alpaca, alpacaWire],
  ] as const) {
    t.test(`${vendor.name}: replies give the pages of the past again`, async (t) => {
      const { dir, other, recorder, source } = await begin(t, vendor, wire);
      other.planned.push({ status: 503, body: 'busy' });
      const day = other.tape.days[0]!;
      const given: MarketRecord[] = [];
      const span = { fromUs: day.timeUs, toUs: other.tape.days.at(-1)!.timeUs + 1 };
      const request = { kind: 'bar', every: '1d', symbol: wire.symbol, ...span } as const;
      for await (const page of source.history(request)) {
        if (page.ok) given.push(...page.value.records);
      }
      await recorder.close();
      t.ok(given.length > 2);
      t.same(await readAgain(dir, vendor, wire), given);
    });
  }

  t.test('no credential is in a recording, not where a vendor says it back either', async (t) => {
    const { dir, other, recorder, source } = await begin(t, alpaca, alpacaWire);
    other.planned.push({ status: 500, body: `bad key ${LOOPBACK_KEY} and ${LOOPBACK_SECRET}` });
    const session = source.live!({ symbols: ['AAPL'], kinds: ['trade'] }, { onRecord() {} });
    await reached(() => session.state() === 'live');
    other.say(`[{"T":"echo","key":"${LOOPBACK_KEY}","secret":"${LOOPBACK_SECRET}"}]`);
    const { fromUs, toUs } = { fromUs: TAPE_START_US, toUs: TAPE_START_US + 60e6 };
    const request = { kind: 'trade', every: '1m', symbol: 'AAPL', fromUs, toUs } as const;
    for await (const page of source.history(request)) t.ok(page.ok);
    await reached(() => session.counters.unreadable === 1);
    await session.close();
    const open = readdirSync(openFolder(dir)).map((name) =>
      readFileSync(join(openFolder(dir), name)),
    );
    await recorder.close();
    const tables = sqlTables(dir);
    const options = { tables, folders: [dir], rowsMax: 99, timeMsMax: 9_000, memoryMbMax: 256 };
    const query =
      "SELECT source, decode(message) || asked AS text FROM raw WHERE text LIKE '%***%'";
    const { rows } = await readOnlyQuery(query, options);
    t.same(
      rows.map(([source]) => source),
      ['alpaca', 'alpaca'],
    );
    const all = await readOnlyQuery('SELECT decode(message) || asked FROM raw', options);
    for (const text of [String(all.rows), Buffer.concat(open).toString('latin1')]) {
      t.notMatch(text, LOOPBACK_KEY);
      t.notMatch(text, LOOPBACK_SECRET);
    }
  });

  t.test(
    'a credential is taken out as JSON and addresses write it, and out of bytes',
    async (t) => {
      const taken: string[] = [];
      const sink = withoutSecrets(
        (raw) => taken.push(Buffer.from(raw.message).toString('latin1')),
        ['a"b/c', ''],
      );
      sink(message('x a"b/c a\\"b/c a%22b%2Fc y'));
      sink({ form: 'stream', source: 's', message: Buffer.from('\xff a"b/c \xfe', 'latin1') });
      t.same(taken, ['x *** *** *** y', '\xff *** \xfe']);
    },
  );

  t.test('kill -9: what came before the last whole block is there, in its order', async (t) => {
    const dir = join(temporaryFolder(t, 'raw'), 'rec');
    const child = fork(new URL(import.meta.url), [CHILD, dir]);
    await new Promise<void>((resolve) => {
      child.on('message', (told) => {
        // The test runner of the child has words of its own.
        if (typeof told === 'number') child.kill('SIGKILL');
      });
      child.on('exit', () => resolve());
    });
    const recorder = await RawRecorder.open(dir, { bytesMax: BYTES_MAX, tell });
    recorder.take(message('[]'));
    await recorder.close();
    const bounds = { rowsMax: 9, timeMsMax: 9_000, memoryMbMax: 256 };
    const options = { tables: sqlTables(dir), folders: [dir], ...bounds };
    const query = `SELECT count(*) > 300, count(*) = max(i) + 1, bool_and(i = place) FROM (SELECT
      (decode(message)->>'$[0].i')::INT AS i, row_number() OVER (ORDER BY number) - 1 AS place
      FROM raw WHERE message <> '[]'::BLOB)`;
    t.same((await readOnlyQuery(query, options)).rows, [[true, true, true]]);
    t.equal(tablesOf(dir, 'raw@alpaca').length, 2);
  });

  t.test(
    'messages are merged and dropped by day like other records, and apart from them',
    async (t) => {
      const dir = join(temporaryFolder(t, 'raw'), 'rec');
      for (let process = 0; process < 3; process++) {
        const run = await Recorder.open(dir);
        run.note({ flags: {}, feed: 'a feed' });
        const event = { address: 'a/b', timeUs: 1, cause: 'test', event: '{}' };
        await run.event({ ...event, sequence: process + 1 });
        const recorder = await RawRecorder.open(dir, { bytesMax: BYTES_MAX, tell });
        recorder.take(message(`[{"T":"x","i":${process}}]`));
        recorder.take({ ...message('[]'), source: 'polygon' });
        await recorder.close();
        await run.close();
      }
      const rows = () => summarise(dir).map(({ kind, tables }) => [kind, tables]);
      const raw = ['raw@alpaca', 'raw@polygon'];
      t.same(rows(), [['events', 3], ...raw.map((kind) => [kind, 3])]);
      t.same(await compact(dir), { sealed: 0, before: 9, after: 3, rows: 9 });
      t.same(rows(), [['events', 1], ...raw.map((kind) => [kind, 1])]);
      const { date } = summarise(dir)[0]!;
      for (const old of ['2021-01-04', '2021-01-05']) {
        cpSync(join(dir, `date=${date}`), join(dir, `date=${old}`), { recursive: true });
      }
      t.same((await retainRaw(dir, 3)).dropped, []);
      t.same((await retainRaw(dir, 1)).dropped, ['2021-01-04', '2021-01-05']);
      t.equal(tablesOf(dir, 'raw@alpaca').length, 1);
      t.equal(tablesOf(dir, 'events').length, 3, 'a replay has all that it needs');
      t.equal(readRun(dir).keptFrom, undefined);
    },
  );

  t.test('the oldest tables go where the bound is met; what is too long is counted', async (t) => {
    const dir = join(temporaryFolder(t, 'raw'), 'rec');
    const told: string[] = [];
    const options = { bytesMax: 1, tell: (text: string) => told.push(text) };
    const recorder = await RawRecorder.open(dir, options);
    recorder.take(message('[]'));
    recorder.take(message('x'.repeat(BODY_BYTES_MAX + 1)));
    await recorder.close();
    recorder.take(message('[]'));
    t.match(recorder.counters, { messages: 3, dropped: 2, removed: 1 });
    t.equal(told.length, 1);
    t.same(tablesOf(dir, 'raw@alpaca'), []);
  });
}
