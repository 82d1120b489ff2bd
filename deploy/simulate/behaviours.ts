// The real portfolio and funnel behaviours, over the simulated market.

import { createFunnelBehaviour } from '../../actors/funnel/index.js';
import { createPortfolioBehaviour } from '../../actors/portfolio/index.js';
import {
  attachScenarioMatrix,
  beginReturns,
  createScenarioMatrix,
  putReturn,
  type ScenarioMatrix,
} from '../../actors/risk/index.js';
import { type Address, type AnyBehaviour, placeKey } from '../../engine/index.js';
import { POINTS_PER_SESSION, SYMBOLS } from './market-walk.js';

/** Shards of the simulated host. */
export const SHARDS = 3;

/** Portfolios of the simulated host, spread over the shards by the real placement. */
export const PORTFOLIOS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'] as const;

/** The funnel actor; it lives on shard 0. */
export const FUNNEL: Address = 'funnel/main';

/** Cash that every portfolio begins with. Units: millionths of a dollar. */
export const OPENING_CASH = 250_000_000_000n;

/** Days of returns that the scenarios have. */
const RETURN_DAYS = 600;

/** Shard of an actor. */
export function shardOf(address: Address): number {
  return address === FUNNEL ? 0 : placeKey(address, SHARDS);
}

/** Addresses of a shard's portfolios. */
export function portfoliosOf(shard: number): Address[] {
  return PORTFOLIOS.map((key): Address => `portfolio/${key}`).filter(
    (address) => shardOf(address) === shard,
  );
}

/** Returns of every symbol, the same in every world: risk figures need some. */
const MATRIX = makeMatrix();

function makeMatrix(): ScenarioMatrix {
  const matrix = attachScenarioMatrix(createScenarioMatrix(SYMBOLS.length));
  SYMBOLS.forEach((_symbol, row) => {
    beginReturns(matrix, row, 0);
    for (let day = 0; day < RETURN_DAYS; day++) {
      putReturn(matrix, row, day, (((row * 3 + day) % 11) - 5) / 200);
    }
  });
  return matrix;
}

/** Behaviours of a shard; `lastPrice` is the latest point's, NaN before the first. */
export function createBehaviours(lastPrice: (row: number) => number): AnyBehaviour[] {
  const rows = new Map<string, number>(SYMBOLS.map((symbol, row) => [symbol, row]));
  const portfolio = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => rows.get(symbol),
      symbolOf: (row) => SYMBOLS[row] ?? 'unlisted',
      lastPrice,
    },
    matrix: MATRIX,
    pointsPerSession: POINTS_PER_SESSION,
    limitsOf: () => [
      { measure: 'single_name', severity: 'hard', limit: 0.5 },
      { measure: 'drawdown', severity: 'soft', limit: 0.1 },
    ],
    openingEvents: () => [{ kind: 'cash_moved', commandId: 'opening', amount: OPENING_CASH }],
  });
  const funnel = createFunnelBehaviour(
    {
      name: 'main',
      stages: [],
      backfill: { perSession: 1, sessionsDone: 1 },
      research: { stopAtrs: 2, positionDollars: 1_000, participation: 0.1 },
    },
    SYMBOLS.length,
  );
  // A system holds behaviours of different states side by side and never mixes them up.
  return [portfolio, funnel] as unknown as AnyBehaviour[];
}
