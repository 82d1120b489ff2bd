// A portfolio actor in the hands of a test: its market, its first cash, its turns.

import { TurnRecorder } from '../../engine/index.js';
import { daysOf } from '../calendar/index.js';
import { attachScenarioMatrix, createScenarioMatrix } from '../risk/index.js';
import { createPortfolioBehaviour, type PortfolioDeps } from './behaviour.js';
import type { PortfolioEvent } from './enter.js';
import type { PortfolioMessage } from './messages.js';
import type { PortfolioState } from './state.js';

/** A million dollars on a day. Units: days since 1970. */
export function openingCash(day: number): PortfolioEvent {
  const amount = 1_000_000_000_000n;
  return { kind: 'cash_moved', eventId: 'opening', day, currency: 'USD', amount };
}

/** A behaviour over a market of these symbols and last prices; `changes` are the test's own. */
export function testPortfolio(
  symbols: readonly string[],
  prices: Float64Array,
  changes: Partial<PortfolioDeps> = {},
) {
  const behaviour = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => (symbols.includes(symbol) ? symbols.indexOf(symbol) : undefined),
      symbolOf: (row) => symbols[row] ?? 'unlisted',
      lastPrice: (row) => prices[row] ?? Number.NaN,
    },
    matrix: attachScenarioMatrix(createScenarioMatrix(symbols.length)),
    pointsPerSession: 6,
    limitsOf: () => [],
    methodOf: () => 'fifo',
    openingEvents: () => [openingCash(daysOf(20201231))],
    ...changes,
  });
  const turn = new TurnRecorder();
  /** Takes a message in a turn of its own; the answer is valid until the next. */
  const receive = (state: PortfolioState, message: PortfolioMessage, nowUs = 0): TurnRecorder => {
    const evolve = (event: { readonly kind: string }): void =>
      // Only the portfolio's own events are persisted here.
      behaviour.evolve(state, event as PortfolioEvent);
    turn.begin('portfolio/p1', nowUs, 'test', evolve, () => 0);
    // The recorder takes whatever a behaviour tells.
    behaviour.receive(state, message, turn as never);
    return turn;
  };
  return { behaviour, receive };
}
