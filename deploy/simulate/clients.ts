// Clients: they send operations over open links, ask again until they have an answer, and repeat.

import { Chance, type Reply, type Simulation } from '../../engine/index.js';
import type { Decision } from './decisions.js';
import { isFinal, type Operation, operationAt } from './operations.js';

/**
 * How long a client waits for an answer, and how often it asks: in all longer than a move may hold
 * what is asked of an actor (30 ms) that was stopped before. Units of the first: microseconds.
 */
const TIMEOUT_US = 3_000;
const ATTEMPTS_MAX = 25;

/** Pause after a refusal that may pass. Units: microseconds. */
const PAUSE_US = 500;

/** What clients need of the world. */
export interface ClientOptions {
  readonly simulation: Simulation;
  /** Hands an operation to the host; nothing comes back while there is none. */
  readonly ask: (operation: Operation, answer: (reply: Reply) => void) => void;
  readonly flood: (operation: Operation) => void;
  readonly decide: (decision: Decision) => void;
  readonly onAcknowledged: (operation: Operation) => void;
  /** Numbers of the operations that are sent; all where absent. */
  readonly wanted: ReadonlySet<number> | undefined;
}

/** All clients of a simulated world. */
export class Clients {
  readonly #options: ClientOptions;
  readonly #chance: Chance;
  /** Numbers of the operations sent. */
  readonly sent: number[] = [];
  readonly counters = { acknowledged: 0, refused: 0, gaveUp: 0, retries: 0 };
  #isResting = false;
  /** Further delay of every answer. Units: microseconds. */
  slownessUs = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#chance = new Chance(options.simulation.seed, 'clients');
  }

  /** Begins with the first operation; each one brings the next. */
  begin(): void {
    this.#plan(0);
  }

  /** Sends nothing new from now on. */
  rest(): void {
    this.#isResting = true;
  }

  #plan(index: number): void {
    const { simulation, wanted } = this.#options;
    const operation = operationAt(simulation.seed, index);
    simulation.agenda.after(operation.gapUs, 'client: operation', () => {
      if (this.#isResting) return;
      this.#plan(index + 1);
      if (wanted?.has(index) === false) return;
      this.sent.push(index);
      if (operation.decision !== undefined) this.#decide(operation.decision);
      else if (operation.flood > 0) this.#options.flood(operation);
      else this.#send(operation);
    });
  }

  /** Whoever decides looks what became of it; nobody sends it again. */
  #decide(decision: Decision): void {
    const { simulation, decide } = this.#options;
    simulation.network.send('operator>host', 'open', () => decide(decision));
  }

  #send(operation: Operation): void {
    const { simulation } = this.#options;
    const link = `client ${operation.client}`;
    let attempts = 0;
    let isDone = false;
    const attempt = (): void => {
      if (isDone) return;
      if (attempts === ATTEMPTS_MAX) {
        this.counters.gaveUp++;
        isDone = true;
        return;
      }
      if (attempts++ > 0) this.counters.retries++;
      ask();
      simulation.agenda.after(
        TIMEOUT_US + this.#chance.below(PAUSE_US),
        `${link}: waited`,
        attempt,
      );
    };
    const ask = (): void => {
      simulation.network.send(`${link}>host`, 'open', () => {
        this.#options.ask(operation, (reply) => {
          const late = this.slownessUs;
          simulation.agenda.after(late, 'host: answer', () =>
            simulation.network.send(`host>${link}`, 'open', () => answered(reply)),
          );
        });
      });
    };
    const answered = (reply: Reply): void => {
      if (isDone || !isFinal(reply)) return;
      isDone = true;
      if (reply.kind === 'refused') this.counters.refused++;
      else {
        this.counters.acknowledged++;
        this.#options.onAcknowledged(operation);
      }
      if (operation.isRepeated) simulation.agenda.after(PAUSE_US, `${link}: again`, ask);
    };
    attempt();
  }
}
