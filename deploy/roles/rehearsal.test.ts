// Shows what a shard rehearses, and that its own memory and owner never hear of it.

import t from 'tap';
import { daysOf } from '../../actors/calendar/index.js';
import { createPointRecords } from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import {
  createColumns,
  createGate,
  createHistogram,
  FRAME_INTS,
  type RingConsumer,
  type ShardContext,
  type ShardProgram,
} from '../../engine/index.js';
import { ACTION, POINT, PRINT, SESSION_OPEN } from '../../proto/frames/market.js';
import { pack, unpack } from './packed.js';
import { rehearse } from './rehearsal.js';
import type { ShardConfig } from './shard-messages.js';

const SYMBOLS = ['A', 'B', 'C'];

const PORTFOLIOS = Array.from({ length: 40 }, (_, index) => `p${index}`);

/** What each of them opens with, years behind what is rehearsed. */
const DEPOSIT = { kind: 'cash_moved', day: 20_000, currency: 'USD', amount: 1n };

/** Sessions from 2016-01-04 on, a bar of each symbol in each. */
function configOf(sessions: number): ShardConfig {
  const dates = Int32Array.from({ length: sessions }, (_, day) => 20160104 + day);
  const bars = sessions * SYMBOLS.length;
  const filled = (value: number): Float64Array => new Float64Array(bars).fill(value);
  const dividend = filled(0);
  dividend[bars - 1] = 0.5;
  // Only what a rehearsal looks at; the shard that would read the rest is the test's own.
  return {
    market: {
      columns: createColumns(['close'], SYMBOLS.length),
      state: new SharedArrayBuffer(64),
      saves: new SharedArrayBuffer(64),
      records: createPointRecords(SYMBOLS.length),
      matrix: createScenarioMatrix(SYMBOLS.length),
      gate: createGate(2),
      board: new SharedArrayBuffer(8),
      breakers: new SharedArrayBuffer(8),
      alerts: new SharedArrayBuffer(8),
    },
    latency: createHistogram(),
    bars: {
      symbols: SYMBOLS,
      dates,
      dayStarts: Int32Array.from({ length: sessions + 1 }, (_, day) => day * SYMBOLS.length),
      rows: Int32Array.from({ length: bars }, (_, index) => index % SYMBOLS.length),
      open: filled(10),
      high: filled(12),
      low: filled(9),
      close: filled(11),
      volume: filled(8_000),
      dividend,
      split: filled(1),
    },
    firstWarmDay: 0,
    warmDays: sessions,
    portfolios: PORTFOLIOS,
    openings: pack(PORTFOLIOS.map((key) => [key, [{ ...DEPOSIT, eventId: key }]])),
  } as unknown as ShardConfig;
}

/** A shard that counts its frames by kind, and asks for one commit. */
class CountingShard implements ShardProgram {
  readonly counts = new Map<number, number>();
  commits = 0;
  readonly #context: ShardContext;

  constructor(context: ShardContext) {
    this.#context = context;
    context.post({ kind: 'append', ticket: 7, records: [] });
  }

  onFrames(ring: RingConsumer, count: number): number {
    for (let index = 0; index < count; index++) {
      const kind = ring.ints[ring.slot(index) * FRAME_INTS]!;
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    }
    return count;
  }

  onMessage(message: unknown): void {
    if ((message as { kind: string; ticket: number }).ticket === 7) this.commits++;
    this.#context.post({ kind: 'point' });
  }

  step = (): number => 0;
  dueMs = (): number => Number.POSITIVE_INFINITY;
  isHeld = (): boolean => false;
}

/** What is rehearsed of so many sessions, and what the owner heard. */
function rehearsed(sessions: number) {
  const config = configOf(sessions);
  const heard: unknown[] = [];
  // A rehearsal hands clock and suspicion on and uses neither.
  const context = {
    shard: 1,
    shardCount: 2,
    post: (message: unknown) => heard.push(message),
  } as unknown as ShardContext;
  let shard: CountingShard | undefined;
  let given: { config: ShardConfig; context: ShardContext } | undefined;
  rehearse(config, context, (own, alone) => {
    given = { config: own, context: alone };
    shard = new CountingShard(alone);
    return shard;
  });
  return { config, heard, shard, given };
}

t.test('a shard rehearses sessions with every kind of frame, alone and unheard', async (t) => {
  const { config, heard, shard, given } = rehearsed(290);
  const sessions = 14;
  t.equal(shard?.counts.get(SESSION_OPEN.kind), sessions);
  t.equal(shard?.counts.get(PRINT.kind), sessions * 8 * SYMBOLS.length);
  t.equal(shard?.counts.get(POINT.kind), 1 + sessions * 9, 'the close before, eight and a close');
  t.equal(shard?.counts.get(ACTION.kind), 1);
  t.equal(shard?.commits, 1, 'what it wants on disk is done');
  t.same(heard, []);
  t.match(given?.context, { shard: 0, shardCount: 1 });
  t.equal(given?.config.warmDays, 276);
  for (const part of ['columns', 'state', 'saves', 'records', 'matrix', 'gate'] as const) {
    t.not(given?.config.market[part], config.market[part], `${part} is its own`);
  }
});

t.test('a few portfolios take part, and open where the rehearsal begins', async (t) => {
  const { config, given } = rehearsed(290);
  const portfolios = PORTFOLIOS.slice(0, 32);
  t.same(given?.config.portfolios, portfolios);
  const day = daysOf(config.bars.dates[275]!);
  const opened = portfolios.map((key) => [key, [{ ...DEPOSIT, eventId: key, day }]]);
  t.same([...unpack(given!.config.openings)], opened);
});

t.test('history that is too short is not rehearsed', async (t) => {
  t.equal(rehearsed(283).shard, undefined);
});
