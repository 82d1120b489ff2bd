// Supervision: who comes back after a failure, in which order, and who gives up.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import type { ChildRestart, SupervisorPolicy } from '../core/supervision.js';
import { World } from '../testkit/world.js';

interface Do extends Message {
  readonly kind: 'do';
  readonly what: 'fail' | 'fail_after_event' | 'count' | 'show' | 'end';
  readonly code?: string;
}

interface Spawn extends Message {
  readonly kind: 'spawn';
  readonly child: Address;
  readonly restart: ChildRestart;
}

interface Watch extends Message {
  readonly kind: 'watch' | 'unwatch';
  readonly other: Address;
}

type Told = Do | Spawn | Watch | { readonly kind: 'terminated'; readonly address: Address };

interface State {
  counted: number;
  folded: number;
}

function actor(
  kind: string,
  supervision: Partial<SupervisorPolicy> = {},
): Behaviour<State, Told, { readonly kind: 'folded' }> {
  const lane = { lane: 'command', overflow: 'reject' } as const;
  return {
    kind,
    version: 1,
    lanes: { do: lane, spawn: lane, watch: lane, unwatch: lane, terminated: lane },
    supervision,
    initial: () => ({ counted: 0, folded: 0 }),
    receive(state, message, turn) {
      switch (message.kind) {
        case 'spawn':
          turn.spawn({ address: message.child }, { restart: message.restart });
          break;
        case 'watch':
          turn.watch({ address: message.other });
          break;
        case 'unwatch':
          turn.unwatch({ address: message.other });
          break;
        case 'terminated':
          turn.publish('ended', { kind: message.address });
          break;
        case 'do':
          state.counted++;
          if (message.what === 'fail') throw new Fault(message.code ?? 'test.failed', 'as asked');
          if (message.what === 'end') turn.stop();
          if (message.what === 'fail_after_event') {
            turn.persist({ kind: 'folded' });
            throw new Fault(message.code ?? 'test.failed', 'after the event');
          }
          turn.reply({ kind: 'shown', ...state } as Message);
          break;
      }
    },
    evolve(state) {
      state.folded++;
    },
    encode: (state) => ({ ...state }),
    decode: (encoded) => ({ ...(encoded as State) }),
  };
}

/** A supervisor with the children a, b and c, started in that order. */
function family(
  supervision: Partial<SupervisorPolicy>,
  restart: ChildRestart = 'transient',
  root: Partial<SupervisorPolicy> = {},
): World {
  const world = new World([actor('parent', { jitter: 0, ...supervision }), actor('child')], {
    supervision: root,
  });
  for (const name of ['a', 'b', 'c'] as const) {
    world.tell('parent/p', { kind: 'spawn', child: `child/${name}`, restart } as Spawn);
  }
  world.run();
  world.recoveries.length = 0;
  return world;
}

const told = (what: Do['what'], code?: string): Do =>
  code === undefined ? { kind: 'do', what } : { kind: 'do', what, code };

const statesOf = (world: World): string[] =>
  (['child/a', 'child/b', 'child/c'] as const).map((address) => world.stateOf(address));

t.test('one for one brings back the failed child alone', async (t) => {
  const world = family({ attemptsMax: 1 });
  world.tell('child/b', told('fail'));
  world.run();
  t.same(statesOf(world), ['running', 'restarting', 'running']);
  world.pass(1_000);
  t.same(statesOf(world), ['running', 'running', 'running']);
  t.same(world.recoveries, ['child/b']);
});

t.test('one for all brings back every child, in the order they were started', async (t) => {
  const world = family({ strategy: 'one_for_all', attemptsMax: 1 });
  world.tell('child/b', told('fail'));
  world.run();
  t.same(statesOf(world), ['restarting', 'restarting', 'restarting']);
  world.pass(1_000);
  t.same(world.recoveries, ['child/a', 'child/b', 'child/c']);
  t.same(statesOf(world), ['running', 'running', 'running']);
});

t.test('rest for one brings back the failed child and those started after it', async (t) => {
  const world = family({ strategy: 'rest_for_one', attemptsMax: 1 });
  world.tell('child/b', told('fail'));
  world.run();
  t.same(statesOf(world), ['running', 'restarting', 'restarting']);
  world.pass(1_000);
  t.same(world.recoveries, ['child/b', 'child/c']);
});

