// What stands between a simulated shard and its world: judges listen, turns fail, bugs are planted.

import {
  type Address,
  type AnyBehaviour,
  Chance,
  RETOLD,
  type SystemPorts,
} from '../../engine/index.js';
import type { ShardSeams } from '../roles/shard-actors.js';
import { courierOf, Notes, shardOfCourier } from './couriers.js';
import type { FailingTurns } from './failing.js';
import type { Bench } from './judges.js';
import type { Plant } from './plant.js';
import { plantedBehaviours } from './planted.js';
import { Summaries } from './summaries.js';

/** One seed in so many has a budget of portfolios in memory. */
const BUDGETED = 3;

/** Turns fail here far more often than in a world that would give an actor up for it. */
const RESTARTS_MAX = 1_000_000;

/** What the seams need of their world. */
export interface SeamsOptions {
  readonly seed: number;
  readonly plant: Plant | undefined;
  readonly bench: () => Bench;
  /** Whether operators have stopped or hold an actor for certain. */
  readonly isDown: (address: Address) => boolean;
}

/** The seams of all shards of one world. */
export class Seams {
  readonly #options: SeamsOptions;
  readonly #ambient: Chance;
  /** What the funnel is told. */
  readonly summaries = new Summaries();
  /** What couriers tell portfolios. */
  readonly notes = new Notes();
  /** The first that took a turn although it was down. */
  stirred: string | undefined;

  constructor(options: SeamsOptions) {
    this.#options = options;
    this.#ambient = new Chance(options.seed, 'ambient');
  }

  /** What of some seeds' portfolios is opened: all but one a shard are not until they are asked. */
  get budget(): { readonly openedMax?: number; readonly residentsMax?: number } {
    return this.#options.seed % BUDGETED === 1 ? { openedMax: 1, residentsMax: 1 } : {};
  }

  /** Those of one shard's program. */
  of(shard: number, failing: FailingTurns): ShardSeams {
    return {
      options: {
        supervision: { intensity: RESTARTS_MAX },
        // Of some seeds all but one portfolio of a shard are out of memory.
        ...(this.#options.seed % BUDGETED === 0 && { residentsMax: 1 }),
      },
      // At every close: what a checkpoint may lack shows within the steps of a seed.
      toldDue: 0,
      behaviours: (behaviours) => {
        const planted = this.plant(this.summaries.wrap(behaviours));
        const all = [...planted, courierOf(this.notes.next)];
        return this.#watchDown(this.notes.wrap(failing.wrap(all)));
      },
      ports: (ports) => {
        const heard = this.#ports(ports, shard);
        return this.#options.plant?.wrapPorts?.(heard) ?? heard;
      },
    };
  }

  /** Puts the planted bug around behaviours, if it is one of theirs. */
  plant(behaviours: AnyBehaviour[]): AnyBehaviour[] {
    return plantedBehaviours(this.#options.plant, behaviours, this.#ambient);
  }

  /** Figures are listened to, and couriers have a shard and no past. */
  #ports(ports: SystemPorts, shard: number): SystemPorts {
    return {
      ...ports,
      isLocal: (address) => {
        const home = shardOfCourier(address);
        return home === undefined ? ports.isLocal(address) : home === shard;
      },
      recover: (address, done) => {
        if (shardOfCourier(address) === undefined) ports.recover(address, done);
        else done({ events: [] });
      },
      publish: (topic, event, from) => {
        this.#options.bench().onPublished(event, from);
        ports.publish(topic, event, from);
      },
    };
  }

  /** An actor that is down takes no turns, but in its recovery. */
  #watchDown(behaviours: readonly AnyBehaviour[]): AnyBehaviour[] {
    return behaviours.map((behaviour) => ({
      ...behaviour,
      receive: (state, message, turn) => {
        if (turn.cause !== RETOLD && this.#options.isDown(turn.self)) {
          this.stirred ??= `expected ${turn.self} to be down, was handed ${message.kind}`;
        }
        behaviour.receive(state, message, turn);
      },
    }));
  }
}
