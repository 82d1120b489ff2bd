// Names over time, factors as of any date, kinds, selection and figures that can't tell the future.

import fc from 'fast-check';
import t from 'tap';
import { asOf, inOrder } from './as-of.js';
import {
  type CorporateAction,
  factorAsOf,
  factorsOf,
  parseFactorFile,
  stepOn,
  volumeFactorAsOf,
} from './factors.js';
import { EarningsCalendar, type Fundamental, FundamentalStore } from './fundamentals.js';
import { eventsOf, lifeOf, nameOn, parseMapFile, type SecurityLife } from './lives.js';
import { SymbolMaster } from './master.js';
import { kindOf, tickSizeOf } from './security-kind.js';
import { type Candidate, SELECT_LIMITS, selectUniverse } from './select.js';

function life(id: string, text: string): SecurityLife {
  const parsed = parseMapFile(id, text);
  if (!parsed.ok) throw new Error(parsed.problem.problem);
  return parsed.life;
}

const OLD = life('wid.1', '20000103,wid\n20050630,wid\n');
const NEW = life('gad', '20030310,gad,Q\n20061231,gad,Q\n20101231,wid,N\n20501231,gadg,N\n');

t.test('a name is whose it was on the date', async (t) => {
  const lives = [OLD, NEW];
  t.equal(lifeOf(lives, 'wid', 20050630)?.id, 'WID.1');
  t.equal(lifeOf(lives, 'WID', 20050701), undefined, 'nobody bears it in between');
  t.equal(lifeOf(lives, 'wid', 20070101)?.id, 'GAD');
  t.equal(nameOn(NEW, 20061231)?.ticker, 'GAD');
  t.match(nameOn(NEW, 20070101), { ticker: 'WID', exchange: 'N', from: 20070101, to: 20101231 });
  t.equal(nameOn(NEW, 20030309), undefined);
  t.same(
    eventsOf(NEW).map(({ kind, date, ticker }) => `${kind} ${date} ${ticker}`),
    ['listed 20030310 GAD', 'renamed 20070101 WID', 'renamed 20110101 GADG'],
  );
  t.match(eventsOf(OLD).at(-1), { kind: 'delisted', date: 20050630 });
});

t.test('a map or factor file that is wrong is refused with its line', async (t) => {
  t.match(parseMapFile('x', '20000103,a\n2000-01-04,a\n'), { ok: false, problem: { line: 2 } });
  t.match(parseMapFile('x', '20000103,a\n19990104,a\n'), { ok: false, problem: { line: 2 } });
  t.match(parseMapFile('x', '20000103,\n'), { ok: false, problem: { line: 1 } });
  t.match(parseMapFile('x', ''), { ok: false });
  t.same(parseFactorFile('20000103,1,1\n20000102,1,1\n'), { ok: false, line: 2 });
  t.same(parseFactorFile('20000103,0,1\n'), { ok: false, line: 1 });
});

t.test('a split and a dividend are put back as each vendor does', async (t) => {
  const series = { dates: [1, 2, 3, 4], closes: [100, 50, 48, 49] };
  const actions: CorporateAction[] = [
    { date: 2, split: 2, dividend: 0 },
    { date: 3, split: 1, dividend: 1 },
  ];
  const before = factorsOf(series, actions, 'close_before');
  t.equal(factorAsOf(before, 2, 4), 49 / 50);
  t.equal(factorAsOf(before, 1, 4), 49 / 100);
  t.equal(factorAsOf(before, 1, 2), 0.5, 'the dividend lies in the future');
  t.equal(factorAsOf(before, 4, 2), 1);
  t.equal(volumeFactorAsOf(before, 1, 4), 2);
  const after = factorsOf(series, actions, 'close_of_day');
  t.equal(factorAsOf(after, 2, 4), 48 / 49);
  t.same(factorsOf(series, [{ date: 1, split: 2, dividend: 0 }], 'close_before').length, 1);
});

t.test(
  'actions of one date count together, and none takes all that a stock was worth',
  async (t) => {
    const series = { dates: [1, 2], closes: [100, 47] };
    const regular: CorporateAction = { date: 2, split: 1, dividend: 1 };
    const special = { ...regular, dividend: 5 };
    const factor = (actions: readonly CorporateAction[]) =>
      factorAsOf(factorsOf(series, actions, 'close_before'), 1, 2);
    t.equal(factor([regular, special]), 0.94);
    t.equal(factor([special, regular]), 0.94);
    t.equal(factor([{ ...regular, split: 2, dividend: 0 }, regular]), 0.98 / 2);
    t.equal(factor([{ ...regular, split: 2, dividend: 100 }]), 0.5);
  },
);

