// One order after the other is checked by a portfolio actor: every rule, and risk after the trade.

import type { OrderChecked } from '../../actors/portfolio/index.js';
import { attachScenarioMatrix, SCENARIOS } from '../../actors/risk/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs, percentiles, ratePerSecond } from '../lib/clock.js';
import { filledMatrix, heldPortfolios, ROWS, symbolOf } from '../lib/held-portfolio.js';

const TIMED = 20_000;

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
  const matrix = attachScenarioMatrix(filledMatrix(ROWS));
  const prices = new Float64Array(ROWS).fill(100);
  const { initial, receive } = heldPortfolios({ matrix, prices, pointsPerSession: 6 });
  const state = initial(0);
  const place = { pointIndex: 0, timeUs: 0, date: 20_210_104, dayIndex: SCENARIOS };
  receive(state, { kind: 'marked', ...place, isClose: true, opensSession: true, prices });
  const check = (order: number): OrderChecked => {
    const symbol = symbolOf(order % ROWS);
    const asked = { symbol, side: 'buy', quantity: '100', price: '', fee: '' };
    const effect = receive(state, { kind: 'check_order', ...asked })[0];
    if (effect?.kind !== 'reply') throw new Error('expected a reply, there was none');
    // The only reply to this query.
    return effect.message as OrderChecked;
  };
  return { check };
}
