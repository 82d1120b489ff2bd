// Actors of different threads ask each other: every ask ends once, whatever becomes of the threads.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import type { Envelope, Reply } from '../runtime/envelope.js';
import { Counters } from '../testkit/counter-pool.js';
import { type Carried, shardOfCourier } from '../testkit/couriers.js';
import { threads } from '../testkit/routed-worlds.js';
import type { World } from '../testkit/world.js';
import { Routes } from './routes.js';

const A: Address = 'courier/0-a';
const B: Address = 'courier/1-b';

/** Deadline of asks that are to end in another way. Units: microseconds. */
const LONG_US = 60_000_000;

const carry = (parcel: string, to = B, deadlineUs = LONG_US): Message =>
  ({ kind: 'carry', parcel, to, deadlineUs }) as Message;

const carried = (reply: Reply | undefined): Carried | undefined =>
  reply?.kind === 'replied' ? (reply.message as Carried) : undefined;

/** Asks a courier for a parcel until it has been delivered; gives what the tries ended with. */
async function deliver(counters: Counters, parcel: string, to = B): Promise<Set<string>> {
  const ends = new Set<string>();
  for (;;) {
    const told = carried(await counters.askActor(0, A, carry(parcel, to)));
    if (told?.last !== undefined && told.last !== '') ends.add(told.last);
    if (told?.isDelivered === true) return ends;
  }
}

const takenBy = async (counters: Counters, address: Address): Promise<unknown> => {
  const reply = await counters.askActor(shardOfCourier(address), address, { kind: 'show' });
  return reply.kind === 'replied' ? (reply.message as unknown as { taken: unknown }).taken : reply;
};

t.test('an actor asks one of another thread, and its answer comes back', async (t) => {
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  for (let n = 0; n < 20; n++) await deliver(counters, `p${n}`);
  t.same(
    await takenBy(counters, B),
    Array.from({ length: 20 }, (_, n) => `p${n}`),
    'in order',
  );
  t.match(counters.routes.counters, { asked: 20, lost: 0, late: 0 });
});

t.test('a thread that dies is told to the askers, and no command is applied twice', async (t) => {
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  await deliver(counters, 'before');
  const died = counters.died();
  // The other thread hangs on it: what is asked of its couriers meanwhile is lost with it.
  counters.tell(1, 'x', 'hang');
  await counters.askActor(0, A, carry('during'));
  while (counters.routes.counters.asked < 2) await counters.askActor(0, A, { kind: 'show' });
  counters.pool.kill(1);
  await died;
  t.match([...(await deliver(counters, 'during'))], ['shard.lost', 'thanks']);
  t.same(await takenBy(counters, B), ['before', 'during']);
  // The same parcel again, by a courier that has forgotten it: taken once.
  const gone = counters.died();
  counters.events.delete(A);
  counters.pool.kill(0);
  await gone;
  await deliver(counters, 'during');
  t.same(await takenBy(counters, B), ['before', 'during']);
});

t.test('what nobody has is refused with a stable code, and answers nobody else', async (t) => {
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  const asked = (to: Address) => counters.askActor(0, A, carry(`to ${to}`, to));
  const last = async (to: Address): Promise<string> => {
    for (;;) {
      const told = carried(await asked(to));
      if (told?.last) return told.last;
    }
  };
  t.equal(await last('nobody/1-x' as Address), 'actor.not_found');
  // The other thread, asked from outside for one that it does not have, sends it on: it comes back.
  t.match(await counters.askActor(1, A, { kind: 'show' }), { kind: 'replied' });
  t.match(counters.routes.counters, { asked: 1, undelivered: 0 });
});

t.test('an address that its own shard does not have is refused', async (t) => {
  const lost = threads({ shardOf: () => 0 });
  lost.worlds[0]!.tell(A, carry('p'));
  lost.worlds[0]!.system.tell({ address: B }, { kind: 'take', parcel: 'q' } as Message);
  for (let n = 0; n < 3; n++) lost.pass();
  t.equal(stateOf(lost.worlds[0], A)?.last.get('p'), 'actor.elsewhere');
  t.same([...lost.worlds[0]!.system.deadLetterCounts()], [['actor.elsewhere take', 2]]);
});

const stateOf = (world: World | undefined, address: Address) =>
  world?.system.peek(address) as { taken: string[]; last: Map<string, string> } | undefined;

