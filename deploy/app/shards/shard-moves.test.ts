// A move that can't be finished leaves everything where it was, and says why.

import t from 'tap';
import { type Address, Routes } from '../../../engine/index.js';
import { pack } from '../../roles/packed.js';
import type { ToShard } from '../../roles/shard-messages.js';
import { Waits } from '../waits.js';
import { type AsksOptions, ShardAsks } from './shard-asks.js';
import { type Move, ShardMoves } from './shard-moves.js';

const ADDRESS: Address = 'portfolio/a';
const MOVES: readonly Move[] = [{ address: ADDRESS, key: ADDRESS, row: -1, to: 1 }];

/** Two shards that answer as they are told. */
function world(
  answer: (asked: ToShard, asks: ShardAsks) => void,
  store: (moves: readonly Move[]) => Promise<void> = async () => {},
) {
  const stored: number[] = [];
  const placed: number[] = [];
  const events: string[] = [];
  const ways: AsksOptions = {
    shardOf: () => 0,
    hears: () => true,
    post: (shard, message) => {
      events.push(`${message.kind} ${shard}`);
      queueMicrotask(() => answer(message, asks));
    },
  };
  const asks: ShardAsks = new ShardAsks(ways);
  const moves = new ShardMoves({
    asks,
    routes: new Routes(ways),
    shardCount: 2,
    isClosed: () => false,
    waits: new Waits(),
    frames: {
      hold: async () => void events.push('hold'),
      release: () => void events.push('release'),
      requestHeldSnapshots: async () => 1,
    },
    snapshotOf: () => 1,
    addToSnapshot: (shard) => void events.push(`snapshot ${shard}`),
    place: (what) => void placed.push(what.length),
    store: async (what) => {
      await store(what);
      stored.push(what.length);
    },
  });
  return { moves, asks, events, placed, stored };
}

const given = pack([[ADDRESS, { state: 1, version: 1, sequence: 1 }] as const]);

function done(asked: ToShard, asks: ShardAsks): void {
  if (!('id' in asked)) return;
  const { id } = asked;
  asks.answered(id, { kind: 'done', id, ok: true, ...(asked.kind === 'give' ? { given } : {}) });
}

t.test('what was given is placed before it is taken', async (t) => {
  const { moves, events, placed, stored } = world(done);
  t.same(await moves.move(0, MOVES), { ok: true });
  t.same(events, ['hold', 'give 0', 'snapshot 1', 'take 1', 'release']);
  t.same([stored, placed], [[1], [1]]);
});

t.test('a source that is lost or refuses keeps its actors', async (t) => {
  for (const [answer, code] of [
    [(_asked: ToShard, asks: ShardAsks) => asks.lost(0), 'shard.restarting'],
    [
      (asked: ToShard, asks: ShardAsks) => {
        if (!('id' in asked)) return;
        asks.answered(asked.id, { kind: 'done', id: asked.id, ok: false, failure: 'busy' });
      },
      'supervision.cannot_now',
    ],
  ] as const) {
    const { moves, events, placed, stored } = world(answer);
    t.match(await moves.move(0, MOVES), { ok: false, code });
    t.same(events, ['hold', 'give 0', 'release']);
    t.same([stored, placed], [[1, 0], []], 'the placement is taken back');
  }
});

t.test('a target that is lost is asked again, for its next thread', async (t) => {
  let takes = 0;
  const { moves, events } = world((asked, asks) => {
    if (asked.kind === 'take' && ++takes === 1) asks.lost(1);
    else done(asked, asks);
  });
  t.same(await moves.move(0, MOVES), { ok: true });
  t.same(events, ['hold', 'give 0', 'snapshot 1', 'take 1', 'take 1', 'release']);
});

t.test('nothing is asked for where the placement can not be stored', async (t) => {
  const { moves, events } = world(done, () => Promise.reject(new Error('disk full')));
  t.match(await moves.move(0, MOVES), { ok: false, code: 'supervision.unplaced' });
  t.same(events, ['hold', 'release']);
});

t.test('questions to one that moves wait for the end of it', async (t) => {
  let release = (): void => {};
  const stored = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { moves, asks, events } = world(
    (asked, to) => {
      if (asked.kind !== 'ask') return done(asked, to);
      const reply = { kind: 'replied', message: { kind: 'shown' } } as const;
      to.answered(asked.id, { kind: 'answer', id: asked.id, reply });
    },
    () => stored,
  );
  const moved = moves.move(0, MOVES);
  const asked = asks.ask(ADDRESS, { kind: 'show' });
  t.match(await moves.move(0, MOVES), { code: 'supervision.cannot_now' }, 'one move at a time');
  release();
  t.match(await moved, { ok: true });
  t.match(await asked, { kind: 'replied' });
  t.equal(events.at(-1), 'ask 0', 'it was sent when all was over');
});

t.test('a question that waits beyond its deadline is refused and never sent', async (t) => {
  let release = (): void => {};
  const stored = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { moves, asks, events } = world(done, () => stored);
  const moved = moves.move(0, MOVES);
  const asked = asks.ask(ADDRESS, { kind: 'show' }, 1_000);
  t.match(await asked, { kind: 'refused', code: 'shard.moving' });
  release();
  await moved;
  t.notOk(events.includes('ask 0'));
});
