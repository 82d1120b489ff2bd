// A watch outlasts the threads of both actors, and the word of an end is handled before it is over.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import { Counters } from '../testkit/counter-pool.js';
import { type CourierState, shardOfCourier } from '../testkit/couriers.js';
import { type RoutedWorlds, threads } from '../testkit/routed-worlds.js';

const A: Address = 'courier/0-a';
const B: Address = 'courier/1-b';
const END: Message = { kind: 'end' };

const attend = (other: Address): Message => ({ kind: 'attend', other }) as Message;

/** Ends that an actor of a shard was told of. */
const mourned = ({ worlds }: RoutedWorlds, shard: number, address: Address) =>
  (worlds[shard]!.system.peek(address) as CourierState | undefined)?.mourned;

/** Both shards with A watching B, and what was sent handled. */
function watching(homeOf: (address: Address) => number = shardOfCourier): RoutedWorlds {
  const both = threads({}, homeOf);
  both.worlds[0]!.tell(A, attend(B));
  both.pass();
  both.worlds[1]!.system.start(B);
  both.pass();
  t.equal(both.routes.watches, 1);
  return both;
}

const settle = ({ pass, links }: RoutedWorlds): void => {
  do pass();
  while (links.length > 0);
};

t.test('an end is told after the watched one’s thread was replaced', async (t) => {
  const both = watching();
  both.lose(1);
  both.routes.back(1);
  settle(both);
  both.worlds[1]!.tell(B, END);
  settle(both);
  t.same(mourned(both, 0, A), [B]);
  t.match([both.routes.watches, both.routes.counters.endsTold], [0, 1]);
});

t.test('a watch within one thread outlasts it too, and is over with its word', async (t) => {
  const both = threads();
  const other: Address = 'courier/1-c';
  both.worlds[1]!.tell(B, attend(other));
  settle(both);
  both.lose(1);
  both.routes.back(1);
  settle(both);
  both.worlds[1]!.tell(other, END);
  settle(both);
  t.same(mourned(both, 1, B), [other]);
  t.equal(both.routes.watches, 0);
});

t.test('a watcher whose thread dies before it handled the word is told again', async (t) => {
  const both = watching();
  both.worlds[1]!.tell(B, END);
  both.worlds[1]!.run();
  t.equal(both.links.length, 1, 'the word is on its way');
  both.hears.delete(0);
  both.lose(0);
  settle(both);
  t.equal(both.routes.watches, 1, 'nobody handled it');
  both.hears.add(0);
  both.routes.back(0);
  settle(both);
  t.same(mourned(both, 0, A), [B]);
  t.equal(both.routes.watches, 0);
  both.lose(0);
  both.routes.back(0);
  settle(both);
  t.equal(mourned(both, 0, A), undefined, 'not told twice');
});

t.test('the word counts as handled only once what follows from it is durable', async (t) => {
  const both = watching();
  both.worlds[0]!.holdsCommits = true;
  both.worlds[1]!.tell(B, END);
  settle(both);
  t.equal(both.routes.watches, 1);
  both.worlds[0]!.commits.shift()?.();
  settle(both);
  t.equal(both.routes.watches, 0);
});

t.test('a thread that has no successor ends its actors, also for later watchers', async (t) => {
  const both = watching();
  both.hears.delete(1);
  both.routes.gone(1);
  settle(both);
  const later: Address = 'courier/1-later';
  both.worlds[0]!.tell(A, attend(later));
  settle(both);
  t.same(mourned(both, 0, A), [B, later]);
  t.equal(both.routes.watches, 0);
});

t.test(
  'a watch that was taken back is not renewed, and one asked for while none hears is',
  async (t) => {
    const both = watching();
    both.worlds[0]!.tell(A, { kind: 'ignore', other: B } as Message);
    settle(both);
    both.hears.delete(1);
    both.lose(1);
    const other: Address = 'courier/1-c';
    both.worlds[0]!.tell(A, attend(other));
    settle(both);
    both.hears.add(1);
    both.routes.back(1);
    settle(both);
    for (const address of [B, other]) both.worlds[1]!.tell(address, END);
    settle(both);
    t.same(mourned(both, 0, A), [other]);
  },
);

t.test('a watch follows both actors when they move', async (t) => {
  const places = new Map<Address, number>();
  const shardOf = (address: Address): number => places.get(address) ?? shardOfCourier(address);
  const both = watching(shardOf);
  const move = (address: Address, to: number): void => {
    both.routes.hold(new Set([address]));
    const from = both.worlds[shardOf(address)]!;
    from.system.passivate(address);
    from.system.border.forgetWatchers(address);
    places.set(address, to);
    both.worlds[to]!.system.start(address);
    both.routes.release();
    settle(both);
  };
  move(B, 0);
  move(A, 1);
  both.worlds[0]!.tell(B, END);
  settle(both);
  t.same(mourned(both, 1, A), [B]);
  t.equal(both.routes.watches, 0);
});

t.test('watches beyond the bound of all threads are refused, counted and told', async (t) => {
  const { routes, links } = threads();
  for (let n = 0; n < LIMITS.watchesRouted; n++) {
    routes.handle(0, { kind: 'watch', other: `courier/0-${n}`, watcher: A });
  }
  routes.handle(0, { kind: 'watch', other: B, watcher: A });
  t.match(links, [[0, { kind: 'undelivered', refusal: { code: 'watch.too_many' } }]]);
  t.match([routes.watches, routes.counters.undelivered], [LIMITS.watchesRouted, 1]);
  routes.handle(0, { kind: 'unwatch', other: 'courier/0-1', watcher: A });
  routes.handle(0, { kind: 'watch', other: B, watcher: A });
  t.equal(links.length, 2, 'there is room again');
});

t.test('on real threads: killed, replaced, and then the watched one ends', async (t) => {
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  await counters.askActor(0, A, attend(B));
  await counters.askActor(1, B, { kind: 'show' });
  const died = counters.died();
  counters.pool.kill(1);
  await died;
  counters.post(1, { kind: 'ask', id: 0, to: B, message: END });
  // The word is under way between threads: A is asked until it has come.
  const isTold = async (): Promise<boolean> => {
    const reply = await counters.askActor(0, A, { kind: 'show' });
    return reply.kind === 'replied' && (reply.message as unknown as CourierState).mourned[0] === B;
  };
  while (!(await isTold()));
  while (counters.routes.watches > 0) await counters.askActor(0, A, { kind: 'show' });
  t.equal(counters.routes.counters.endsTold, 1);
});
