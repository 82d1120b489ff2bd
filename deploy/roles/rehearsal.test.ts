// Shows what a shard rehearses, and that its own memory and owner never hear of it.

import t from 'tap';
import { createPointRecords } from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import {
  createColumns,
  createGate,
  createHistogram,
  FRAME_INTS,
  FRAME_LANES,
  type RingConsumer,
  type ShardContext,
  type ShardProgram,
} from '../../engine/index.js';
import { ACTION, POINT, PRINT, SESSION_OPEN, SNAPSHOT } from '../../proto/frames/market.js';
import { rehearse } from './rehearsal.js';
import type { ShardConfig } from './shard-config.js';

const SYMBOLS = ['A', 'B', 'C'];

const PORTFOLIOS = Array.from({ length: 40 }, (_, index) => `p${index}`);

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
    openings: { date: 20_241_004 },
  } as unknown as ShardConfig;
}

/** A shard that counts its frames by kind, asks for one commit, and takes snapshots. */
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
      const slot = ring.slot(index);
      const kind = ring.ints[slot * FRAME_INTS]!;
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      if (kind !== SNAPSHOT.kind) continue;
      const id = ring.floats[slot * FRAME_LANES + SNAPSHOT.lanes.id]!;
      this.#context.post({ kind: 'snapshot', snapshot: { id } });
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
  const shards: CountingShard[] = [];
  const given: { config: ShardConfig; context: ShardContext }[] = [];
  const steps = rehearse(config, context, (own, alone) => {
    given.push({ config: own, context: alone });
    const shard = new CountingShard(alone);
    shards.push(shard);
    return shard;
  });
  const count = [...steps].length;
  const seen = (kind: number): number[] => shards.map(({ counts }) => counts.get(kind) ?? 0);
  return { config, heard, shards, given, seen, steps: count };
}

t.test('shards rehearse sessions with every kind of frame, alone and unheard', async (t) => {
  const { config, heard, shards, given, seen } = rehearsed(290);
  t.same(seen(SESSION_OPEN.kind), [5, 5, 5]);
  t.same(
    seen(PRINT.kind),
    [40, 40, 40].map((rounds) => rounds * SYMBOLS.length),
  );
  t.same(seen(POINT.kind), [46, 45, 45], 'the close before all, eight and a close in each');
  t.same(seen(ACTION.kind), [0, 0, 1]);
  for (const { commits } of shards) t.equal(commits, 1, 'what it wants on disk is done');
  t.same(heard, []);
  t.match(given[0]?.context, { shard: 0, shardCount: 1 });
  t.equal(given[0]?.config.warmDays, 275);
  for (const part of ['columns', 'state', 'saves', 'records', 'matrix', 'gate'] as const) {
    t.not(given[0]?.config.market[part], config.market[part], `${part} is its own`);
    t.equal(given[1]?.config.market[part], given[0]?.config.market[part]);
  }
});

t.test('each shard but the first goes on from the snapshot of the one before', async (t) => {
  const { given } = rehearsed(290);
  const began = given.map(({ config: { isFirst, snapshot } }) => ({ isFirst, id: snapshot?.id }));
  t.same(began, [
    { isFirst: true, id: undefined },
    { isFirst: false, id: 279 },
    { isFirst: false, id: 284 },
  ]);
});

t.test('a few portfolios take part, and open where the rehearsal begins', async (t) => {
  const { config, given } = rehearsed(290);
  const portfolios = PORTFOLIOS.slice(0, 32);
  t.same(given[0]?.config.portfolios, portfolios);
  t.equal(given[0]?.config.openings.date, config.bars.dates[274]);
});

t.test('history that is too short is not rehearsed', async (t) => {
  t.same(rehearsed(284).shards, []);
});
