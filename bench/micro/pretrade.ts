// One order after the other is checked by a portfolio actor: every rule, and risk after the trade.

import {
  createPortfolioBehaviour,
  type OrderChecked,
  type PortfolioEvent,
} from '../../actors/portfolio/index.js';
import {
  attachScenarioMatrix,
  createScenarioMatrix,
  putReturn,
  SCENARIOS,
} from '../../actors/risk/index.js';
import { scenarioKernel } from '../../deploy/app/kernels.js';
import { TurnRecorder } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs, percentiles, ratePerSecond } from '../lib/clock.js';

const ROWS = 504;
const HELD = 50;
const TIMED = 20_000;

/** Before all else, in the account's own currency. */
const STATED = { day: 0, currency: 'USD' };

/** Checks a second, and single times. */
export async function run(): Promise<Sample> {
  const { check } = setUp();
  let allowed = 0;
  const rate = await ratePerSecond(() => {
    for (let order = 0; order < 100; order++) allowed += check(order).allowed ? 1 : 0;
    return 100;
  });
  if (allowed === 0) throw new Error('expected orders to be allowed, none was');
  const timesUs = new Float64Array(TIMED);
  for (let order = 0; order < TIMED; order++) {
    const started = nowUs();
    check(order);
    timesUs[order] = nowUs() - started;
  }
  return { rate, ...percentiles(timesUs) };
}

/** A marked portfolio of many positions in real turns. */
function setUp() {
  const matrix = attachScenarioMatrix(createScenarioMatrix(ROWS, 1, scenarioKernel()));
  for (let row = 0; row < ROWS; row++) {
    for (let day = 0; day < SCENARIOS; day++) {
      putReturn(matrix, row, day, Math.sin((row * SCENARIOS + day) * 12.9898) * 0.02);
    }
  }
  const symbols = Array.from({ length: ROWS }, (_, row) => `S${row}`);
  const rows = new Map(symbols.map((symbol, row) => [symbol, row]));
  const prices = new Float64Array(ROWS).fill(100);
  const cash: PortfolioEvent = {
    kind: 'cash_moved',
    ...STATED,
    eventId: 'c',
    amount: 10n ** 14n,
  };
  const held = Array.from({ length: HELD }, (_, index): PortfolioEvent => {
    const row = index * 10;
    const [quantity, price] = [10_000_000_000n, 100_000_000n];
    const symbol = symbols[row]!;
    return { kind: 'traded', ...STATED, eventId: symbol, symbol, quantity, price, fee: 0n };
  });
  const behaviour = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => rows.get(symbol),
      symbolOf: (row) => symbols[row] ?? 'unlisted',
      lastPrice: (row) => prices[row]!,
    },
    matrix,
    pointsPerSession: 6,
    limitsOf: () => [
      { measure: 'gross_exposure', severity: 'hard', limit: 2 },
      { measure: 'single_name', severity: 'hard', limit: 0.5 },
      { measure: 'var99', severity: 'hard', limit: 0.1 },
    ],
    methodOf: () => 'fifo',
    openingEvents: () => [cash, ...held],
  });
  const state = behaviour.initial('p');
  const turn = new TurnRecorder();
  const ask = (message: Parameters<typeof behaviour.receive>[1]): void => {
    turn.begin(
      'portfolio/p',
      0,
      'bench',
      () => {},
      () => 0,
    );
    // The recorder is a turn of any kind of event.
    behaviour.receive(state, message, turn as never);
  };
  const place = { pointIndex: 0, timeUs: 0, date: 20_210_104, dayIndex: SCENARIOS };
  ask({ kind: 'marked', ...place, isClose: true, opensSession: true, prices });
  const check = (order: number): OrderChecked => {
    const symbol = symbols[order % ROWS]!;
    ask({ kind: 'check_order', symbol, side: 'buy', quantity: '100', price: '', fee: '' });
    const effect = turn.effects[0];
    if (effect?.kind !== 'reply') throw new Error('expected a reply, there was none');
    // The only reply to this query.
    return effect.message as OrderChecked;
  };
  return { check };
}
