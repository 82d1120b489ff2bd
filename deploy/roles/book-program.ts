// The program of a shard of book actors: frames to messages, turns, answers to asks.

import {
  type BookMessage,
  createBookBehaviour,
  type Instrument,
} from '../../actors/microstructure/index.js';
import {
  ActorSystem,
  type Address,
  type AnyBehaviour,
  Columns,
  type ColumnsHandle,
  type CreateShardProgram,
  FRAME_INTS,
  FRAME_LANES,
  type Ref,
  type Reply,
  type RingConsumer,
  ref,
  type ShardContext,
  type ShardProgram,
} from '../../engine/index.js';

/** Frames of one message: a turn of them takes a tenth of a millisecond. */
const FRAMES_A_MESSAGE = 1_024;

/** Turns run in one pass. */
const TURNS_A_PASS = 256;

/** Configuration of a shard of books. */
export interface BookShardConfig {
  readonly instruments: readonly Instrument[];
  /** Rows that this shard owns. */
  readonly rows: readonly number[];
  readonly columns: ColumnsHandle;
}

/** What the owner posts: a question to an actor. */
export interface BookAsk {
  readonly id: number;
  readonly to: Address;
  readonly message: BookMessage;
  readonly deadlineUs: number;
}

/** What the shard posts: an answer. */
export interface BookAnswer {
  readonly id: number;
  readonly reply: Reply;
}

class BookShard implements ShardProgram {
  readonly #system: ActorSystem;
  readonly #context: ShardContext;
  readonly #refs = new Map<number, Ref<BookMessage>>();

  constructor(config: BookShardConfig, context: ShardContext) {
    this.#context = context;
    const behaviour = createBookBehaviour(config.instruments, new Columns(config.columns));
    const local = new Set<Address>();
    for (const row of config.rows) {
      const of = ref<BookMessage>('book', config.instruments[row]!.symbol);
      this.#refs.set(row, of);
      local.add(of.address);
    }
    this.#system = new ActorSystem(
      // The system keeps behaviours of all message types in one list; each reads only its own.
      [behaviour] as unknown as AnyBehaviour[],
      {
        nowUs: context.monotonicUs,
        monotonicUs: context.monotonicUs,
        isLocal: (address) => local.has(address),
        // A book is a view of the exchange's: it persists nothing and has no past.
        append: (_records, done) => done(),
        recover: (_address, done) => done({ events: [] }),
        outbound() {},
        watching() {},
        publish() {},
      },
      { suspicion: context.suspicion },
    );
    for (const { address } of this.#refs.values()) this.#system.start(address);
  }

  onFrames(ring: RingConsumer, count: number): number {
    for (let from = 0; from < count; ) {
      const to = this.#endOfRun(ring, from, count);
      this.#deliver(ring, from, to);
      from = to;
      this.#runTurns();
    }
    return count;
  }

  onMessage(message: unknown): void {
    // The owner is the only sender, and this is the only type it posts.
    const { id, to, message: asked, deadlineUs } = message as BookAsk;
    this.#system.ask({ address: to }, asked, { deadlineUs }, (reply) => {
      const answer: BookAnswer = { id, reply };
      this.#context.post(answer);
    });
  }

  step(): number {
    return this.#system.step(TURNS_A_PASS);
  }

  dueMs(): number {
    return this.#system.hasWork ? 0 : this.#system.dueInUs() / 1000;
  }

  takePressure(): number {
    return this.#system.takePressure();
  }

  isHeld(): boolean {
    return false;
  }

  /** End of the frames of one symbol that lie side by side in the ring. */
  #endOfRun(ring: RingConsumer, from: number, count: number): number {
    const first = ring.slot(from);
    const row = ring.ints[first * FRAME_INTS + 1];
    let to = from + 1;
    while (to < count && to - from < FRAMES_A_MESSAGE) {
      const slot = ring.slot(to);
      if (slot !== first + to - from || ring.ints[slot * FRAME_INTS + 1] !== row) break;
      to++;
    }
    return to;
  }

  #deliver(ring: RingConsumer, from: number, to: number): void {
    const slot = ring.slot(from);
    const book = this.#refs.get(ring.ints[slot * FRAME_INTS + 1]!);
    if (book === undefined) return;
    // Copied once a message: the ring's own memory is overwritten, and a message may be put aside.
    const floats = new Float64Array((to - from) * FRAME_LANES);
    floats.set(ring.floats.subarray(slot * FRAME_LANES, (slot + to - from) * FRAME_LANES));
    this.#system.tell<BookMessage>(book, { kind: 'book_frames', floats });
  }

  #runTurns(): void {
    while (this.#system.hasWork && this.#system.step(TURNS_A_PASS) > 0);
  }
}

/** Entry point that the engine's worker loads. */
export const createShardProgram: CreateShardProgram = (config, context) =>
  // The owner builds the configuration with this type; it crossed by structured clone.
  new BookShard(config as BookShardConfig, context);
