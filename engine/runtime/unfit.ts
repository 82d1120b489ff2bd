// Messages that cannot leave their thread: what has no form as bytes, and what finds no room.

import { Fault } from '../core/fault.js';

/**
 * What kept a message from leaving, as a fault; of code `actor.message_unfit` where no thread could
 * be given it. Errors: anything else is a bug, and thrown on.
 */
export function unfitFault(error: unknown, what: string): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error;
  const text = `expected ${what} to be plain data, which another thread can be given`;
  return new Fault('actor.message_unfit', `${text}: ${error.message}`, { cause: error });
}
