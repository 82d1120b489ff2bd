// Exactly-once commands: the keys an actor has applied, durable beside the events they caused.

import type { Message } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { DoneCommand } from './ports.js';

/** Kind of the journaled event that says a command was applied; no behaviour may persist it. */
export const COMMAND_DONE = 'command_done';

/**
 * The journaled form of a done command. It is appended with the events of its turn, all or none, so
 * that a key is known after a restart exactly when its events are.
 */
export interface CommandDone extends Message, DoneCommand {
  readonly kind: typeof COMMAND_DONE;
}

/** Tells the engine's own event from a behaviour's. */
export function isCommandDone(event: Message): event is CommandDone {
  return event.kind === COMMAND_DONE;
}

/** The latest command keys of one actor; the oldest is forgotten beyond `LIMITS.commandKeys`. */
export class CommandWindow {
  readonly #done = new Map<string, DoneCommand>();

  /** The command applied under a key, if it is remembered. */
  find(key: string): DoneCommand | undefined {
    return this.#done.get(key);
  }

  /** Remembers a command as the newest. */
  remember({ key, of, reply, refusal }: DoneCommand): void {
    this.#done.delete(key);
    this.#done.set(key, refusal === undefined ? { key, of, reply } : { key, of, refusal });
    if (this.#done.size <= LIMITS.commandKeys) return;
    for (const oldest of this.#done.keys()) {
      this.#done.delete(oldest);
      break;
    }
  }

  /** All remembered commands, oldest first. */
  list(): DoneCommand[] {
    return [...this.#done.values()];
  }
}
