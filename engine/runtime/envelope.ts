// What travels between actors: a message with its addresses, its cause and its answer's number.

import type { Address, Message } from '../core/address.js';

/** What a message carries beside itself; all that one turn tells to others has it in common. */
export interface Origin {
  /** Sender, or '' from outside the system. */
  readonly from: Address | '';
  /** Number under which an answer is expected; 0 for none. */
  readonly ask: number;
  /** What caused the turn that sent this, for explanations. */
  readonly cause: string;
  /** Idempotency key of a command, or '' for none. */
  readonly commandKey: string;
}

/** A message on its way. */
export interface Envelope extends Origin {
  readonly to: Address;
  readonly message: Message;
}

/** Puts a message together with whom it is for and where it is from. */
export function envelopeOf(to: Address, message: Message, origin: Origin): Envelope {
  const { from, ask, cause, commandKey } = origin;
  return { to, from, message, ask, cause, commandKey };
}

/**
 * The origins of what comes from one place: one object as long as nothing about them changes, for a
 * new one with each message would be most of what there is to collect.
 */
export class Origins {
  #last: Origin = { from: '', ask: 0, cause: '', commandKey: '' };

  /** The origin of a message. */
  // hot
  of(from: Address | '', ask: number, cause: string, commandKey: string): Origin {
    const last = this.#last;
    const isSame = last.cause === cause && last.from === from && last.commandKey === commandKey;
    if (isSame && last.ask === ask) return last;
    this.#last = { from, ask, cause, commandKey };
    return this.#last;
  }
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
