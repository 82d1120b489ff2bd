// Why a shard's thread ended, as a fault with a stable code.

import { Fault } from '../core/fault.js';

/** What the owner itself did to a thread before it ended. */
export type Ending = 'killed' | 'hung' | 'never_began';

const ENDINGS: Readonly<Record<Ending, { readonly code: string; readonly text: string }>> = {
  killed: { code: 'shard.killed', text: 'was killed' },
  hung: { code: 'shard.hung', text: 'did not beat any more' },
  never_began: { code: 'shard.never_began', text: 'never began to beat' },
};

/**
 * The fault of a thread's end.
 * Errors: `shard.killed`, `shard.hung`, `shard.never_began`, `shard.out_of_memory`, `shard.exited`,
 * and `shard.failed` for an error that nothing caught.
 */
export function deathFault(shard: number, error: unknown, ending: Ending | undefined): Fault {
  const expected = `expected shard ${shard} to keep running`;
  const options = { retryable: true, cause: error };
  if (ending !== undefined) {
    const { code, text } = ENDINGS[ending];
    return new Fault(code, `${expected}, it ${text}`, options);
  }
  const text = `${expected}, was: ${error instanceof Error ? error.message : String(error)}`;
  return new Fault(codeOf(error), text, options);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'shard.failed';
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'shard.out_of_memory';
  // The pool's own text for a thread that called for its process to end.
  return error.message.startsWith('worker exited') ? 'shard.exited' : 'shard.failed';
}
