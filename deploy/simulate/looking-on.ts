// What judges see of a shard: its passes, and where a state parts from the one expected.

import type { Address, SimProgram } from '../../engine/index.js';
import type { FailingTurns } from './failing.js';
import type { Bench } from './judges.js';
import type { SimShard } from './sim-shard.js';

/** Characters shown around the place where two states part. */
const DIFFERENCE_BEFORE = 120;
const DIFFERENCE_AFTER = 80;

/** Where a live state parts from the expected one, with what stands around it. */
export function difference(address: Address, expected: string, was = ''): string | undefined {
  if (was === expected) return undefined;
  let at = 0;
  while (at < expected.length && expected[at] === was[at]) at++;
  const from = Math.max(0, at - DIFFERENCE_BEFORE);
  const cut = (text: string): string => text.slice(from, at + DIFFERENCE_AFTER);
  return `expected ${address} at ...${cut(expected)}..., was ...${cut(was)}...`;
}

/** A shard whose judges look on before and after its turns. */
export function judgedProgram(program: SimShard, failing: FailingTurns, bench: Bench): SimProgram {
  return {
    onMessage: (message) => program.onMessage(message),
    step() {
      bench.onPass(program, failing.made);
      program.step();
      bench.onPass(program, failing.made);
    },
    dueInUs: () => program.dueInUs(),
  };
}