t.test('a sibling that waits for a commit is rebuilt only after it landed', async (t) => {
  const world = family({ strategy: 'one_for_all', attemptsMax: 1, directives: {} });
  world.holdsCommits = true;
  const replies = world.ask('child/a', told('count'), { key: 'k' });
  world.tell('child/a', { kind: 'spawn', child: 'child/x', restart: 'temporary' } as Spawn);
  world.run();
  t.same(replies.length, 1, 'a turn without events needs no commit');
  world.system.ask(
    { address: 'child/a' },
    { kind: 'spawn', child: 'child/y', restart: 'temporary' } as Spawn,
    { deadlineUs: 1e9, key: 'k2' },
    () => {},
  );
  world.run();
  t.equal(world.commits.length, 1);
  world.tell('child/b', told('fail'));
  world.pass(2_000);
  t.equal(world.stateOf('child/a'), 'restarting');
  world.commits.shift()?.();
  world.run();
  t.equal(world.stateOf('child/a'), 'running');
  t.equal(world.stateOf('child/y'), 'running', 'the effect left after its commit');
});

t.test('a permanent child that ends itself comes back, the others do not', async (t) => {
  for (const restart of ['permanent', 'transient', 'temporary'] as const) {
    const world = family({}, restart);
    world.tell('child/b', told('end'));
    world.pass(1_000);
    t.equal(world.stateOf('child/b'), restart === 'permanent' ? 'running' : 'stopped', restart);
  }
});

t.test('a temporary child is not brought back, whichever sibling fails', async (t) => {
  const world = family({ strategy: 'one_for_all', attemptsMax: 1 }, 'temporary');
  world.tell('parent/p', { kind: 'spawn', child: 'child/d', restart: 'permanent' } as Spawn);
  world.tell('child/a', told('fail'));
  world.pass(1_000);
  t.same(statesOf(world), ['stopped', 'running', 'running'], 'a temporary one just ends');
  world.tell('child/d', told('fail'));
  world.pass(1_000);
  t.same(statesOf(world), ['stopped', 'stopped', 'stopped']);
  t.equal(world.stateOf('child/d'), 'running');
});

t.test('directives are chosen by the stable code of the failure', async (t) => {
  const directives = { 'test.minor': 'resume', 'test.final': 'stop' } as const;
  const world = family({ directives, attemptsMax: 1 });
  world.ask('child/a', told('count'));
  const resumed = world.ask('child/a', told('fail', 'test.minor'));
  world.run();
  t.match(resumed, [{ code: 'actor.turn_failed' }]);
  const shown = world.ask('child/a', told('show'));
  world.run();
  t.match(shown, [{ message: { counted: 3 } }], 'resume keeps the state');
  world.ask('child/a', told('fail_after_event', 'test.minor'));
  const rebuilt = world.ask('child/a', told('show'));
  world.run();
  t.match(rebuilt, [{ message: { counted: 1, folded: 0 } }], 'but no event the journal lacks');
  const stopped = world.ask('child/b', told('fail', 'test.final'));
  world.run();
  t.match(stopped, [{ code: 'actor.turn_failed' }]);
  t.equal(world.stateOf('child/b'), 'stopped');
});

t.test('delays double up to their bound, less what chance takes', async (t) => {
  const policy = { backoffUs: 1_000, backoffUsMax: 3_000, attemptsMax: 1, intensity: 10 };
  const delays = (jitter: number): number[] => {
    const world = family({ ...policy, jitter });
    return [1, 2, 3, 4].map(() => {
      world.tell('child/a', told('fail'));
      world.run();
      const delay = world.system.dueInUs();
      world.pass(delay);
      return delay;
    });
  };
  t.same(delays(0), [1_000, 2_000, 3_000, 3_000]);
  const shaken = delays(0.5);
  t.ok(shaken.every((delay, index) => delay >= delays(0)[index]! / 2));
  t.not(shaken[0], 1_000);
  t.same(shaken, delays(0.5), 'the same in every run');
});

t.test('more failures than the intensity make the supervisor itself fail', async (t) => {
  const world = family({ intensity: 2, attemptsMax: 1 });
  for (const child of ['child/a', 'child/b', 'child/a'] as const) {
    world.tell(child, told('fail'));
    world.pass(10_000);
  }
  t.equal(world.system.counters.escalated, 1);
  t.ok(world.recoveries.includes('parent/p'), 'the supervisor was brought back');
  t.same(world.recoveries.slice(-4), ['parent/p', 'child/a', 'child/b', 'child/c']);
  t.same(statesOf(world), ['running', 'running', 'running']);
});

t.test('failures outside the period do not count', async (t) => {
  const world = family({ intensity: 1, attemptsMax: 1, periodUs: 1_000_000 });
  for (let n = 0; n < 5; n++) {
    world.tell('child/a', told('fail'));
    world.pass(1_000_001);
  }
  t.equal(world.system.counters.escalated, 0);
  t.equal(world.system.counters.restarts, 5);
});

