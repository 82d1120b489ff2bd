// Mailboxes: bounds, what a full lane does, conflation by key, fairness, pressure.

import fc from 'fast-check';
import t from 'tap';
import type { Message } from '../core/address.js';
import type { Behaviour, LanePolicy } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { World } from '../testkit/world.js';
import { Mailbox, type Offered, type WaitPolicy, waitPolicy } from './mailbox.js';

interface Row extends Message {
  readonly kind: 'row' | 'note' | 'loop' | 'urgent' | 'event';
  readonly key: number;
  readonly value: number;
}

/** Offers a row whose origin has its value too. */
function offerRow(mailbox: Mailbox, row: Row, policy: WaitPolicy): Offered {
  return mailbox.offer(row, { from: '', ask: row.value, cause: '', commandKey: '' }, policy);
}

/** Takes the next row, which must have kept its origin. */
function takeRow(mailbox: Mailbox): Row | undefined {
  // Nothing but rows is put in.
  const row = mailbox.take() as Row | undefined;
  const { ask } = mailbox.takenOrigin;
  if (row !== undefined && ask !== row.value) throw new Error(`expected its origin, was ${ask}`);
  return row;
}

const byKey = { conflateBy: (message: Message) => (message as Row).key };
const drop = waitPolicy({ lane: 'data', overflow: 'drop_oldest' }, 'row');

t.test('a lane that drops its oldest keeps the newest, whatever is taken meanwhile', async () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 4_000 }), (puts) => {
      const mailbox = new Mailbox('row/0');
      const model: number[] = [];
      puts.forEach((isPut, value) => {
        // Three puts for every take, so that the bound is reached.
        if (isPut || value % 2 === 0) {
          const offered = offerRow(mailbox, { kind: 'row', key: 0, value }, drop);
          model.push(value);
          if (model.length > LIMITS.laneCapacity) {
            model.shift();
            if (offered !== 'dropped_oldest') throw new Error(`expected a drop, was ${offered}`);
          }
        } else if (takeRow(mailbox)?.value !== model.shift()) {
          throw new Error('expected the oldest first');
        }
      });
      return mailbox.length === model.length;
    }),
    { seed: 7, numRuns: 30 },
  );
});

t.test('kinds that share a full lane keep to what each of them says', async () => {
  const kinds = ['row', 'event', 'note'] as const;
  const policies = {
    row: waitPolicy({ lane: 'data', overflow: 'conflate', ...byKey } as LanePolicy, 'row'),
    event: waitPolicy({ lane: 'data', overflow: 'drop_oldest' }, 'event'),
    note: waitPolicy({ lane: 'data', overflow: 'reject' }, 'note'),
  };
  const step = fc.tuple(fc.constantFrom(...kinds, 'take'), fc.integer({ min: 0, max: 900 }));
  const before = fc.array(fc.constantFrom(...kinds), { minLength: 1_000, maxLength: 1_030 });
  fc.assert(
    fc.property(before, fc.array(step, { maxLength: 300 }), (first, steps) => {
      const mailbox = new Mailbox('row/0');
      const model: Row[] = [];
      const offer = (kind: Row['kind'], key: number, value: number): void => {
        const policy = policies[kind as keyof typeof policies];
        const offered = offerRow(mailbox, { kind, key, value }, policy);
        const expected = offerTo(model, { kind, key, value });
        if (offered !== expected) throw new Error(`expected ${expected}, was ${offered}`);
      };
      first.forEach((kind, index) => {
        offer(kind, index, index);
      });
      steps.forEach(([kind, key], index) => {
        if (kind !== 'take') offer(kind, key, 10_000 + index);
        else if (takeRow(mailbox)?.value !== model.shift()?.value) {
          throw new Error('expected the oldest first');
        }
      });
      const left = Array.from(mailbox, ({ message }) => (message as Row).value);
      return left.join() === model.map(({ value }) => value).join();
    }),
    { seed: 7, numRuns: 60, endOnFailure: true },
  );
});

/** What a plain list does with one more message of a kind in the data lane. */
function offerTo(model: Row[], row: Row): string {
  const same = ({ kind, key }: Row): boolean => kind === row.kind && key === row.key;
  const waiting = row.kind === 'row' ? model.findIndex(same) : -1;
  if (waiting >= 0) {
    model[waiting] = row;
    return 'conflated';
  }
  if (model.length < LIMITS.laneCapacity) {
    model.push(row);
    return 'queued';
  }
  const oldest = row.kind === 'event' ? model.findIndex(({ kind }) => kind === 'event') : -1;
  if (oldest < 0) return 'rejected';
  model.splice(oldest, 1);
  model.push(row);
  return 'dropped_oldest';
}

