// What a shard's actors are asked from outside: done at once, or held until they have caught up.

import { type ActorSystem, type ShardContext, takeRouted } from '../../engine/index.js';
import { type Ask, CATCHING_UP, HeldAsks } from './held-asks.js';
import type { FromShard } from './shard-messages.js';

/** What questions are passed on to, and answered by. */
export interface ActorAsksOptions {
  readonly system: ActorSystem;
  readonly monotonicUs: ShardContext['monotonicUs'];
  readonly post: (message: FromShard) => void;
}

/** Asks actors, keeps what has to wait, and refuses what has waited too long. */
export class ActorAsks {
  readonly #options: ActorAsksOptions;
  readonly #held = new HeldAsks();

  constructor(options: ActorAsksOptions) {
    this.#options = options;
  }

  /** Asks now, or while the actors catch up keeps the question: refused where there is no room. */
  take(asked: Ask, mayAsk: boolean): void {
    if (mayAsk) this.#ask(asked);
    else if (!this.#held.hold(asked, this.#options.monotonicUs())) this.#refuse(asked);
  }

  /** Refuses what has waited for longer than its asker does. */
  expire(): void {
    if (this.#held.isEmpty) return;
    for (const asked of this.#held.expire(this.#options.monotonicUs())) this.#refuse(asked);
  }

  /** Asks what has waited, in order. */
  release(): void {
    if (this.#held.isEmpty) return;
    for (const asked of this.#held.release(this.#options.monotonicUs())) this.#ask(asked);
  }

  /** Time until a question has waited too long, or Infinity. Units: microseconds. */
  dueUs(): number {
    if (this.#held.isEmpty) return Number.POSITIVE_INFINITY;
    return this.#held.dueUs(this.#options.monotonicUs());
  }

  #refuse(asked: Ask): void {
    const { system, post } = this.#options;
    const { id } = asked;
    if (asked.kind === 'ask') post({ kind: 'answer', id, reply: CATCHING_UP });
    else if (id > 0) post({ kind: 'route_answer', id, reply: CATCHING_UP });
    else system.border.undelivered(asked.envelope, CATCHING_UP);
  }

  #ask(asked: Ask): void {
    const { system, post } = this.#options;
    if (asked.kind === 'deliver') {
      takeRouted(system, asked, post);
      return;
    }
    const { id, to, message, deadlineUs } = asked;
    system.ask({ address: to }, message, { deadlineUs }, (reply) =>
      post({ kind: 'answer', id, reply }),
    );
  }
}
