// Backfill against a loopback vendor: budget, restarts, clocks, resuming, topping up.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { DuckDb, Journal } from '../../engine/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { TAPE_START_US, tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire, alphaVantageWire } from '../adapters/sources/conformance/wires-stocks.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { alphaVantage } from '../adapters/sources/vendors/alpha-vantage.js';
import { type Vendor, vendorSource } from '../adapters/sources/vendors/vendor.js';
import { type BackfillOptions, backfill } from './backfill.js';
import { joined, missing, type Span } from './coverage.js';
import { CallLedger, vendorTime } from './ledger.js';

const DAY_MS = 86_400_000;
const DAY_US = DAY_MS * 1_000;

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-backfill-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

t.test('spans join, and what is missing of one is found', async (t) => {
  const span = fc
    .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
    .map(([a, n]): Span => [a, a + n]);
  fc.assert(
    fc.property(span, fc.array(span, { maxLength: 6 }), (wanted, spans) => {
      const isIn = (list: readonly Span[], at: number) => list.some(([a, b]) => at >= a && at < b);
      const covered = joined(spans);
      const left = missing(wanted, covered);
      for (let at = 0; at < 100; at++) {
        t.equal(isIn(covered, at), isIn(spans, at));
        t.equal(isIn(left, at), isIn([wanted], at) && !isIn(spans, at));
      }
      return covered.every(([from], index) => index === 0 || from > covered[index - 1]![1]);
    }),
    { numRuns: 40, seed: 11 },
  );
});

t.test(
  'no 24 hours hold more calls than the budget, whatever restarts and clocks do',
  async (t) => {
    const dir = folder(t);
    const events = fc.array(
      fc.oneof(
        fc.record({ call: fc.constant(true) }),
        fc.record({ passMs: fc.integer({ min: 0, max: DAY_MS }) }),
        fc.record({ jumpMs: fc.integer({ min: -3 * DAY_MS, max: DAY_MS }) }),
        fc.record({ restart: fc.constant(true) }),
      ),
      { minLength: 10, maxLength: 60 },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        run++;
        const at = join(dir, String(run));
        let realMs = 1e12;
        let offMs = 0;
        const made: number[] = [];
        let journal = Journal.open(at);
        // A jump forward is what vendorTime keeps out; one back must not give calls anew.
        const now = () => realMs + Math.min(0, offMs);
        const open = () => new CallLedger({ journal, source: 'x', callsPerDay: 4, now });
        let ledger = open();
        for (const event of list) {
          if ('call' in event) {
            if ((await ledger.take()).ok) made.push(realMs);
          } else if ('passMs' in event) realMs += event.passMs;
          else if ('jumpMs' in event) offMs += event.jumpMs;
          else {
            await journal.close();
            journal = Journal.open(at);
            ledger = open();
          }
        }
        await journal.close();
        return made.every((ms, index) => index < 4 || ms - made[index - 4]! >= DAY_MS);
      }),
      { numRuns: 12, seed: 5 },
    );
  },
);

/** A backfill of days of a vendor. */
async function opened(t: Test, vendor: Vendor, wire: typeof alpacaWire, callsPerDay?: number) {
  const dataDir = folder(t);
  const server = await LoopbackVendor.start(wire, tapeOf('AAPL'));
  t.teardown(() => server.close());
  const clock = manualClock(TAPE_START_US / 1000 + 5 * 365 * DAY_MS);
  const begin = async (journal: Journal, more: Partial<BackfillOptions> = {}) => {
    const now = () => clock.nowMs();
    const budget = { journal, source: vendor.name, callsPerDay: callsPerDay ?? 0, now };
    const ledger = callsPerDay === undefined ? undefined : new CallLedger(budget);
    return backfill({
      source: vendorSource(vendor, server.settings, {
        clock,
        ...(ledger === undefined ? {} : { beforeCall: () => ledger.take() }),
      }),
      journal,
      dataDir,
      kind: 'bar',
      every: '1d',
      symbols: ['AAPL'],
      span: [TAPE_START_US - DAY_US, TAPE_START_US + 2_000 * DAY_US],
      isStopped: () => false,
      onSymbol: () => {},
      ...more,
    });
  };
  return { dataDir, server, clock, begin, journalDir: join(dataDir, 'backfill') };
}

t.test('a history is fetched once, topped up by what is new, and read back whole', async (t) => {
  const { begin, server, journalDir, dataDir } = await opened(t, alpaca, alpacaWire);
  const journal = Journal.open(journalDir);
  t.teardown(() => journal.close());
  const middle = TAPE_START_US + 600 * DAY_US;
  const first = await begin(journal, { span: [TAPE_START_US - DAY_US, middle] });
  t.match(first, [{ symbol: 'AAPL', state: 'complete', rejected: 0, missing: [] }]);
  const asked = server.requests;
  await begin(journal, { span: [TAPE_START_US - DAY_US, middle] });
  t.equal(server.requests, asked, 'nothing is asked for twice');
  const second = await begin(journal);
  t.equal(first[0]!.records + second[0]!.records, 1_250);
  const db = await DuckDb.open();
  t.teardown(() => db.close());
  const found = await db.rows(`SELECT count(*)::INT AS n, count(DISTINCT time_us)::INT AS d,
    sum(close) AS closes FROM read_parquet('${dataDir}/history/bars_1d/**/*.parquet')`);
  const closes = server.tape.days.reduce((sum, { close }) => sum + close, 0);
  t.same(found, [{ n: 1_250, d: 1_250, closes }]);
});

t.test('a budget ends a backfill, which goes on the next day where it stopped', async (t) => {
  const { begin, server, clock, journalDir } = await opened(t, alphaVantage, alphaVantageWire, 2);
  const symbols = ['NOSUCH', 'AAPL', 'IBM'];
  let journal = Journal.open(journalDir);
  t.match(await begin(journal, { symbols }), [
    { symbol: 'NOSUCH', state: 'refused', reason: 'source.unknown_symbol' },
    { symbol: 'AAPL', state: 'complete', reason: '' },
    { symbol: 'IBM', state: 'incomplete', reason: 'source.budget_spent' },
  ]);
  t.equal(server.requests, 2);
  await journal.close();
  journal = Journal.open(journalDir);
  clock.advance(DAY_MS - 3_600_000);
  await begin(journal, { symbols: ['IBM'] });
  t.equal(server.requests, 2, 'a restart does not give calls anew');
  clock.advance(2 * 3_600_000);
  await begin(journal, { symbols: ['AAPL', 'IBM'] });
  t.equal(server.requests, 3, 'a day later only what is missing is asked for');
  await journal.close();
});

t.test('the time of a budget is the vendor’s, whatever the clock here says', async (t) => {
  const server = await LoopbackVendor.start(alpacaWire, tapeOf('AAPL'));
  t.teardown(() => server.close());
  const before = Math.floor(Date.now() / 1_000) * 1_000;
  const now = (await vendorTime(server.settings.baseUrl))!;
  const real = Date.now;
  t.teardown(() => {
    Date.now = real;
  });
  Date.now = () => real() + 30 * DAY_MS;
  t.ok(now() >= before && now() < before + 3_600_000);
});
