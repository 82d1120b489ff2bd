// What an idle shard does: spins for a moment, polls while work comes often, else sleeps.

import t from 'tap';
import { Idle } from './idle.js';

/** A shard's loop on a clock that passes and sleeps move. */
class Loop {
  nowMs = 0;
  parks = 0;
  pauses = 0;
  readonly #idle: Idle;
  readonly #ring = {
    park: (timeoutMs: number): void => {
      this.parks++;
      this.nowMs = Math.min(this.nowMs + timeoutMs, Math.max(this.nowMs, this.#wakesMs));
    },
    pause: (timeoutMs: number): void => {
      this.pauses++;
      this.nowMs += timeoutMs;
    },
  };
  #wakesMs = 0;

  constructor(polls: boolean) {
    this.#idle = new Idle(polls, () => this.nowMs);
  }

  /** Work that lasts so long. */
  busy(spellMs: number): void {
    const untilMs = this.nowMs + spellMs;
    while (this.nowMs < untilMs) {
      this.nowMs += 0.0002;
      this.#idle.after(1, this.#ring, Number.POSITIVE_INFINITY, false);
    }
  }

  /** Passes without work until some comes, so much later. A pass takes a fifth of a microsecond. */
  quiet(spellMs: number, { dueMs = Number.POSITIVE_INFINITY, held = false } = {}): void {
    this.#wakesMs = this.nowMs + spellMs;
    while (this.nowMs < this.#wakesMs) {
      this.nowMs += 0.0002;
      this.#idle.after(0, this.#ring, dueMs, held);
    }
    this.#idle.after(1, this.#ring, dueMs, held);
  }
}

t.test('work that comes at once finds it awake', async (t) => {
  const loop = new Loop(false);
  for (let spell = 0; spell < 100; spell++) loop.quiet(0.01);
  t.equal(loop.parks, 0);
});

t.test('a shard without a core of its own sleeps as soon as it has nothing to do', async (t) => {
  const loop = new Loop(false);
  for (let spell = 0; spell < 100; spell++) loop.quiet(1);
  t.equal(loop.parks, 100);
});

t.test('one that has a core polls while work comes often', async (t) => {
  const loop = new Loop(true);
  for (let spell = 0; spell < 30; spell++) loop.quiet(1);
  t.ok(loop.parks > 0 && loop.parks < 15, `it learns that within a few spells, ${loop.parks}`);
  const before = loop.parks;
  for (let spell = 0; spell < 1_000; spell++) loop.quiet(1);
  t.equal(loop.parks, before);
});

t.test('no longer than it is worth, and not where work is rare', async (t) => {
  const loop = new Loop(true);
  for (let spell = 0; spell < 100; spell++) loop.quiet(1);
  const before = loop.parks;
  loop.quiet(500);
  t.equal(loop.parks, before + 1, 'it slept through the rest of a long spell');
  loop.quiet(1);
  t.equal(loop.parks, before + 1, 'of which one is no reason to sleep');
  for (let spell = 0; spell < 20; spell++) loop.quiet(8);
  const rare = loop.parks;
  for (let spell = 0; spell < 100; spell++) loop.quiet(8);
  t.equal(loop.parks, rare + 100, 'and where work is rare it sleeps at once');
});

t.test('one that is busy most of the time does not poll', async (t) => {
  const loop = new Loop(true);
  const spells = (count: number): void => {
    for (let spell = 0; spell < count; spell++) {
      loop.busy(1.5);
      loop.quiet(1);
    }
  };
  spells(20);
  const before = loop.parks;
  spells(100);
  t.equal(loop.parks, before + 100);
});

t.test('a timer that is due is not slept over, and a gate is looked at again soon', async (t) => {
  const loop = new Loop(false);
  loop.quiet(0.1, { dueMs: 0 });
  t.equal(loop.parks, 0);
  loop.quiet(1, { held: true });
  t.equal(loop.parks, 0);
  t.ok(loop.pauses >= 10 && loop.pauses <= 20);
});