t.test('as of any date, returns are the same and the future changes nothing', async () => {
  const action = fc.record({
    date: fc.integer({ min: 1, max: 30 }),
    split: fc.constantFrom(1, 2, 0.1),
    dividend: fc.constantFrom(0, 0.5, 2),
  });
  const input = fc.record({
    closes: fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 31, maxLength: 31 }),
    actions: fc.uniqueArray(action, { maxLength: 6, selector: ({ date }) => date }),
    end: fc.integer({ min: 5, max: 30 }),
  });
  fc.assert(
    fc.property(input, ({ closes, actions, end }) => {
      const dates = closes.map((_, index) => index);
      const all = factorsOf({ dates, closes }, actions, 'close_of_day');
      const known = factorsOf(
        { dates: dates.slice(0, end + 1), closes: closes.slice(0, end + 1) },
        actions.filter(({ date }) => date <= end),
        'close_of_day',
      );
      return dates.slice(0, end + 1).every((date) => {
        const ours = factorAsOf(all, date, end);
        return (
          Math.abs(ours / factorAsOf(known, date, end) - 1) < 1e-12 && stepOn(all, date).split > 0
        );
      });
    }),
    { numRuns: 300, seed: 4 },
  );
});

t.test('what holds as of a date is the last of what was known', async (t) => {
  const values = inOrder([
    { from: 20200201, value: 'b' },
    { from: 20200101, value: 'a' },
    { from: 20200201, value: 'c' },
  ]);
  t.same(
    [20191231, 20200101, 20200131, 20200201, 20300101].map((date) => asOf(values, date)),
    [undefined, 'a', 'a', 'c', 'c'],
  );
});

t.test('the kind of a listing stands in its name and flags', async (t) => {
  const of = (name: string, flags = {}) =>
    kindOf({
      symbol: 'X',
      name,
      exchange: 'Q',
      isEtf: false,
      isTest: false,
      lotSize: 100,
      status: 'N',
      ...flags,
    });
  const cases: [string, string][] = [
    ['Agilent Technologies, Inc. Common Stock', 'common'],
    ['Artius II Acquisition Inc. - Units', 'unit'],
    ['Artius II Acquisition Inc. - Warrants', 'warrant'],
    ['Artius II Acquisition Inc. - Rights', 'right'],
    ['Bank Depositary Shares, each a 1/40th Interest in a Share of Preferred Stock', 'preferred'],
    ['Carlyle 4.625% Subordinated Notes due 2061', 'note'],
    ['Adams Diversified Equity Fund, Inc. Common Stock', 'fund'],
    ['Alibaba Group American Depositary Shares', 'depositary'],
    ['Energy Transfer LP Common Units', 'common'],
    ['United States Steel Corporation Common Stock', 'common'],
    ['Notes Live Inc Common Stock', 'common'],
    ['Gabelli 5.25% Notes due 2061 of Notes Live Inc Common Stock', 'note'],
    ['AEye TEST Common Stock', 'common'],
    ['Tick Pilot Test Stock Class A Common Stock TEST ISSUE', 'test'],
  ];
  for (const [name, kind] of cases) t.equal(of(name), kind, name);
  t.equal(of('Anything', { isEtf: true }), 'etf');
  t.equal(of('NASDAQ TEST STOCK', { isTest: true }), 'test');
  t.same([0.5, 1, 20].map(tickSizeOf), [0.0001, 0.01, 0.01]);
});

function candidate(symbol: string, changes: Partial<Candidate> = {}): Candidate {
  const traded = { days: 6, allDays: 6, close: 20, dollarVolume: 2e7 };
  return { symbol, ...traded, hasFundamental: true, kind: 'common', ...changes };
}

t.test('everyone is in, or out for the first rule that does not hold', async (t) => {
  const { priceMin, dollarVolumeMin } = SELECT_LIMITS;
  const selected = selectUniverse(
    [
      candidate('A'),
      candidate('B', { dollarVolume: 3e7 }),
      candidate('C', { dollarVolume: dollarVolumeMin, close: priceMin, kind: undefined }),
      candidate('ETF', { kind: 'etf', close: 1 }),
      candidate('AB.W'),
      candidate('D', { hasFundamental: false, kind: undefined }),
      candidate('E', { days: 5 }),
      candidate('F', { close: priceMin - 0.01 }),
      candidate('G', { dollarVolume: dollarVolumeMin - 1 }),
    ],
    { ...SELECT_LIMITS, count: 2 },
  );
  t.same(
    selected.map(({ candidate: { symbol }, reason, rank }) => `${symbol} ${rank} ${reason}`.trim()),
    [
      'B 1',
      'A 2',
      'C 3 beyond_count',
      'AB.W 0 odd_symbol',
      'D 0 no_company',
      'E 0 not_traded_every_day',
      'ETF 0 not_a_share',
      'F 0 price_too_low',
      'G 0 too_little_traded',
    ],
  );
});