t.test('an answer that comes after the deadline is a dead letter', async (t) => {
  const { worlds, pass } = threads();
  const [here, there] = worlds;
  there!.holdsCommits = true;
  here!.tell(A, carry('p', B, 1_000));
  here!.run();
  pass();
  here!.pass(1_001);
  t.equal(stateOf(here, A)?.last.get('p'), 'unanswered');
  there!.commits.shift()?.();
  pass();
  pass();
  t.equal(stateOf(here, A)?.last.get('p'), 'unanswered');
  t.same([...here!.system.deadLetterCounts()], [['ask.late thanks', 1]]);
  t.match(here!.system.deadLetters(), [{ envelope: { to: A, from: B } }]);
});

t.test('an answer never reaches the thread that came after its asker', async (t) => {
  const { routes, worlds, pass, lose } = threads();
  worlds[1]!.holdsCommits = true;
  worlds[0]!.tell(A, carry('old'));
  worlds[0]!.run();
  pass();
  lose(0);
  // The new thread numbers its asks from 1, as the old one did.
  const own = worlds[0]!.ask('courier/0-own', { kind: 'carry', parcel: 'x', to: B } as Message);
  worlds[0]!.run();
  worlds[1]!.commits.shift()?.();
  pass();
  t.match(own, [{ message: { kind: 'carried', last: '' } }]);
  t.equal(stateOf(worlds[0], 'courier/0-own')?.last.size, 0, 'no stranger’s answer');
  t.equal(routes.counters.late, 1);
});

t.test('asks beyond the bound, of a lost thread or through a full link are refused', async (t) => {
  let isFull = false;
  const bounded = threads({ asksMax: 3 });
  const codes = (world: World | undefined): unknown[] => [...(stateOf(world, A)?.last ?? [])];
  for (const parcel of ['1', '2', '3', '4']) bounded.worlds[0]!.tell(A, carry(parcel));
  bounded.worlds[0]!.run();
  t.equal(bounded.links.length, 4);
  for (let n = 0; n < 2; n++) bounded.pass();
  t.same(codes(bounded.worlds[0]), [
    ['4', 'ask.too_many'],
    ['1', 'thanks'],
    ['2', 'thanks'],
    ['3', 'thanks'],
  ]);
  bounded.hears.delete(1);
  bounded.worlds[0]!.tell(A, carry('5'));
  bounded.pass();
  bounded.pass();
  t.match(codes(bounded.worlds[0]).at(-1), ['5', 'shard.lost']);
  t.equal(bounded.routes.counters.undelivered, 2);

  const full = threads({
    post: (shard, message) => {
      if (isFull && message.kind === 'deliver') throw new Fault('shard.link_full', 'as told');
      full.links.push([shard, message]);
    },
  });
  isFull = true;
  full.worlds[0]!.tell(A, carry('6'));
  full.pass();
  full.pass();
  t.same(codes(full.worlds[0]), [['6', 'shard.link_full']]);
});

t.test('what is sent to an actor on the move waits, and follows it', async (t) => {
  const moved = new Map<Address, number>();
  const shardOf = (address: Address): number => moved.get(address) ?? shardOfCourier(address);
  const posted: [number, Envelope][] = [];
  const routes = new Routes({
    shardOf,
    hears: () => true,
    post: (shard, told) => void ('envelope' in told && posted.push([shard, told.envelope])),
  });
  const envelope = (parcel: string, ask: number): Envelope => {
    const message = { kind: 'take', parcel };
    return { to: B, from: A, message, ask, cause: 'test', commandKey: parcel };
  };
  const send = (parcel: string, ask: number): void =>
    routes.handle(0, { kind: 'outbound', envelope: envelope(parcel, ask), deadlineUs: 1 });
  send('1', 1);
  t.equal(routes.hasHeldUnderWay, false);
  routes.hold(new Set([B]));
  t.equal(routes.hasHeldUnderWay, true, 'it has still to answer');
  routes.handle(1, { kind: 'route_answer', id: 1, reply: { kind: 'timed_out' } });
  t.equal(routes.hasHeldUnderWay, false);
  send('2', 2);
  send('3', 0);
  t.same(
    posted.map(([shard]) => shard),
    [1, 0],
    'the question and its answer',
  );
  moved.set(B, 2);
  routes.release();
  t.match(posted.slice(2), [
    [2, { commandKey: '2' }],
    [2, { commandKey: '3' }],
  ]);
  // An asker’s new thread is not asked for what the old one wanted.
  routes.hold(new Set([B]));
  send('4', 4);
  send('5', 0);
  routes.lost(0);
  routes.release();
  t.match(posted.slice(4), [[2, { commandKey: '5' }]]);
  t.equal(posted.length, 5);
});
