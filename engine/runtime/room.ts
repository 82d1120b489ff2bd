// How much more an actor may ask for, so that nothing it asked for is lost when it comes.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Asks } from './asks.js';
import type { Cell } from './cell.js';
import type { TurnRoom } from './effect.js';
import type { Kernel } from './kernel.js';
import { ANSWERS } from './kinds.js';

/** The room that turns of a system have. */
export function roomIn(kernel: Kernel, asks: Asks): TurnRoom {
  return {
    asks(self: Address): number {
      const cell = kernel.cells.get(self);
      if (cell === undefined) return 0;
      return placesForAnswers(cell) - asks.openOf(self) - asksBehindCommits(cell);
    },
    timers: (self) => kernel.actorTimers.roomOf(self),
    hasTimer: (self, key) => kernel.actorTimers.has(self, key),
  };
}

/** Places in the lane of an actor's answers, which may wait there all at once. */
function placesForAnswers({ kind, mailbox }: Cell): number {
  const places = ANSWERS.map((name) => mailbox.roomFor(kind.waits.get(name)!));
  return Math.min(...places) - LIMITS.placesKeptFromAsks;
}

/** Asks of turns whose commits have not landed: they leave when these do. */
function asksBehindCommits({ waiting }: Cell): number {
  let count = 0;
  for (const { effects } of waiting) for (const { kind } of effects) if (kind === 'ask') count++;
  return count;
}
