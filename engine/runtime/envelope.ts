// What travels between actors: a message with its addresses, its cause and its answer's number.

import type { Address, Message } from '../core/address.js';

/** A message on its way. */
export interface Envelope {
  readonly to: Address;
  /** Sender, or '' from outside the system. */
  readonly from: Address | '';
  readonly message: Message;
  /** Number under which an answer is expected; 0 for none. */
  readonly ask: number;
  /** What caused the turn that sent this, for explanations. */
  readonly cause: string;
  /** Idempotency key of a command, or '' for none. */
  readonly commandKey: string;
}

/** Cause of a message that recovery handles again: its effects have left before. */
export const RETOLD = 'recovery';

/** The answer to an ask. */
export type Reply =
  | { readonly kind: 'replied'; readonly message: Message }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'timed_out' };

/** Builds the answer that says no. */
export function refused(code: string, text: string): Reply {
  return { kind: 'refused', code, text };
}