t.test('conflation keeps one message a key, the newest, in the first one’s place', async () => {
  const policy = waitPolicy({ lane: 'data', overflow: 'conflate', ...byKey } as LanePolicy, 'row');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { maxLength: 300 }),
      (steps) => {
        const mailbox = new Mailbox('row/0');
        const model = new Map<number, number>();
        steps.forEach(([key, isPut], value) => {
          if (isPut) {
            const offered = offerRow(mailbox, { kind: 'row', key, value }, policy);
            if ((offered === 'conflated') !== model.has(key)) throw new Error(offered);
            model.set(key, value);
            return;
          }
          const taken = takeRow(mailbox);
          const [expected] = model;
          if (taken?.key !== expected?.[0] || taken?.value !== expected?.[1]) {
            throw new Error(`expected ${expected}, was ${taken?.key} ${taken?.value}`);
          }
          if (expected !== undefined) model.delete(expected[0]);
        });
        return mailbox.length === model.size;
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

const lane = (lane: 'system' | 'command' | 'data', overflow: 'reject' | 'drop_oldest') =>
  ({ lane, overflow }) as const;

/** Publishes what it handles; `loop` tells itself again for ever. */
const noting: Behaviour<object, Row> = {
  kind: 'noting',
  version: 1,
  lanes: {
    row: { lane: 'data', overflow: 'conflate', conflateBy: ({ key }) => key },
    event: lane('data', 'drop_oldest'),
    note: lane('command', 'reject'),
    loop: lane('command', 'reject'),
    urgent: lane('system', 'reject'),
  },
  initial: () => ({}),
  receive(_state, message, turn) {
    if (message.kind === 'loop') turn.tell({ address: turn.self }, message);
    else turn.publish(turn.self, { kind: `${message.kind} ${message.value}` });
  },
  evolve() {},
  encode: () => ({}),
  decode: () => ({}),
};

const row = (kind: Row['kind'], key: number, value: number): Row => ({ kind, key, value });

t.test('system goes before commands before data', async (t) => {
  const world = new World([noting]);
  for (const kind of ['row', 'note', 'urgent'] as const) {
    world.tell('noting/a', row(kind, 1, 1));
    world.tell('noting/a', row(kind, 2, 2));
  }
  world.run();
  const order = ['urgent 1', 'urgent 2', 'note 1', 'note 2', 'row 1', 'row 2'];
  t.same(
    world.published,
    order.map((what) => `noting/a ${what}`),
  );
});

t.test('who loses a message to a newer one is told', async (t) => {
  const world = new World([noting]);
  const conflated = world.ask('noting/a', row('row', 1, 1));
  world.ask('noting/a', row('row', 1, 2));
  t.match(conflated, [{ code: 'mailbox.displaced' }]);
  const dropped = world.ask('noting/b', row('event', 0, 0));
  for (let n = 1; n <= LIMITS.laneCapacity; n++) world.tell('noting/b', row('event', 0, n));
  t.match(dropped, [{ code: 'mailbox.displaced' }]);
  t.equal(world.system.counters.droppedOldest, 1);
  t.equal(world.system.counters.conflated, 1);
});

t.test('an actor that never rests does not starve another', async (t) => {
  const world = new World([noting]);
  world.tell('noting/busy', row('loop', 0, 0));
  for (let n = 0; n < 200; n++) world.tell('noting/busy', row('note', 0, n));
  world.tell('noting/quiet', row('note', 0, 1));
  world.system.step(LIMITS.turnsPerVisit + 1);
  t.ok(world.published.includes('noting/quiet note 1'), 'its turn came after one visit');
  t.ok(world.system.hasWork);
});

t.test('a step keeps to its budget and goes on where it was', async (t) => {
  const world = new World([noting]);
  for (let n = 0; n < 10; n++) world.tell(`noting/${n}`, row('note', 0, n));
  t.equal(world.system.step(4), 4);
  t.equal(world.system.step(100), 6);
  t.same(
    world.published.map((text) => text.at(-1)),
    [...'0123456789'],
  );
});

t.test('pressure rises with what waits, and shows an overflow once', async (t) => {
  const world = new World([noting]);
  t.equal(world.system.takePressure(), 0);
  for (let actor = 0; actor < 50; actor++) {
    for (let n = 0; n < 1_000; n++) world.tell(`noting/${actor}`, row('note', 0, n));
  }
  t.equal(world.system.takePressure(), 50_000 / LIMITS.queuedAtFullPressure);
  for (let n = 0; n < 25; n++) world.tell('noting/0', row('note', 0, n));
  t.equal(world.system.takePressure(), 1);
  t.equal(world.system.takePressure(), 0.50024);
  world.run();
  t.equal(world.system.takePressure(), 0);
});
