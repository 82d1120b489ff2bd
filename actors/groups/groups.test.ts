// Groups summed from shared marks: exact sums, one order, replays, limits with their actions.

import fc from 'fast-check';
import t from 'tap';
import type { LimitConfig } from '../limits/index.js';
import {
  attachScenarioMatrix,
  beginReturns,
  createScenarioMatrix,
  historicalRisk,
  type PortfolioMark,
  putReturn,
  SCENARIOS,
} from '../risk/index.js';
import { type BoardConfig, createBoard, GroupJudge, limitsOfScope, RiskBoard } from './index.js';

const ROWS = 3;
const VAR: LimitConfig = { measure: 'var99', severity: 'hard', limit: 0.05, action: 'block' };
const NAME: LimitConfig = {
  measure: 'single_name',
  severity: 'soft',
  limit: 0.5,
  action: 'reduce_only',
};

const CONFIG: BoardConfig = {
  portfolios: ['a', 'b', 'c'],
  limits: [VAR],
  groups: [
    { id: 'firm', level: 'firm', members: [0, 1, 2], limits: [NAME, VAR] },
    { id: 'ab', level: 'desk', members: [0, 1], limits: [] },
  ],
};

/** Profits by scenario. */
function bookOf(profitIn: (scenario: number) => number): PortfolioMark['book'] {
  return { latest: Float64Array.from({ length: SCENARIOS }, (_, at) => profitIn(at)) };
}

/** A portfolio of some exposures by row, whose profits follow from a seed. */
function markOf(pointIndex: number, seed: number, exposures: readonly number[]): PortfolioMark {
  return {
    pointIndex,
    equity: 1_000,
    net: exposures.reduce((sum, exposure) => sum + exposure, 0),
    gross: exposures.reduce((sum, exposure) => sum + Math.abs(exposure), 0),
    gamma: 0,
    vega: 0,
    margin: 0,
    flow: 0,
    flowOn: 0,
    rows: Int32Array.from(exposures.keys()),
    exposures: Float64Array.from(exposures),
    firstDay: 100,
    riskAsOfUs: 1 + pointIndex,
    book: bookOf((at) => Math.sin(seed + at * 12.9898) * 20),
  };
}

t.test('a scope is a portfolio or a group, and nothing else has limits', async (t) => {
  t.same(limitsOfScope(CONFIG, 'portfolio/a'), [VAR]);
  t.same(limitsOfScope(CONFIG, 'group/firm'), [NAME, VAR]);
  for (const scope of ['desk/firm', 'firm', 'group/nobody', '']) {
    t.same(limitsOfScope(CONFIG, scope), [], scope);
  }
});

function setUp() {
  const memory = createBoard(CONFIG, ROWS);
  const board = new RiskBoard(memory, CONFIG, ROWS);
  return { memory, board, judge: new GroupJudge(board) };
}

t.test('greeks of options are summed too, and those of one member may hedge another', async (t) => {
  const limits = [{ measure: 'vega', severity: 'hard', limit: 0.02 } as const];
  const desk = { id: 'desk', level: 'desk', members: [0, 1], limits } as const;
  const config = { ...CONFIG, groups: [desk] };
  const board = new RiskBoard(createBoard(config, ROWS), config, ROWS);
  const judge = new GroupJudge(board);
  board.put('a', { ...markOf(0, 1, [100, 0, 0]), vega: 50, gamma: 3 });
  board.put('b', { ...markOf(0, 2, [100, 0, 0]), vega: -20 });
  t.match(judge.judge(0, 5).groups[0]!.limits, [{ value: 0.015, breached: false }]);
  board.put('a', { ...markOf(1, 1, [100, 0, 0]), vega: 50, gamma: 3 });
  board.put('b', { ...markOf(1, 2, [100, 0, 0]), vega: 0 });
  t.match(judge.judge(1, 6).transitions, [{ kind: 'limit_breached', group: 'desk', value: 0.025 }]);
});

