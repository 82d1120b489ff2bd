// What becomes of messages that an actor's mailbox does not take: their askers are told, all are
// counted.

import { LIMITS } from '../core/limits.js';
import type { Cell } from './cell.js';
import { type Envelope, refused } from './envelope.js';
import type { Kernel } from './kernel.js';
import { isOfSystem } from './kinds.js';
import type { Offered } from './mailbox.js';
import { badCommandKey } from './turns.js';

/** Turns messages away at mailboxes. */
export class MailRefusals {
  readonly #kernel: Pick<Kernel, 'answer' | 'counters' | 'dead'>;
  /** Whether a lane has overflowed since somebody looked. */
  hasOverflowed = false;

  constructor(kernel: Pick<Kernel, 'answer' | 'counters' | 'dead'>) {
    this.#kernel = kernel;
  }

  /** The actor does not run any more, or is about to stop. */
  stopped(cell: Cell, envelope: Envelope): void {
    const kernel = this.#kernel;
    const code = cell.status === 'stopping' ? 'actor.stopping' : cell.stopCode;
    kernel.dead(envelope, code, `expected a running actor at ${cell.address}, was ${cell.status}`);
  }

  /** The actor does not understand the message, or its command key is too long. */
  odd(cell: Cell, envelope: Envelope): void {
    const kernel = this.#kernel;
    const long = badCommandKey(envelope.commandKey);
    if (long !== undefined) {
      const most = LIMITS.commandKeyLength;
      const text = `expected a command key up to ${most} long, was ${envelope.commandKey.length}`;
      kernel.dead(envelope, long, text);
      return;
    }
    const text = `expected a message ${cell.address} understands, was ${envelope.message.kind}`;
    kernel.dead(envelope, 'actor.unknown_message', text);
  }

  /** The message has no key to be conflated by. */
  keyless(envelope: Envelope): void {
    const kernel = this.#kernel;
    const { to, message } = envelope;
    const text = `expected a key that ${to} conflates ${message.kind} by, was none`;
    kernel.dead(envelope, 'mailbox.no_key', text);
  }

  /** Counts what a full or conflating lane did, and tells the asker who loses by it. */
  overflowed(
    cell: Cell,
    envelope: Envelope,
    offered: Exclude<Offered, 'queued' | 'keyless'>,
  ): void {
    const kernel = this.#kernel;
    const { counters } = kernel;
    const { displaced } = cell.mailbox;
    cell.mailbox.displaced = undefined;
    if (offered === 'conflated') counters.conflated++;
    else {
      this.hasOverflowed = true;
      if (offered === 'dropped_oldest') counters.droppedOldest++;
      else counters.rejected++;
    }
    if (displaced !== undefined) {
      const text = `expected ${cell.address} to handle it before newer ones came`;
      kernel.answer(displaced, refused('mailbox.displaced', text));
    } else {
      const text = `expected room in the mailbox of ${cell.address}, was full; try again later`;
      // The system's own word has no asker who would be told.
      if (isOfSystem(envelope.message) && envelope.ask === 0)
        kernel.dead(envelope, 'mailbox.full', text);
      else kernel.answer(envelope, refused('mailbox.full', text));
    }
  }
}
