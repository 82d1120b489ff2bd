// What goes between shards and their owner for actors of different threads, and how a system takes
// it.

import type { Address } from '../core/address.js';
import type { Refusal } from '../core/fault.js';
import type { Envelope, Reply } from '../runtime/envelope.js';
import type { WatchSaid } from '../runtime/ports.js';
import type { ActorSystem } from '../runtime/system.js';
import type { WatchWord } from './route-watches.js';

/**
 * Shard to owner: a message for an actor of another shard; what becomes of a watch by an actor of
 * its own; the answer to what was asked.
 */
export type RoutedToOwner =
  | { readonly kind: 'outbound'; readonly envelope: Envelope; readonly deadlineUs: number }
  | {
      readonly kind: WatchSaid;
      readonly other: Address;
      readonly watcher: Address;
    }
  | { readonly kind: 'route_answer'; readonly id: number; readonly reply: Reply };

/**
 * Owner to shard: such a message; who watches one of its actors, or no more; the answer to an ask
 * that left; a message that reached nobody.
 */
export type RoutedToShard =
  | {
      readonly kind: 'deliver';
      /** Number of the ask at its owner; 0 for none. */
      readonly id: number;
      readonly envelope: Envelope;
      readonly deadlineUs: number;
    }
  | WatchWord
  | { readonly kind: 'routed_answer'; readonly envelope: Envelope; readonly reply: Reply }
  | { readonly kind: 'undelivered'; readonly envelope: Envelope; readonly refusal: Refusal };

/** Hands a system what its owner has routed to it. */
export function takeRouted(
  system: ActorSystem,
  told: RoutedToShard,
  post: (said: RoutedToOwner) => void,
): void {
  switch (told.kind) {
    case 'deliver': {
      const { id, envelope, deadlineUs } = told;
      if (id === 0) system.border.deliver(envelope);
      else {
        system.border.takeAsk(envelope, deadlineUs, (reply) =>
          post({ kind: 'route_answer', id, reply }),
        );
      }
      break;
    }
    case 'watched':
      system.border.watched(told.other, told.watcher);
      break;
    case 'unwatched':
      system.border.unwatched(told.other, told.watcher);
      break;
    case 'routed_answer':
      system.border.answered(told.envelope, told.reply);
      break;
    case 'undelivered':
      system.border.undelivered(told.envelope, told.refusal);
      break;
  }
}
