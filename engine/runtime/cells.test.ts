// Handles remember where their actor was found, and never lead to one that is not there any more.

import t from 'tap';
import { type Address, type Message, ref } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { World } from '../testkit/world.js';
import { Cell } from './cell.js';
import { Cells } from './cells.js';
import { readyKinds } from './kinds.js';

type Add = Message & { readonly kind: 'add' };

const adding: Behaviour<{ sum: number }, Add> = {
  kind: 'sum',
  version: 1,
  lanes: { add: { lane: 'command', overflow: 'reject' } },
  initial: () => ({ sum: 0 }),
  receive: (state) => {
    state.sum++;
  },
  evolve: () => {},
  encode: ({ sum }) => sum,
  decode: (encoded) => ({ sum: Number(encoded) }),
};

const add: Add = { kind: 'add' };
const ADDRESS: Address = 'sum/a';

function sumIn(world: World): number | undefined {
  // The one kind of these tests.
  return (world.system.peek(ADDRESS) as { sum: number } | undefined)?.sum;
}

t.test(
  'a handle finds an actor, the one that takes its place, and none once it has left',
  async (t) => {
    const kind = readyKinds([adding] as never).get('sum')!;
    const cells = new Cells();
    const handle = ref('sum', 'a');
    t.equal(cells.find(handle), undefined);
    for (const cell of [new Cell(ADDRESS, kind), new Cell(ADDRESS, kind)]) {
      cells.put(cell);
      t.equal(cells.find(handle), cell);
      t.equal(cells.find(handle), cell, 'also as it remembers');
      t.equal(cells.find({ address: ADDRESS }), cell, 'also by a handle that remembers nothing');
    }
    cells.delete(ADDRESS);
    t.equal(cells.find(handle), undefined);
    t.same([...cells.values()], []);
  },
);

t.test('one handle leads to the actor of whichever system it is given to', async (t) => {
  const worlds = [new World([adding]), new World([adding])] as const;
  const handle = ref<Add>('sum', 'a');
  for (const world of [worlds[0], worlds[1], worlds[1], worlds[0], worlds[1]]) {
    world.system.tell(handle, add);
    world.run();
  }
  t.same(worlds.map(sumIn), [2, 3]);
});

t.test('an actor that left memory comes back for a handle that had found it', async (t) => {
  const kept = new World([adding], {}, { save: (_address, _snapshot, done) => done() });
  const handle = ref<Add>('sum', 'a');
  kept.system.tell(handle, add);
  kept.run();
  t.equal(kept.system.passivate(ADDRESS), true);
  t.equal(kept.stateOf(ADDRESS), 'gone');
  kept.system.tell(handle, add);
  kept.run();
  t.equal(kept.stateOf(ADDRESS), 'running');
  t.equal(sumIn(kept), 1, 'of the first nothing was kept');
});

t.test('an actor that was stopped refuses what comes by an old handle', async (t) => {
  const world = new World([adding]);
  const handle = ref<Add>('sum', 'a');
  world.system.tell(handle, add);
  world.run();
  world.system.stop(ADDRESS);
  world.system.tell(handle, add);
  world.run();
  t.same([...world.system.deadLetterCounts()], [['actor.stopped add', 1]]);
});
