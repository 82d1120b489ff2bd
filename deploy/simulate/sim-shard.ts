// The real program of a shard as a node of the simulated world: its ring, its loop, its clock.

import {
  createRing,
  RingConsumer,
  RingProducer,
  type SimProgram,
  Suspicion,
} from '../../engine/index.js';
import { ACTION, POINT, PRINT, SESSION_OPEN, SNAPSHOT } from '../../proto/frames/market.js';
import { MarketShard } from '../roles/market-shard.js';
import type { ShardSeams } from '../roles/shard-actors.js';
import type { ShardConfig } from '../roles/shard-config.js';
import type { FromShard } from '../roles/shard-messages.js';

import { type MarketPoint, type MarketStep, type MarketWalk, SYMBOLS } from './market-walk.js';
import { SHARDS } from './setting.js';
import type { ToSimShard } from './shard-talk.js';

/** Frames that a shard's ring holds: a power of two. */
const RING_FRAMES = 64;

/** Frames that one step of the market can need: a print of each row and the point. */
const FRAMES_A_STEP = SYMBOLS.length + 1;

/** Pause of a shard that another one holds up, which rings no bell. Units: microseconds. */
const HELD_US = 100;

/** Half a spread, and the size of every print. Units: dollars; shares. */
const HALF_SPREAD = 0.01;
const PRINT_SIZE = 100;

/** What floods are of: refused at once, for they are about mailboxes alone. */
const FLOOD = { kind: 'cash', commandId: '', amount: '1', direction: 'deposit' } as const;

/** What a shard is started with. */
export interface SimShardOptions {
  readonly shard: number;
  readonly walk: MarketWalk;
  /** Where a row's prints go now. */
  readonly shardOfRow: (row: number) => number;
  /** Frames of the market that its snapshot holds. */
  readonly frames: number;
  readonly config: ShardConfig;
  readonly seams: ShardSeams;
  readonly monotonicUs: () => number;
  readonly post: (message: FromShard) => void;
}

/** One thread's loop around the program, as `engine/shard/worker.ts` has it. */
export class SimShard implements SimProgram {
  readonly program: MarketShard;
  readonly #shard: number;
  readonly #walk: MarketWalk;
  readonly #shardOfRow: (row: number) => number;
  readonly #producer: RingProducer;
  readonly #consumer: RingConsumer;
  /** Steps of the market that may be fed, and that the ring has had. */
  #fed: number;
  #written: number;

  constructor(options: SimShardOptions) {
    const { shard, walk, frames, config, seams, monotonicUs, post } = options;
    this.#shard = shard;
    this.#walk = walk;
    this.#shardOfRow = options.shardOfRow;
    this.#fed = frames;
    this.#written = frames;
    const ring = createRing(RING_FRAMES);
    this.#producer = new RingProducer(ring);
    this.#consumer = new RingConsumer(ring);
    const suspicion = new Suspicion(this.#consumer.markWord(), []);
    // What a shard's program posts is of this type.
    const postAny = (message: unknown): void => post(message as FromShard);
    this.program = new MarketShard(
      config,
      {
        ...{ shard, shardCount: SHARDS, post: postAny, wake: () => {}, monotonicUs, suspicion },
        atLength: (work) => work(),
      },
      seams,
    );
  }

  /** Steps of the market whose frames have all been taken; -1 while some wait. */
  get frameCount(): number {
    const isHeld = this.#producer.depth() > 0 || this.program.isHeld();
    return isHeld ? -1 : this.#written;
  }

  onMessage(message: unknown): void {
    // The simulated owner is the only sender, and this is the only type it sends.
    const told = message as ToSimShard;
    if (told.kind === 'fed') this.#fed = Math.max(this.#fed, told.frames);
    else if (told.kind === 'flood') {
      for (let count = 0; count < told.count; count++) {
        this.program.system.tell({ address: told.to }, FLOOD);
      }
    } else this.program.onMessage(told);
  }

  step(): void {
    this.#feed();
    const available = this.#consumer.available();
    if (available > 0) this.#consumer.release(this.program.onFrames(this.#consumer, available));
    this.program.step();
  }

  dueInUs(): number {
    if (this.program.isHeld()) return HELD_US;
    if (this.#consumer.available() > 0 || this.#written < this.#fed) return 0;
    return Math.max(0, Math.round(this.program.dueMs() * 1_000));
  }

  /** Writes whole steps of the market into the ring, as far as there is room. */
  #feed(): void {
    while (this.#written < this.#fed) {
      if (this.#producer.depth() + FRAMES_A_STEP > RING_FRAMES) break;
      this.#write(this.#walk.at(this.#written++));
    }
    this.#producer.publish();
  }

  #write(step: MarketStep): void {
    switch (step.kind) {
      case 'open': {
        const { openUs, date, dayIndex, closeUs } = step;
        this.#frame(SESSION_OPEN.kind, -1, [openUs, date, dayIndex, openUs, closeUs]);
        break;
      }
      case 'action':
        this.#frame(ACTION.kind, step.row, [step.timeUs, step.split, step.dividend]);
        break;
      case 'point':
        this.#writePoint(step);
        break;
      case 'snapshot':
        this.#frame(SNAPSHOT.kind, -1, [step.timeUs, step.id]);
        break;
    }
  }

  #writePoint({ pointIndex, timeUs, isClose, date, dayIndex, prices }: MarketPoint): void {
    // History is closed by the first point: its prints have been.
    for (let row = 0; pointIndex > 0 && row < prices.length; row++) {
      if (this.#shardOfRow(row) !== this.#shard) continue;
      const price = prices[row]!;
      const [bid, ask] = [price - HALF_SPREAD, price + HALF_SPREAD];
      this.#frame(PRINT.kind, row, [timeUs, price, PRINT_SIZE, bid, ask, 0, 0]);
    }
    const lanes = [timeUs, pointIndex, isClose ? 1 : 0, date, dayIndex, 1];
    this.#frame(POINT.kind, -1, lanes);
  }

  #frame(kind: number, row: number, lanes: readonly number[]): void {
    this.#producer.fill(this.#producer.claim(), kind, row, lanes);
  }
}