t.test('a sector is what members hold of its names, and binds orders in them alone', async (t) => {
  const matrix = attachScenarioMatrix(createScenarioMatrix(ROWS));
  for (let row = 0; row < ROWS; row++) {
    beginReturns(matrix, row, 100);
    for (let day = 100; day < 100 + SCENARIOS; day++) {
      putReturn(matrix, row, day, Math.sin(row + day * 12.9898) * 0.02);
    }
  }
  const limits = [
    { measure: 'net_exposure', severity: 'hard', limit: 0.1, action: 'reduce_only' } as const,
  ];
  const tech = { id: 'tech', level: 'sector', sector: 'Tech', members: [0, 1], limits } as const;
  const config = { ...CONFIG, groups: [tech], sectors: ['Tech', 'Energy', 'Tech'] };
  const board = new RiskBoard(createBoard(config, ROWS), config, ROWS);
  const judge = new GroupJudge(board, matrix);
  board.put('a', markOf(0, 1, [300, 500, -100]));
  board.put('b', markOf(0, 2, [50, 7, 25]));
  const [group] = judge.judge(0, 5).groups;
  t.match(group, { equity: 2_000, grossExposure: 475, netExposure: 275, drawdown: 0, behind: 0 });
  const profits = Float64Array.from({ length: SCENARIOS }, (_, scenario) => {
    const returnOf = (row: number) => Math.sin(row + (100 + scenario) * 12.9898) * 0.02;
    return 350 * returnOf(0) - 75 * returnOf(2);
  }).sort();
  const plain = historicalRisk(profits, 0.99);
  t.ok(Math.abs(group!.var99 - plain.valueAtRisk) < 1e-9);
  t.ok(Math.abs(group!.cvar99 - plain.tailMean) < 1e-9);
  t.match(group!.limits, [{ value: 0.1375, breached: true }]);
  t.match(board.standingOf('a', [], 10, 0), { action: 'reduce_only', why: /group\/tech/ });
  t.match(board.standingOf('a', [], 10, 1), { action: 'alert' }, 'another sector');
  t.match(board.standingOf('c', [], 10, 0), { action: 'alert' }, 'no member');
  const blind = new GroupJudge(board);
  board.put('a', markOf(1, 1, [300, 500, -100]));
  t.match(blind.judge(1, 6).groups, [{ var99: Number.NaN, behind: 1 }], 'without returns');
});

t.test('exposures and scenario profits are summed, then measured', async () => {
  const seeds = fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000));
  fc.assert(
    fc.property(seeds, (all) => {
      const { board, judge } = setUp();
      const marks = all.map((seed) => markOf(0, seed, [seed, -seed, 100]));
      for (const [place, mark] of marks.entries()) board.put(CONFIG.portfolios[place]!, mark);
      const [firm, desk] = judge.judge(0, 5).groups;
      const summed = (count: number): Float64Array =>
        Float64Array.from({ length: SCENARIOS }, (_, at) =>
          marks.slice(0, count).reduce((sum, { book }) => sum + book.latest[at]!, 0),
        ).sort();
      const own = marks.map(({ book }) => {
        return historicalRisk(book.latest.slice().sort(), 0.99).tailMean;
      });
      return (
        firm!.var99 === historicalRisk(summed(3), 0.99).valueAtRisk &&
        desk!.var99 === historicalRisk(summed(2), 0.99).valueAtRisk &&
        firm!.cvar99 <= own.reduce((sum, one) => sum + one, 0) + 1e-9 &&
        firm!.equity === 3_000 &&
        firm!.limits[0]!.value === Math.max(all[0] + all[1] + all[2], 300) / 3_000
      );
    }),
    { numRuns: 50 },
  );
});

t.test('a replay finds what was judged, though portfolios have gone on', async (t) => {
  const { memory, board, judge } = setUp();
  for (const id of CONFIG.portfolios) board.put(id, markOf(0, 1, [900, 0, 0]));
  const first = judge.judge(0, 5);
  t.match(first.transitions, [{ kind: 'limit_breached', group: 'firm', measure: 'single_name' }]);
  for (const id of CONFIG.portfolios) board.put(id, markOf(1, 2, [10, 0, 0]));
  const second = judge.judge(1, 6);
  t.match(second.transitions, [{ kind: 'limit_cleared', group: 'firm' }]);
  const successor = new GroupJudge(new RiskBoard(memory, CONFIG, ROWS));
  t.same(successor.judge(0, 5), first);
  t.same(successor.judge(1, 6), second);
  board.put('a', markOf(0, 9, [5_000, 0, 0]));
  t.same(judge.judge(1, 6), second, 'an older mark, told again, changes nothing');
});