t.test('a master answers by what was known on the date', async (t) => {
  const listing = (name: string) => ({
    symbol: 'GADG',
    name,
    exchange: 'N',
    isEtf: false,
    isTest: false,
    lotSize: 10,
    status: '',
  });
  const master = new SymbolMaster({
    lives: [OLD, NEW],
    listings: [{ from: 20110601, value: listing('Gadgets Common Stock') }],
    classifications: new Map([
      [
        'GADG',
        [
          { from: 20110701, value: { name: 'Gadgets', sector: 'Industrials', subIndustry: '' } },
          {
            from: 20180924,
            value: { name: 'Gadgets', sector: 'Communication Services', subIndustry: '' },
          },
        ],
      ],
    ]),
  });
  t.match(master.asOf('gadg', 20110301), { status: 'listed', kind: 'unknown', sector: '' });
  t.match(master.asOf('gadg', 20110615), { kind: 'common', lotSize: 10, sector: '' });
  t.match(master.asOf('gadg', 20180901), { sector: 'Industrials', names: ['GAD', 'WID', 'GADG'] });
  t.match(master.asOf('gadg', 20180924), { sector: 'Communication Services' });
  t.equal(master.asOf('gadg', 20050101).status, 'not_yet_listed');
  t.equal(master.asOf('wid', 20050701).status, 'delisted');
  t.equal(master.asOf('gad', 20070101).status, 'renamed', 'it goes on as WID');
  t.equal(master.asOf('wid', 20110101).status, 'renamed', 'the last who bore it does');
  t.equal(master.asOf('nope', 20050701).status, 'unknown');
  t.equal(master.history('wid', 20060101).length, 1);
  t.equal(master.history('wid', 20080101).length, 2);
  t.ok(master.symbols().includes('WID'));
});

const figure = (periodEnd: number, knownOn: number, value: number): Fundamental => ({
  symbol: 'A',
  metric: 'eps',
  periodEnd,
  knownOn,
  value,
});

t.test('figures are those known by then, restated as of then', async (t) => {
  const store = new FundamentalStore([
    figure(20200331, 20200501, 1),
    figure(20200630, 20200801, 2),
    figure(20200331, 20200901, 1.5),
    figure(20200630, 20201001, 2.5),
  ]);
  const values = [20200430, 20200501, 20200831, 20200915, 20201001].map(
    (date) => store.asOf('a', 'eps', date)?.value,
  );
  t.same(values, [undefined, 1, 2, 2, 2.5]);
  t.same(store.metrics('A', 20200430), []);
  t.same(store.metrics('A', 20200501), ['eps']);
});

t.test('nothing asked as of a date depends on what became known later', async () => {
  const figures = fc.array(fc.record({ period: fc.nat(8), lag: fc.nat(5), value: fc.integer() }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(figures, fc.nat(12), (list, date) => {
      const all = list.map(({ period, lag, value }) => figure(period, period + lag, value));
      const known = all.filter(({ knownOn }) => knownOn <= date);
      const [one, other] = [all, known].map((some) =>
        new FundamentalStore(some).asOf('A', 'eps', date),
      );
      return one?.value === other?.value && one?.knownOn === other?.knownOn;
    }),
    { numRuns: 300, seed: 4 },
  );
});

t.test('the next release is told without its figures, and only once announced', async (t) => {
  const release = {
    symbol: 'A',
    fiscalYear: 2020,
    epsConsensus: 1,
    revenueConsensus: 2,
    revenue: 9,
  };
  const calendar = new EarningsCalendar([
    { ...release, fiscalQuarter: 1, releasedOn: 20200501, announcedOn: 20200415, eps: 3 },
    { ...release, fiscalQuarter: 2, releasedOn: 20200801, announcedOn: 20200801, eps: 4 },
  ]);
  t.equal(calendar.next('A', 20200414), undefined);
  const unknown = { eps: Number.NaN, epsConsensus: Number.NaN };
  const next = { fiscalQuarter: 1, ...unknown, revenue: Number.NaN, revenueConsensus: Number.NaN };
  t.match(calendar.next('a', 20200415), next);
  t.equal(calendar.last('A', 20200430), undefined);
  t.match(calendar.last('A', 20200501), { eps: 3 });
  t.equal(calendar.next('A', 20200501), undefined, 'nobody announced it');
});