t.test('an escalated failure may stop the supervisor with all its children', async (t) => {
  const root = { directives: { 'supervision.escalated': 'stop' } } as const;
  const world = family({ directive: 'escalate' }, 'transient', root);
  world.tell('child/b', told('fail'));
  world.run();
  t.equal(world.stateOf('parent/p'), 'stopped');
  t.same(statesOf(world), ['stopped', 'stopped', 'stopped']);
});

t.test('an escalated failure that is waved through brings the child back', async (t) => {
  const root = { directives: { 'supervision.escalated': 'resume' } } as const;
  const world = family({ directive: 'escalate' }, 'transient', root);
  world.tell('child/b', told('fail'));
  world.run();
  t.equal(world.stateOf('parent/p'), 'running');
  t.same(world.recoveries, ['child/b']);
  t.same(statesOf(world), ['running', 'running', 'running']);
});

t.test('an actor without a supervisor escalates to its owner', async (t) => {
  const world = family({}, 'transient', { directive: 'escalate' });
  world.tell('parent/p', told('fail'));
  world.run();
  t.same(world.escalated, ['parent/p']);
  t.equal(world.stateOf('child/a'), 'stopped');
  t.match(world.ask('parent/p', told('show')), [{ code: 'actor.escalated' }]);
});

t.test('whoever watches is told once, at once for one that has ended', async (t) => {
  const world = family({});
  const watch = (who: Address, other: Address, kind: Watch['kind'] = 'watch'): void =>
    world.tell(who, { kind, other } as Watch);
  watch('parent/p', 'child/a');
  watch('child/b', 'child/a');
  watch('child/c', 'child/a');
  watch('child/c', 'child/a', 'unwatch');
  world.run();
  world.tell('child/a', told('end'));
  world.run();
  t.same(world.published, ['ended child/a', 'ended child/a']);
  world.system.restart('child/a');
  world.tell('child/a', told('end'));
  world.run();
  t.equal(world.stateOf('child/a'), 'stopped');
  t.equal(world.published.length, 2, 'another end is for those who watch anew');
  watch('child/c', 'child/a');
  watch('child/c', 'nobody/x');
  world.run();
  t.same(world.published.slice(2), ['ended child/a', 'ended nobody/x']);
});

t.test('a watch reaches across threads, and its answer comes back', async (t) => {
  const world = family({});
  world.far.add('child/far');
  world.tell('child/a', { kind: 'watch', other: 'child/far' } as Watch);
  world.run();
  t.same(world.watching, ['watch child/far child/a']);
  const other = new World([actor('child')]);
  other.far.add('child/a');
  other.system.start('child/far');
  other.system.border.watched('child/far', 'child/a');
  other.system.stop('child/far');
  t.match(other.outbound, [{ to: 'child/a', message: { kind: 'terminated' } }]);
  world.system.border.deliver(other.outbound[0]!);
  world.run();
  t.same(world.published, ['ended child/far']);
});

t.test('a supervision that contradicts itself is refused with its code', async (t) => {
  const cases: [Partial<SupervisorPolicy>, string][] = [
    [{ intensity: 0 }, 'supervision.restarts_never'],
    [{ intensity: 1 }, 'supervision.never_quarantines'],
    [{ backoffUs: 2_000_000 }, 'supervision.backoff_reversed'],
    [{ periodUs: 500 }, 'supervision.never_gives_up'],
    [{ jitter: 1.5 }, 'supervision.bad_number'],
    [{ intensity: Number.NaN }, 'supervision.bad_number'],
    [{ periodUs: 0 }, 'supervision.bad_number'],
    [{ backoffUs: -1 }, 'supervision.bad_number'],
    [{ attemptsMax: 0 }, 'supervision.bad_number'],
    [{ strategy: 'all' as 'one_for_all' }, 'supervision.unknown_word'],
    [{ directives: { x: 'ignore' as 'stop' } }, 'supervision.unknown_word'],
  ];
  for (const [policy, code] of cases) {
    t.throws(() => new World([actor('parent', policy)]), { code }, code);
    t.throws(() => new World([actor('parent')], { supervision: policy }), { code });
  }
  t.doesNotThrow(() => new World([actor('parent', { intensity: 0, directive: 'stop' })]));
  t.throws(() => new World([{ ...actor('parent'), version: 0 }]), {
    code: 'behaviour.bad_version',
  });
});
