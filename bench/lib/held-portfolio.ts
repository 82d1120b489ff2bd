// Portfolio actors of 50 positions out of 504 rows, over filled scenarios, in real turns.

import {
  createPortfolioBehaviour,
  type PortfolioEvent,
  type PortfolioMessage,
} from '../../actors/portfolio/index.js';
import {
  attachScenarioMatrix,
  createScenarioMatrix,
  putReturn,
  SCENARIOS,
  type ScenarioMatrix,
  type ScenarioMatrixHandle,
} from '../../actors/risk/index.js';
import { scenarioKernel } from '../../deploy/app/market/kernels.js';
import { TurnRecorder } from '../../engine/index.js';

/** Rows of the market, as many as the sample has. */
export const ROWS = 504;

/** Positions of each portfolio. */
export const HELD = 50;

/** Before all else, in the account's own currency. */
const STATED = { day: 0, currency: 'USD' };

/** A matrix for so many threads whose every row has a return of each day, evenly up to 2 %. */
export function filledMatrix(rowCount: number, users = 1): ScenarioMatrixHandle {
  const handle = createScenarioMatrix(rowCount, users, scenarioKernel());
  const matrix = attachScenarioMatrix(handle);
  for (let row = 0; row < rowCount; row++) {
    for (let day = 0; day < SCENARIOS; day++) {
      putReturn(matrix, row, day, (fraction(row * SCENARIOS + day) - 0.5) * 0.04);
    }
  }
  return handle;
}

/**
 * A number in [0, 1) for each whole number: sums of them have the thin tails of
 * a real portfolio, where sums of one wave have most days in them.
 * Source: C. Wellons, lowbias32.
 */
function fraction(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}

/** What the actors stand on. */
export interface HeldOptions {
  readonly matrix: ScenarioMatrix;
  /** Last price of each row. */
  readonly prices: Float64Array;
  readonly pointsPerSession: number;
}

/** The symbol of a row. */
export function symbolOf(row: number): string {
  return `S${row}`;
}

/** Portfolio actors by their number, all of one thread; each holds other rows than the next. */
export function heldPortfolios({ matrix, prices, pointsPerSession }: HeldOptions) {
  const rows = new Map(Array.from({ length: ROWS }, (_, row) => [symbolOf(row), row]));
  const behaviour = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => rows.get(symbol),
      symbolOf,
      lastPrice: (row) => prices[row]!,
    },
    matrix,
    pointsPerSession,
    limitsOf: () => [
      { measure: 'gross_exposure', severity: 'hard', limit: 2 },
      { measure: 'single_name', severity: 'hard', limit: 0.5 },
      { measure: 'var99', severity: 'hard', limit: 0.1 },
    ],
    methodOf: () => 'fifo',
    openingEvents: (key) => openingOf(Number(key)),
  });
  const turn = new TurnRecorder();
  const nothing = (): void => {};
  return {
    initial: (number: number) => behaviour.initial(String(number)),
    /** Runs one turn and answers what it would let leave. */
    receive(state: ReturnType<typeof behaviour.initial>, message: PortfolioMessage) {
      turn.begin('portfolio/p', 0, 'bench', nothing, () => 0);
      // The recorder is a turn of any kind of event.
      behaviour.receive(state, message, turn as never);
      return turn.effects;
    },
  };
}

function openingOf(number: number): PortfolioEvent[] {
  const cash: PortfolioEvent = {
    kind: 'cash_moved',
    ...STATED,
    eventId: 'c',
    amount: 10n ** 14n,
  };
  const held = Array.from({ length: HELD }, (_, index): PortfolioEvent => {
    // Strides without a common factor with the rows: no two are the same.
    const symbol = symbolOf((number * 7 + index * 11) % ROWS);
    const [quantity, price] = [10_000_000_000n, 100_000_000n];
    return { kind: 'traded', ...STATED, eventId: symbol, symbol, quantity, price, fee: 0n };
  });
  return [cash, ...held];
}
