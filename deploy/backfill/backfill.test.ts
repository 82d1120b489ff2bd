// Backfill against a loopback vendor: budget, restarts, clocks, resuming, topping up.

import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { DuckDb, Journal } from '../../engine/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { TAPE_START_US, tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire, alphaVantageWire } from '../adapters/sources/conformance/wires-stocks.js';
import type { MarketRecord } from '../adapters/sources/record.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { alphaVantage } from '../adapters/sources/vendors/alpha-vantage.js';
import { newYorkUs } from '../adapters/sources/vendors/new-york.js';
import { type Vendor, vendorSource } from '../adapters/sources/vendors/vendor.js';
import { no } from '../app/answers.js';
import type { Answer } from '../app/port.js';
import { spanOf } from '../cli/backfill.js';
import { type BackfillOptions, backfill } from './backfill.js';
import { joined, missing, type Span } from './coverage.js';
import { CallLedger, stoppable, vendorTime } from './ledger.js';

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
    const isStopped = more.isStopped ?? (() => false);
    return backfill({
      source: vendorSource(vendor, server.settings, {
        clock,
        budget: stoppable(isStopped, ledger),
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

t.test('a file that was cut short is fetched again, and no other', async (t) => {
  const { begin, server, journalDir, dataDir } = await opened(t, alpaca, alpacaWire);
  const journal = Journal.open(journalDir);
  t.teardown(() => journal.close());
  const middle = TAPE_START_US + 600 * DAY_US;
  const [first] = await begin(journal, { span: [TAPE_START_US - DAY_US, middle] });
  await begin(journal);
  const days = join(dataDir, 'history', 'bars_1d', 'source=alpaca', 'symbol=AAPL');
  const [one] = readdirSync(days).sort();
  for (const length of [0, 9, 500]) {
    truncateSync(join(days, one!), length);
    const again = await begin(journal);
    t.match(again, [{ state: 'complete', damaged: 1, records: first!.records, missing: [] }]);
  }
  const asked = server.requests;
  t.match(await begin(journal), [{ state: 'complete', damaged: 0, records: 0 }]);
  t.equal(server.requests, asked);
  t.equal(readdirSync(days).length, 2);
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

/** A source of a few minutes a day that gives a day a page. */
function scripted(answers: (page: number) => Answer<readonly number[]>): MarketDataSource {
  const bar = (symbol: string, timeUs: number): MarketRecord => ({
    ...{ kind: 'bar', symbol, every: '1m', timeUs, open: 1, high: 1, low: 1, close: 1, volume: 1 },
  });
  return {
    name: 'scripted',
    capabilities: alpaca.capabilities,
    async *history({ symbol, fromUs, toUs }) {
      const first = Math.floor((fromUs - TAPE_START_US) / DAY_US);
      for (let page = 0; TAPE_START_US + (first + page) * DAY_US < toUs; page++) {
        const answer = answers(page);
        if (!answer.ok) {
          yield answer;
          return;
        }
        const startUs = TAPE_START_US + (first + page) * DAY_US;
        const records = answer.value
          .map((offUs) => bar(symbol, startUs + offUs))
          .filter(({ timeUs }) => timeUs >= fromUs && timeUs < toUs);
        yield { ok: true, value: { records, rejectedByReason: {} } };
      }
    },
  };
}

/** Minutes of a page of `scripted`. */
const MINUTES: Answer<readonly number[]> = { ok: true, value: [0, 60e6, 120e6] };

/** How many bars there are on disk, and of how many times. */
async function stored(dataDir: string): Promise<readonly number[]> {
  const db = await DuckDb.open();
  try {
    const files = `${dataDir}/history/bars_1m/**/*.parquet`;
    const query = `SELECT count(*)::INT AS n, count(DISTINCT time_us)::INT AS d FROM read_parquet('${files}')`;
    const [row] = await db.rows(query);
    return [Number(row!['n']), Number(row!['d'])];
  } finally {
    db.close();
  }
}

/** A backfill of ten days of one symbol of a scripted source. */
function scriptedRun(t: Test) {
  const dataDir = folder(t);
  const journal = Journal.open(join(dataDir, 'backfill'));
  t.teardown(() => journal.close());
  const begin = async (source: MarketDataSource, more: Partial<BackfillOptions> = {}) => {
    const [report] = await backfill({
      ...{ source, journal, dataDir, kind: 'bar', every: '1m', symbols: ['AAPL'] },
      span: [TAPE_START_US, TAPE_START_US + 10 * DAY_US],
      isStopped: () => false,
      onSymbol: () => {},
      ...more,
    });
    return report!;
  };
  return { dataDir, journal, begin };
}

t.test('what a day of calls fetched is kept: a long span is there after some days', async (t) => {
  const { begin, dataDir } = scriptedRun(t);
  const spent = no('source.budget_spent', 'for today');
  const source = scripted((page) => (page < 4 ? MINUTES : spent));
  t.match(await begin(source), { state: 'incomplete', reason: 'source.budget_spent', records: 11 });
  t.same(await stored(dataDir), [11, 11]);
  for (let day = 0; day < 5; day++) await begin(source);
  t.same(await stored(dataDir), [30, 30], 'in the end all of it, once');
});

t.test('a backfill that is stopped asks for no further page and keeps what it has', async (t) => {
  const { begin, dataDir } = scriptedRun(t);
  let asked = 0;
  const source = scripted(() => {
    asked++;
    return MINUTES;
  });
  const report = await begin(source, { isStopped: () => asked === 3 });
  t.match(report, { state: 'incomplete', reason: 'source.stopped', records: 8 });
  t.equal(asked, 3);
  t.same(await stored(dataDir), [8, 8]);
});

t.test(
  'who stops while a call waits for its turn makes no call, and none is counted',
  async (t) => {
    const { begin, clock, journalDir, server } = await opened(
      t,
      alphaVantage,
      alphaVantageWire,
      25,
    );
    const journal = Journal.open(journalDir);
    t.teardown(() => journal.close());
    const symbols = ['AAPL', 'NO1', 'NO2', 'NO3', 'NO4', 'IBM', 'NO5'];
    // The sixth call of a minute waits.
    const isStopped = () => clock.slept.length > 0;
    const reports = await begin(journal, { symbols, isStopped });
    t.equal(server.requests, 5);
    t.match(reports.slice(4), [
      { symbol: 'NO4', state: 'refused', reason: 'source.unknown_symbol' },
      { symbol: 'IBM', state: 'incomplete', reason: 'source.stopped', records: 0 },
      { symbol: 'NO5', state: 'incomplete', reason: 'source.stopped' },
    ]);
    const now = () => clock.nowMs();
    const ledger = new CallLedger({ journal, source: 'alpha-vantage', callsPerDay: 25, now });
    t.equal(ledger.left(), 20);
  },
);

t.test('a symbol whose last page came while somebody stopped is complete', async (t) => {
  const { begin, journalDir, server } = await opened(t, alphaVantage, alphaVantageWire);
  const journal = Journal.open(journalDir);
  t.teardown(() => journal.close());
  const isStopped = () => server.requests > 0;
  t.match(await begin(journal, { symbols: ['AAPL', 'IBM'], isStopped }), [
    { symbol: 'AAPL', state: 'complete', reason: '' },
    { symbol: 'IBM', state: 'incomplete', reason: 'source.stopped' },
  ]);
  t.equal(server.requests, 1, 'no call is needed for what is there');
});

t.test('a crash between a file and its note leaves no day twice', async (t) => {
  const { begin, dataDir, journal } = scriptedRun(t);
  const source = scripted(() => MINUTES);
  const ending = new Error('the process ends here');
  const dying = { view: (key: string) => journal.view(key), putView: () => Promise.reject(ending) };
  // Of a journal a backfill reads and writes views alone.
  await t.rejects(begin(source, { journal: dying as unknown as Journal }), ending);
  t.same(await stored(dataDir), [30, 30]);
  const fromUs = TAPE_START_US + DAY_US;
  await begin(source, { span: [fromUs, TAPE_START_US + 11 * DAY_US] });
  t.same(await stored(dataDir), [33, 33], 'other days are asked for, and each is there once');
});

t.test('what a source has nothing of stays missing, with the reason', async (t) => {
  const { begin } = scriptedRun(t);
  const sinceUs = TAPE_START_US + 7 * DAY_US;
  const source: MarketDataSource = {
    ...scripted(() => MINUTES),
    async *history() {
      yield { ok: true, value: { records: [], rejectedByReason: {}, sinceUs } };
    },
  };
  t.match(await begin(source), {
    state: 'incomplete',
    reason: 'source.no_older',
    missing: [[TAPE_START_US, sinceUs]],
  });
});

t.test(
  'a symbol that a source has nothing of is told as such, and only when asked for',
  async (t) => {
    const { begin } = scriptedRun(t);
    const source: MarketDataSource = {
      ...scripted(() => MINUTES),
      async *history() {
        yield { ok: true, value: { records: [], rejectedByReason: {}, isLast: true } };
      },
    };
    t.match(await begin(source), { state: 'complete', records: 0, isEmpty: true });
    t.match(await begin(source), { state: 'complete', records: 0, isEmpty: false });
  },
);

t.test('a span ends with yesterday, for what is covered is never asked for again', async (t) => {
  const noonUs = newYorkUs('2021-01-05 12:00:00');
  const lateUs = newYorkUs('2021-01-05 22:00:00');
  const midnight = (day: number): number => Date.UTC(2021, 0, day) * 1_000;
  const from = '2021-01-01';
  t.equal(spanOf({ from }, noonUs, {})[1], midnight(5));
  t.equal(
    spanOf({ from }, lateUs, {})[1],
    newYorkUs('2021-01-05'),
    'it is the sixth in London alone',
  );
  t.equal(
    spanOf({ from, to: '2021-01-04' }, noonUs, {})[1],
    midnight(5),
    'a day of coins is not over',
  );
  t.equal(spanOf({ from, to: '2021-01-03' }, noonUs, {})[1], newYorkUs('2021-01-04'));
  for (const to of ['2021-01-05', '2021-01-06', '2031-01-01', '2020-12-31']) {
    t.throws(() => spanOf({ from, to }, noonUs, {}), { code: 'flag.invalid' }, to);
  }
  t.throws(() => spanOf({ from: '2021-01-05' }, noonUs, {}), { code: 'flag.invalid' });
});

t.test('a span is of whole days of its source, also where clocks change', (t) => {
  const nowUs = newYorkUs('2021-12-01 12:00:00');
  const span = (from: string, to: string, isUtcDay: boolean) =>
    spanOf({ from, to }, nowUs, { isUtcDay });
  // 23 hours in March and 25 in November.
  t.same(span('2021-03-14', '2021-03-14', false), [
    newYorkUs('2021-03-14'),
    newYorkUs('2021-03-15'),
  ]);
  t.same(span('2021-11-07', '2021-11-07', false), [
    newYorkUs('2021-11-07'),
    newYorkUs('2021-11-08'),
  ]);
  t.same(
    span('2021-11-07', '2021-11-07', true),
    [Date.UTC(2021, 10, 7) * 1_000, Date.UTC(2021, 10, 8) * 1_000],
    'a day of coins has its own bar, and not that of the next',
  );
  t.end();
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
