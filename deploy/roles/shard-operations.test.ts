// The quarantine of a shard as operators have it: listed, replayed, thrown away.

import t from 'tap';
import { ActorSystem, type AnyBehaviour, Log, type Message } from '../../engine/index.js';
import type { FromShard } from './shard-messages.js';
import { ShardOperations } from './shard-operations.js';

interface Poison extends Message {
  readonly kind: 'poison';
  readonly amount: bigint;
}

/** A system whose actor fails on every message while `state.isBroken`. */
function fragile() {
  const world = { isBroken: true, handled: 0, clockUs: 0 };
  const behaviour = {
    kind: 'fragile',
    version: 1,
    lanes: { poison: { lane: 'command', overflow: 'reject' } },
    initial: () => ({ seen: 1 }),
    receive() {
      if (world.isBroken) throw new Error('no such thing');
      world.handled++;
    },
    evolve() {},
    encode: (state: unknown) => state,
    decode: (state: unknown) => state,
  };
  // The system holds behaviours of any state.
  const system = new ActorSystem([behaviour as unknown as AnyBehaviour], {
    nowUs: () => 7,
    monotonicUs: () => world.clockUs,
    append: (_records, done) => done(),
    recover: (_address, done) => done({ events: [] }),
    outbound() {},
    watching() {},
    isLocal: () => true,
    publish() {},
  });
  const told: FromShard[] = [];
  const operations = new ShardOperations({
    system,
    find: () => true,
    unopened: () => 0,
    log: new Log(
      [],
      () => 0,
      () => {},
    ),
    monotonicUs: () => world.clockUs,
    prints: () => 5,
    post: (message) => told.push(message),
    atLength: (work) => work(),
  });
  const run = (): void => {
    for (let pass = 0; pass < 100; pass++) {
      world.clockUs += 10_000_000;
      system.step(100);
    }
  };
  const ask = (message: Parameters<ShardOperations['handle']>[0]): FromShard | undefined => {
    operations.handle(message);
    run();
    return told.at(-1);
  };
  return { world, system, ask, run };
}

t.test('a message that fails every time is listed, replayed and thrown away', (t) => {
  const { world, system, ask, run } = fragile();
  const poison: Poison = { kind: 'poison', amount: 3n };
  const put = (): void => {
    system.tell({ address: 'fragile/a' }, poison);
    run();
  };
  put();
  const list = ask({ kind: 'quarantine', id: 1, address: undefined });
  t.match(list, {
    dropped: 0,
    items: [
      {
        item: 1,
        address: 'fragile/a',
        kind: 'poison',
        timeUs: 7,
        failures: [/no such thing[\s\S]*at /, /no such thing/, /no such thing/],
        message: '{"kind":"poison","amount":{"$integer":"3"}}',
        state: '{"seen":1}',
      },
    ],
  });
  t.match(ask({ kind: 'quarantine', id: 2, address: 'fragile/b' }), { items: [] });
  t.match(ask({ kind: 'tree', id: 3 }), {
    prints: 5,
    actors: [{ address: 'fragile/a', quarantined: 1, lastFailure: /no such thing/ }],
  });
  world.isBroken = false;
  t.match(ask({ kind: 'replay', id: 4, item: 1 }), { kind: 'done', id: 4, ok: true });
  t.equal(world.handled, 1, 'it is handled when the cause has gone');
  t.match(ask({ kind: 'replay', id: 5, item: 1 }), { ok: false });
  world.isBroken = true;
  put();
  t.match(ask({ kind: 'discard', id: 6, item: 2 }), { ok: true });
  t.match(ask({ kind: 'quarantine', id: 7, address: undefined }), { items: [] });
  t.end();
});
