// A portfolio that may hold options, in the hands of a test: its market moves as the test says.

import { daysOf, sessionOf } from '../calendar/index.js';
import { DEFAULT_POLICY } from '../pretrade/index.js';
import {
  attachScenarioMatrix,
  beginReturns,
  createScenarioMatrix,
  putReturn,
  SCENARIOS,
} from '../risk/index.js';
import type { PortfolioFigures } from './answers.js';
import type { PortfolioDeps } from './behaviour.js';
import type { PortfolioEvent } from './enter.js';
import type { Marked, PortfolioMessage } from './messages.js';
import { openingCash, testPortfolio } from './test-portfolio.js';

/** Stocks of the test's market. */
const STOCKS = ['AAPL', 'KO'];

/** Day of the scenarios that marks are made on. */
export const DAY_INDEX = 600;

/** Return of a stock on a day of the scenarios. */
export function testReturn(row: number, day: number): number {
  return Math.sin(row * 31 + day * 12.9898) * 0.03;
}

/** A portfolio with a million dollars before 2021, and what a test asks of it. */
export function openOptions(changes: Partial<PortfolioDeps> = {}) {
  const prices = Float64Array.of(130, 50);
  const matrix = attachScenarioMatrix(createScenarioMatrix(STOCKS.length));
  STOCKS.forEach((_symbol, row) => {
    beginReturns(matrix, row, 0);
    for (let day = 0; day < DAY_INDEX; day++) putReturn(matrix, row, day, testReturn(row, day));
  });
  const { behaviour, receive } = testPortfolio(STOCKS, prices, {
    matrix,
    policy: DEFAULT_POLICY,
    openingEvents: () => [openingCash(daysOf(20201231))],
    ...changes,
  });
  let state = behaviour.initial('p1');
  const journal: PortfolioEvent[] = [];
  const ask = <T>(message: PortfolioMessage, nowUs = 0): T => {
    const { events, effects } = receive(state, message, nowUs);
    // Only the portfolio's own events are persisted here.
    journal.push(...(events as unknown as PortfolioEvent[]));
    const answer = effects.find(({ kind }) => kind === 'reply' || kind === 'refuse');
    // The test names the reply that its message has.
    return ((answer as { message?: unknown } | undefined)?.message ?? answer) as T;
  };
  let point = 0;
  /** Marks at the close of a date, or an hour before it. */
  const mark = (date: number, isClose = true): PortfolioFigures => {
    const timeUs = sessionOf(date).closeUs - (isClose ? 0 : 3_600_000_000);
    const place = { pointIndex: point++, timeUs, date, dayIndex: DAY_INDEX };
    const message: Marked = { kind: 'marked', ...place, isClose, opensSession: true, prices };
    ask(message);
    if (state.marked === undefined) throw new Error('expected figures of a mark, there are none');
    return state.marked.told();
  };
  let commands = 0;
  const trade = (side: string, symbol: string, quantity: string, price: string, date = 0) =>
    ask<{ readonly kind: string; readonly refusal?: { readonly code: string } }>({
      ...{ kind: 'trade', commandId: `c${commands++}`, side, symbol, quantity, price, fee: '' },
      date,
    });
  const end = (what: string, symbol: string, quantity: string, price = '') =>
    ask<{ readonly kind: string; readonly refusal?: { readonly code: string } }>({
      ...{ kind: 'option', commandId: `c${commands++}`, what, symbol, quantity, price },
    });
  /** A copy through its stored form. */
  const restore = (): void => {
    state = behaviour.decode(structuredClone(behaviour.encode(state)), behaviour.version);
  };
  const restart = (): void => {
    state = behaviour.initial('p1');
    point = 0;
    for (const event of journal) behaviour.evolve(state, structuredClone(event));
  };
  return {
    behaviour,
    ask,
    mark,
    trade,
    end,
    prices,
    matrix,
    journal,
    restore,
    restart,
    state: () => state,
  };
}

/** First day of the window of marks. */
export const FIRST_DAY = DAY_INDEX - SCENARIOS;