t.test('a day is added to the same day, though windows differ', async (t) => {
  const { board, judge } = setUp();
  // Opposite profits on each day: together they lose nothing.
  const profitOn = (day: number): number => Math.sin(day * 12.9898) * 20;
  const windowOf = (firstDay: number, sign: number): PortfolioMark => ({
    ...markOf(0, 1, [1, 0, 0]),
    firstDay,
    book: bookOf((at) => sign * profitOn(firstDay + at)),
  });
  board.put('a', windowOf(100, 1));
  board.put('b', windowOf(101, -1));
  const [, desk] = judge.judge(0, 5).groups;
  t.equal(Math.abs(desk!.var99), 0);
  board.put('a', { ...windowOf(101 + SCENARIOS, 1), pointIndex: 1, riskAsOfUs: 2 });
  t.ok(Number.isNaN(judge.judge(1, 6).groups[1]!.var99), 'no day in common');
});

t.test('the tail of a group is that of profits made last, by whatever judge', async (t) => {
  const { memory, board, judge } = setUp();
  for (const id of CONFIG.portfolios) board.put(id, markOf(0, 1, [10, 0, 0]));
  const [before] = judge.judge(0, 5).groups;
  for (const id of CONFIG.portfolios) board.put(id, { ...markOf(1, 1, [20]), riskAsOfUs: 1 });
  t.match(judge.judge(1, 6).groups[0], { grossExposure: 60, var99: before!.var99 });
  board.put('b', markOf(2, 7, [20, 0, 0]));
  const [after] = judge.judge(2, 7).groups;
  t.not(after!.var99, before!.var99);
  const another = new GroupJudge(new RiskBoard(memory, CONFIG, ROWS));
  board.put('c', { ...markOf(3, 1, [20]), riskAsOfUs: 1 });
  t.match(another.judge(3, 8).groups[0], { var99: after!.var99, cvar99: after!.cvar99 });
});

t.test('what members pay in or out is no gain and no loss of the group', async (t) => {
  const { board, judge } = setUp();
  const put = (pointIndex: number, of: Partial<PortfolioMark>): number => {
    for (const id of CONFIG.portfolios) {
      const mark = { ...markOf(pointIndex, 1, [10]), equity: 1_000 };
      board.put(id, id === 'a' ? { ...mark, ...of } : mark);
    }
    return judge.judge(pointIndex, pointIndex + 5).groups[1]!.drawdown;
  };
  t.equal(put(0, {}), 0);
  t.equal(put(1, { equity: 400, flow: -600, flowOn: -600 }), 0, 'paid out in a session');
  t.equal(put(2, { equity: 400, flow: -600, flowOn: 0 }), 0, 'the same at its close');
  t.equal(put(3, { equity: 300 }), 1 - 1_300 / 1_400, 'a loss');
  const fallen = put(4, { equity: 5_300, flow: 5_000, flowOn: 5_000 });
  t.ok(Math.abs(fallen - (1 - 1_300 / 1_400)) < 1e-12, 'a deposit hides it not');
});

t.test('a member that comes later is no gain', async (t) => {
  const { board, judge } = setUp();
  board.put('a', markOf(0, 1, [10]));
  judge.judge(0, 5);
  board.put('a', { ...markOf(1, 1, [10]), equity: 900 });
  board.put('b', markOf(1, 1, [10]));
  const { drawdown, equity } = judge.judge(1, 6).groups[1]!;
  t.equal(equity, 1_900);
  t.ok(Math.abs(drawdown - 0.05) < 1e-12);
});

t.test(
  'a group that lacks a member is not judged: what it holds may hedge the others',
  async (t) => {
    const limits: readonly LimitConfig[] = [
      { measure: 'net_exposure', severity: 'hard', limit: 0.3, action: 'kill' },
    ];
    const tech = { id: 'tech', level: 'sector', sector: 'Tech', members: [0, 1], limits } as const;
    const desk = { id: 'desk', level: 'desk', members: [0, 1], limits } as const;
    const config = { ...CONFIG, groups: [desk, tech], sectors: ['Tech', 'Tech', 'Tech'] };
    const board = new RiskBoard(createBoard(config, ROWS), config, ROWS);
    const judge = new GroupJudge(board);
    board.put('a', markOf(0, 1, [900, 0, 0]));
    const lacking = judge.judge(0, 5);
    t.same(lacking.transitions, []);
    for (const group of lacking.groups) {
      t.match(group, { unmarked: 1, equity: Number.NaN, drawdown: Number.NaN, var99: Number.NaN });
      t.match(group.limits, [{ value: Number.NaN, breached: false }]);
    }
    t.match(board.standingOf('a', [], 5, 0), { action: 'alert' });
    board.put('b', markOf(1, 2, [-900, 0, 0]));
    const whole = judge.judge(1, 6);
    t.same(whole.transitions, []);
    for (const group of whole.groups) t.match(group, { unmarked: 0, behind: 1, netExposure: 0 });
  },
);

