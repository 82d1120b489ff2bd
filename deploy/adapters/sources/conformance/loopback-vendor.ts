// A vendor on this machine: it speaks a vendor's wire format over a tape, and fails when told to.

import {
  type Loopback,
  type LoopbackAnswer,
  type LoopbackClient,
  type LoopbackRequest,
  startLoopback,
} from '../../../../engine/index.js';
import type { MarketRecord, RecordKind } from '../record.js';
import type { VendorSettings } from '../vendors/vendor.js';
import { type BookChange, LoopbackBook } from './loopback-book.js';
import type { Tape } from './tape.js';

/** What a client said that matters. */
export interface Heard {
  readonly replies: readonly string[];
  readonly isSubscribed: boolean;
}

/** How a vendor speaks, from its side. */
export interface Wire {
  /** Its vendor's name. */
  readonly name: string;
  /** A symbol as it goes there, and what is needed to ask for it. */
  readonly symbol: string;
  readonly extras: Readonly<Record<string, string>>;
  readonly answer: (request: LoopbackRequest, tape: Tape, visible: number) => LoopbackAnswer;
  /** Whether a request has the right credentials. */
  readonly isLetIn: (request: LoopbackRequest) => boolean;
  /** How it refuses a request without them. */
  readonly refusal: LoopbackAnswer;
  /** Its stream; absent where it has none. */
  readonly stream?: {
    readonly greeting: readonly string[];
    readonly hear: (message: string) => Heard;
    /** What it says to a wrong login; undefined where nobody logs in. */
    readonly lockedOut: string | undefined;
    readonly encode: (record: MarketRecord) => string;
  };
  /** Its order books; absent where it has none. */
  readonly books?: {
    /** Undefined for a request that is not of books. */
    readonly answer: (request: LoopbackRequest, book: LoopbackBook) => LoopbackAnswer | undefined;
    readonly whole: (book: LoopbackBook) => LoopbackAnswer;
    readonly encode: (change: BookChange) => string;
  };
}

/** The key that the loopback vendor lets in. */
export const LOOPBACK_KEY = 'loopback-key';
/** The secret beside it. */
export const LOOPBACK_SECRET = 'loopback-secret-7c1f';

/** A running vendor. */
export class LoopbackVendor {
  readonly #wire: Wire;
  readonly tape: Tape;
  /** Its order book; nothing of it is told but by `changeBook`. */
  readonly book = new LoopbackBook();
  #server: Loopback | undefined;
  readonly #clients = new Set<LoopbackClient>();
  readonly #subscribed = new Set<LoopbackClient>();
  /** Answers given before the right ones. */
  readonly planned: LoopbackAnswer[] = [];
  /** Requests that came. */
  requests = 0;
  /** Streams that were opened. */
  connections = 0;
  /** Records of each kind of the tape that have happened. */
  visible: number;
  /** Refuses every login. */
  isLocked = false;
  /** Cuts every new stream at once. */
  isDown = false;

  private constructor(wire: Wire, tape: Tape) {
    this.#wire = wire;
    this.tape = tape;
    this.visible = tape.trades.length;
  }

  /** Starts a vendor. */
  static async start(wire: Wire, tape: Tape): Promise<LoopbackVendor> {
    const vendor = new LoopbackVendor(wire, tape);
    vendor.#server = await startLoopback({
      answer: (request) => vendor.#answer(request),
      opened: (client) => vendor.#opened(client),
      received: (client, message) => vendor.#received(client, message),
      closed: (client) => {
        vendor.#clients.delete(client);
        vendor.#subscribed.delete(client);
      },
    });
    return vendor;
  }

  /** Settings of a client of this vendor. */
  get settings(): VendorSettings {
    const { port } = this.#server!;
    return {
      baseUrl: `http://127.0.0.1:${port}`,
      streamUrl: `ws://127.0.0.1:${port}/stream`,
      key: LOOPBACK_KEY,
      secret: LOOPBACK_SECRET,
      extras: this.#wire.extras,
    };
  }

  /** Clients that receive the stream. */
  get subscribed(): number {
    return this.#subscribed.size;
  }

  /** Sends a record to whoever subscribed. */
  send(record: MarketRecord): void {
    this.say(this.#wire.stream!.encode(record));
  }

  /** Sends anything. */
  say(message: string | Buffer): void {
    for (const client of this.#subscribed) client.send(message);
  }

  /** Its order book changes, and whoever subscribed is told. */
  changeBook(): void {
    this.say(this.#wire.books!.encode(this.book.change()));
  }

  /** The whole book as of now. */
  wholeBook(): LoopbackAnswer {
    return this.#wire.books!.whole(this.book);
  }

  /** Cuts every stream. */
  cut(): void {
    for (const client of this.#clients) client.cut();
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #answer(request: LoopbackRequest): LoopbackAnswer {
    this.requests++;
    const planned = this.planned.shift();
    if (planned !== undefined) return planned;
    if (!this.#wire.isLetIn(request)) return this.#wire.refusal;
    const ofBook = this.#wire.books?.answer(request, this.book);
    return ofBook ?? this.#wire.answer(request, this.tape, this.visible);
  }

  #opened(client: LoopbackClient): void {
    this.connections++;
    if (this.isDown) {
      client.cut();
      return;
    }
    this.#clients.add(client);
    for (const message of this.#wire.stream?.greeting ?? []) client.send(message);
  }

  #received(client: LoopbackClient, message: string): void {
    const { stream } = this.#wire;
    if (stream === undefined) return;
    if (this.isLocked && stream.lockedOut !== undefined) {
      client.send(stream.lockedOut);
      return;
    }
    const { replies, isSubscribed } = stream.hear(message);
    for (const reply of replies) client.send(reply);
    if (isSubscribed) this.#subscribed.add(client);
  }
}

/** JSON with status 200. */
export function json(value: unknown, status = 200): LoopbackAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

/** What of a tape a request wants, as far as it has happened. */
export function taped(tape: Tape, kind: RecordKind, every: '1m' | '1d', visible: number) {
  const all = kind === 'trade' ? tape.trades : kind === 'quote' ? tape.quotes : barsOf(tape, every);
  return all.slice(0, visible);
}

function barsOf(tape: Tape, every: '1m' | '1d') {
  return every === '1m' ? tape.minutes : tape.days;
}
