// What the simulated host runs: shards, portfolios, funnel, and the history that all worlds share.

import { NO_BARS } from '../../actors/bars/index.js';
import { NO_BREAKERS } from '../../actors/breakers/index.js';
import { dateOf, daysOf } from '../../actors/calendar/index.js';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import { DEFAULT_OPTION_POLICY } from '../../actors/portfolio/index.js';
import { DEFAULT_POLICY } from '../../actors/pretrade/index.js';
import { type Address, keyOf, Placement } from '../../engine/index.js';
import { PlacedActors } from '../app/shards/placed-actors.js';
import type { Selection } from '../config/portfolio-config.js';
import type { MarketBars } from '../research/market-file.js';
import type { OpeningsPlan } from '../roles/openings.js';
import { pack } from '../roles/packed.js';
import type { ShardConfig } from '../roles/shard-config.js';
import { FIRST_DAY, FIRST_PRICES, POINTS_PER_SESSION, SYMBOLS } from './market-walk.js';
import { PORTFOLIOS, type Watched } from './watched.js';

/** Shards of the simulated host. */
export const SHARDS = 3;

/** The funnel actor; it lives on shard 0. */
export const FUNNEL: Address = 'funnel/main';

/** Cash that every portfolio begins with. Units: millionths of a dollar. */
export const OPENING_CASH = 250_000_000_000n;

/** The first day of history. */
const FIRST_HISTORY_DAY = daysOf(20_200_101);

/** How the portfolios choose their lots: each way is somebody's. */
const WAYS = ['fifo', 'lifo', 'hifo', 'average'] as const;

/** The funnel of the simulated host. */
export const FUNNEL_CONFIG: FunnelConfig = {
  name: 'main',
  stages: [],
  backfill: { perSession: 1, sessionsDone: 1 },
  research: { stopAtrs: 2, positionDollars: 1_000, participation: 0.1 },
};

/** Where actors are before anybody has moved one. */
export function firstPlaces(): PlacedActors {
  return new PlacedActors(new Placement(SHARDS), SYMBOLS);
}

/** Addresses of a shard's portfolios. */
export function portfoliosOn(shard: number, placed: PlacedActors): Address[] {
  return PORTFOLIOS.map((key): Address => `portfolio/${key}`).filter(
    (address) => placed.ofAddress(address) === shard,
  );
}

/** Holds nothing. */
const NOTHING: Selection = { all: false, sector: '', symbols: [] };

/** Every portfolio opens with cash alone. */
const OPENINGS: OpeningsPlan = {
  declared: pack(
    PORTFOLIOS.map((id, index) => {
      const lots = WAYS[index % WAYS.length]!;
      const sides = { long: NOTHING, longShare: 0, short: undefined, shortShare: 0 };
      return [id, { id, name: id, owner: undefined, cash: OPENING_CASH, lots, ...sides }] as const;
    }),
  ),
  closes: Float64Array.from(FIRST_PRICES),
  sectors: [],
  date: 19_700_101,
  holdings: undefined,
};

/** History before the first session: bars that end at the first prices. */
const BARS = makeBars();

/** A shard's configuration, less what changes with its restarts. */
export function configOf(
  shard: number,
  { board, alerts }: Watched,
  placed = firstPlaces(),
): Omit<ShardConfig, 'market' | 'latency' | 'isFirst' | 'snapshot' | 'journaled'> {
  const keys = portfoliosOn(shard, placed).map(keyOf);
  return {
    bars: BARS,
    firstWarmDay: 0,
    warmDays: FIRST_DAY,
    funnel: FUNNEL_CONFIG,
    policy: DEFAULT_POLICY,
    optionPolicy: DEFAULT_OPTION_POLICY,
    board,
    breakers: NO_BREAKERS,
    alerts,
    barsPlan: NO_BARS,
    pointsPerSession: POINTS_PER_SESSION,
    rows: placed.rowsOf(shard),
    portfolios: keys,
    residentsMax: Number.POSITIVE_INFINITY,
    openedMax: Number.POSITIVE_INFINITY,
    lotMethods: new Map(PORTFOLIOS.map((key, index) => [key, WAYS[index % WAYS.length]!])),
    logLevels: [],
    down: new Map(),
    openings: OPENINGS,
    folded: pack([]),
  };
}

function makeBars(): MarketBars {
  const rowCount = SYMBOLS.length;
  const count = FIRST_DAY * rowCount;
  const closes = Float64Array.from({ length: count }, (_, index) => {
    const row = index % rowCount;
    const day = Math.floor(index / rowCount);
    // Returns of up to 2.5 %, in another order in each row; none at the end, which prices show.
    const ahead = FIRST_DAY - 1 - day;
    const away = ahead <= 1 ? 0 : (((row * 3 + day) % 11) - 5) / 200;
    return Math.round(FIRST_PRICES[row]! * (1 + away) * 100) / 100;
  });
  return {
    symbols: SYMBOLS,
    dates: Int32Array.from({ length: FIRST_DAY }, (_, day) => dateOf(FIRST_HISTORY_DAY + day)),
    dayStarts: Int32Array.from({ length: FIRST_DAY + 1 }, (_, day) => day * rowCount),
    rows: Int32Array.from({ length: count }, (_, index) => index % rowCount),
    open: closes,
    high: closes.map((close) => close * 1.01),
    low: closes.map((close) => close * 0.99),
    close: closes,
    volume: new Float64Array(count).fill(1_000),
    dividend: new Float64Array(count),
    split: new Float64Array(count).fill(1),
  };
}
