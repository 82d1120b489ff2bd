// What older releases stored comes back; what newer ones stored is refused.

import t from 'tap';
import type { Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'add' | 'show';
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** The first release: one number, events without an amount. */
const first: Behaviour<{ count: number }, Told, { readonly kind: 'added' }> = {
  kind: 'tally',
  version: 1,
  lanes: { add: lane, show: lane },
  initial: () => ({ count: 0 }),
  receive(state, message, turn) {
    if (message.kind === 'add') turn.persist({ kind: 'added' });
    turn.reply({ kind: 'shown', ...state } as Message);
  },
  evolve(state) {
    state.count++;
  },
  encode: (state) => ({ count: state.count }),
  decode: (encoded) => ({ ...(encoded as { count: number }) }),
};

interface Grown {
  readonly kind: 'grown';
  readonly by: number;
}

/** The second: cents instead of units, events renamed and with an amount. */
const second: Behaviour<{ cents: number }, Told, Grown> = {
  kind: 'tally',
  version: 2,
  lanes: { add: lane, show: lane },
  initial: () => ({ cents: 0 }),
  receive(state, message, turn) {
    if (message.kind === 'add') turn.persist({ kind: 'grown', by: 50 });
    turn.reply({ kind: 'shown', ...state } as Message);
  },
  evolve(state, event) {
    state.cents += event.by;
  },
  encode: (state) => ({ cents: state.cents }),
  decode(encoded) {
    const { cents } = encoded as { cents?: number };
    if (cents === undefined) throw new Error('expected cents');
    return { cents };
  },
  upcast: (from, encoded) =>
    from === 1 ? { cents: (encoded as { count: number }).count * 100 } : encoded,
  upcastEvent: (from, event) => (from === 1 ? { kind: 'grown', by: 100 } : (event as Grown)),
};

/** A world in which another release's has left its journal and snapshots. */
function after(before: World, behaviour: unknown): World {
  const world = new World([behaviour]);
  world.store(before.records);
  for (const [address, snapshot] of before.snapshots) world.snapshots.set(address, snapshot);
  return world;
}

function tallied(behaviour: unknown, times: number, options = { snapshots: false }): World {
  const world = new World([behaviour]);
  for (let n = 0; n < times; n++) {
    world.tell('tally/a', { kind: 'add' });
    world.run();
    if (n > 0 || !options.snapshots) continue;
    for (const [key, snapshot] of world.system.states.encodeAll(new Set(['tally']))) {
      world.snapshots.set(key, snapshot);
    }
  }
  return world;
}

function show(world: World): unknown {
  const shown = world.ask('tally/a', { kind: 'show' });
  world.run();
  return shown[0];
}

t.test('events of an older version are upcast, mixed with newer ones', async (t) => {
  const world = after(tallied(first, 3), second);
  t.match(show(world), { message: { cents: 300 } });
  world.tell('tally/a', { kind: 'add' });
  world.run();
  t.match(world.records.at(-1), { sequence: 4, event: { kind: 'grown', eventVersion: 2 } });
  t.match(show(after(world, second)), { message: { cents: 350 } });
});

t.test('a snapshot of an older version is upcast, and events after it', async (t) => {
  const world = after(tallied(first, 3, { snapshots: true }), second);
  t.match(world.snapshots.get('tally/a'), { version: 1, sequence: 1 });
  t.match(show(world), { message: { cents: 300 } });
});

t.test('what a newer version stored is refused, and stays as it is', async (t) => {
  const events = after(tallied(second, 2), first);
  t.match(show(events), { kind: 'refused', code: 'behaviour.event_newer' });
  t.equal(events.stateOf('tally/a'), 'stopped');
  t.equal(events.records.length, 2);
  const snapshots = after(tallied(second, 1, { snapshots: true }), first);
  t.match(show(snapshots), { code: 'behaviour.snapshot_newer' });
  t.match(show(after(events, second)), { message: { cents: 100 } });
});

t.test('a past that cannot be read stops its actor alone', async (t) => {
  const broken = {
    ...first,
    evolve() {
      throw new Error('can’t fold this');
    },
  };
  const world = after(tallied(first, 1), broken);
  t.match(show(world), { code: 'actor.recovery_failed' });
  t.match(world.system.tree()[0], { state: 'stopped', lastFailure: /can’t fold this/ });
  const other = world.ask('tally/b', { kind: 'show' });
  world.run();
  t.match(other, [{ message: { count: 0 } }]);
});

t.test('an event that cannot be read again among the frames stops its actor alone', async (t) => {
  const [past] = tallied(second, 1).records;
  const world = new World([first]);
  world.system.start('tally/a');
  world.system.start('tally/b');
  t.equal(world.system.states.recall('tally/a', past!.event), false);
  t.equal(world.system.states.recall('tally/b', tallied(first, 1).records[0]!.event), true);
  t.match(show(world), { code: 'behaviour.event_newer' });
  t.equal(world.system.states.recall('tally/a', past!.event), false, 'nor are later ones');
  const other = world.ask('tally/b', { kind: 'show' });
  world.run();
  t.match(other, [{ message: { count: 1 } }]);
});