t.test('a member that is behind is counted, and enters with its last mark', async (t) => {
  const { board, judge } = setUp();
  for (const id of CONFIG.portfolios) board.put(id, markOf(0, 1, [10, 0, 0]));
  judge.judge(0, 5);
  board.put('a', markOf(1, 1, [10, 0, 0]));
  const [firm, desk] = judge.judge(1, 6).groups;
  t.match(firm, { behind: 2, equity: 3_000 });
  t.match(desk, { behind: 1, equity: 2_000 });
});

t.test('the strongest action in force decides, and an override sets its limit aside', async (t) => {
  const { board, judge } = setUp();
  for (const id of CONFIG.portfolios) board.put(id, markOf(0, 1, [900, 0, 0]));
  judge.judge(0, 5);
  t.match(board.standingOf('a', [false], 10), {
    action: 'reduce_only',
    why: /soft limit 0.5 on single_name of group\/firm/,
  });
  t.match(board.standingOf('a', [true], 10), { action: 'block', why: /portfolio\/a/ });
  board.setOverride(0, 0, { fromUs: 5, untilUs: 11 });
  t.match(board.standingOf('a', [true], 10), { action: 'reduce_only' });
  t.match(board.standingOf('b', [true], 10), { action: 'block' }, 'of that portfolio alone');
  t.ok(board.isOverridden('a', 0, 10), 'which an order may go beyond then');
  t.notOk(board.isOverridden('a', 0, 11) || board.isOverridden('b', 0, 10));
  t.notOk(board.isOverridden('nobody', 0, 10));
  board.setOverride(3, 0, { fromUs: 5, untilUs: 11 });
  t.match(board.standingOf('a', [true], 10), { action: 'alert', why: '' });
  t.match(board.standingOf('a', [true], 11), { action: 'block' }, 'until its time is over');
  t.match(board.standingOf('a', [true], 4), { action: 'block' }, 'and not before it has begun');
  board.setKilled('ann at 2021-02-16T15:00Z: the feed is odd');
  t.match(board.standingOf('a', [], 10), {
    action: 'kill',
    why: 'the kill switch is on (ann at 2021-02-16T15:00Z: the feed is odd)',
  });
  board.setKilled('x'.repeat(1_000));
  t.equal(board.killedWhy.length, 640, 'what is too long is cut');
  board.setKilled('');
  t.match([board.isKilled, board.killedWhy], [false, '']);
  t.match(board.standingOf('nobody', [true], 10), { action: 'alert' });
});

t.test('without groups no portfolio leaves a mark', async (t) => {
  const config = { ...CONFIG, groups: [] };
  const memory = createBoard(config, 5_000);
  t.ok(memory.byteLength < 4_000);
  const board = new RiskBoard(memory, config, 5_000);
  board.put('a', markOf(0, 1, [1]));
  t.match(board.standingOf('a', [true], 1), { action: 'block' });
});

t.test('what a portfolio holds is read as it was put, however many rows that are', async (t) => {
  const rows = 200;
  const memory = createBoard(CONFIG, rows);
  const writer = new RiskBoard(memory, CONFIG, rows);
  const reader = new RiskBoard(memory, CONFIG, rows);
  const exposuresOf = (count: number, seed: number) =>
    Array.from({ length: count }, (_, row) => seed * 1_000 + row);
  for (const [pointIndex, count] of [3, 64, 65, rows, 0, 10].entries()) {
    for (const [place, id] of CONFIG.portfolios.entries()) {
      const mark = markOf(pointIndex, place, exposuresOf(count, place + pointIndex));
      // The last symbol is one that the run does not have.
      writer.put(id, { ...mark, rows: Int32Array.from([...mark.rows, -7]) });
    }
    for (const place of CONFIG.portfolios.keys()) {
      const { held, profits, ...seen } = reader.markAt(place);
      t.equal(held, count);
      t.same([...seen.rows.subarray(0, held)], [...exposuresOf(count, 0).keys()]);
      t.same([...seen.exposures.subarray(0, held)], exposuresOf(count, place + pointIndex));
      t.equal(profits[503], bookOf((at) => Math.sin(place + at * 12.9898) * 20).latest[503]);
    }
  }
});
