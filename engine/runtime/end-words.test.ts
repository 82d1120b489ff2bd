// The word of an actor's end: told again to a watcher until it has handled it for good.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { type CourierState, courier } from '../testkit/couriers.js';
import { threads } from '../testkit/routed-worlds.js';
import { World } from '../testkit/world.js';

const A: Address = 'courier/1-a';
const B: Address = 'courier/1-b';
const END: Message = { kind: 'end' };
const FULL = new Fault('journal.full', 'expected room on the disk', { retryable: true });

const attend = (other: Address): Message => ({ kind: 'attend', other }) as Message;

/** Ends that A was told of and that its journal holds. */
const mourned = ({ system }: World): readonly Address[] =>
  // The couriers' state.
  (system.peek(A) as CourierState | undefined)?.mourned ?? [];

/** A world where A watches B, which then ends; commits wait. */
function ended(): World {
  const world = new World([courier]);
  world.system.start(B);
  world.tell(A, attend(B));
  world.run();
  world.holdsCommits = true;
  world.tell(B, END);
  world.run();
  return world;
}

t.test('a word whose turn could not be kept is told again, a little later each time', async (t) => {
  const world = ended();
  for (const waitUs of [10_000, 20_000, 40_000]) {
    world.commits.shift()?.(FULL);
    world.pass(waitUs - 1);
    t.same([mourned(world), world.commits.length], [[], 0], `not before ${waitUs} us`);
    world.pass(1);
    t.equal(world.commits.length, 1, 'the word is handled again');
  }
  t.notOk(world.watching.includes(`watch_heard ${B} ${A}`), 'the owner keeps the watch so long');
  world.commits.shift()?.();
  world.pass(10_000_000);
  t.same(mourned(world), [B], 'once');
  t.same(world.watching, [`watch ${B} ${A}`, `watch_ended ${B} ${A}`, `watch_heard ${B} ${A}`]);
});

t.test('a watcher that is restarting handles the word when it is back', async (t) => {
  const world = ended();
  world.system.restart(A);
  world.commits.shift()?.();
  world.pass(10_000_000);
  t.same(mourned(world), [B]);
  t.equal(world.watching.at(-1), `watch_heard ${B} ${A}`);
});

t.test('a watcher that is stopped is not told again, and its watch is over', async (t) => {
  const world = ended();
  world.system.stop(A);
  world.commits.shift()?.(FULL);
  world.pass(10_000_000);
  t.equal(world.stateOf(A), 'stopped');
  t.equal(world.watching.at(-1), `watch_heard ${B} ${A}`);
  t.equal(world.commits.length, 0);
});

t.test('a watcher for which there is no room in memory is told when there is', async (t) => {
  const world = new World([courier], { residentsMax: 1 });
  world.tell(A, attend(B));
  world.run();
  world.holdsCommits = true;
  // Two that wait for their commits fill the memory; A has left it.
  t.equal(world.system.passivate(A), true);
  const busy: Address[] = ['courier/1-x', 'courier/1-y'];
  for (const address of busy) world.tell(address, { kind: 'take', parcel: 'p' } as Message);
  world.run();
  world.system.border.watched('nobody/z', A);
  world.run();
  t.equal(world.system.deadLetterCounts().get('system.full terminated'), 1, 'not yet');
  world.holdsCommits = false;
  for (const commit of world.commits.splice(0)) commit();
  world.pass(1_000_000);
  t.same(mourned(world), ['nobody/z']);
});

t.test('within one thread too, a word outlasts the thread that was telling it', async (t) => {
  const both = threads();
  const settle = (): void => {
    do both.pass();
    while (both.links.length > 0);
  };
  both.worlds[1]!.system.start(B);
  both.worlds[1]!.tell(A, attend(B));
  settle();
  both.worlds[1]!.holdsCommits = true;
  both.worlds[1]!.tell(B, END);
  settle();
  t.equal(both.worlds[1]!.commits.length, 1, 'the word is handled, and not durable');
  both.lose(1);
  both.routes.back(1);
  settle();
  t.same(mourned(both.worlds[1]!), [B]);
  t.match([both.routes.watches, both.routes.counters.endsTold], [0, 1]);
});

t.test('word of an end from another thread is told again as well', async (t) => {
  const both = threads();
  const far: Address = 'courier/0-c';
  both.worlds[0]!.system.start(far);
  both.worlds[1]!.tell(A, attend(far));
  for (let n = 0; n < 3; n++) both.pass();
  const world = both.worlds[1]!;
  world.holdsCommits = true;
  both.worlds[0]!.tell(far, END);
  for (let n = 0; n < 3; n++) both.pass();
  world.commits.shift()?.(FULL);
  t.equal(both.routes.watches, 1, 'the owner has not been told that it was handled');
  world.holdsCommits = false;
  world.pass(10_000);
  t.same(mourned(world), [far]);
  t.equal(both.routes.watches, 0);
});

t.test('a watch that was renewed while the word of an earlier end waited is kept', async (t) => {
  const both = threads();
  const world = both.worlds[1]!;
  world.system.start(B);
  world.tell(A, attend(B));
  both.pass();
  world.holdsCommits = true;
  world.tell(B, END);
  both.pass();
  world.system.restart(B);
  world.tell(A, attend(B));
  both.pass();
  for (const commit of world.commits.splice(0)) commit();
  both.pass();
  t.same([mourned(world), both.routes.watches], [[B], 1]);
});
