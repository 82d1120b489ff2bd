// The owner's receiving side: looks for messages of its shards while they talk, sleeps otherwise.

import { type LinkReader, NOTHING } from './link-reader.js';

/** Messages handed on at one time, so that timers and sockets get their turn. */
const MESSAGES_A_DRAIN = 1024;

/**
 * Looks at all inboxes right after a post, before the event loop goes on: some 5 us, in which a
 * shard that is awake has answered a short question.
 */
const SPIN_LOOKS = 600;

/**
 * How long one turn of the event loop may spin: its sockets wait so long, and of hundreds of short
 * questions one waits for them. Units: milliseconds.
 */
const SPIN_MS_A_LOOP = 1;

/** Posts that are not followed by a spin after spins were in vain; doubles up to this. */
const SKIPPED_MAX = 1024;

/**
 * Turns of the event loop without a message before the owner sleeps. Few after a sleep: a shard
 * that has to be woken for a single question has the machine to itself, and rings. They double with
 * each message that comes meanwhile, up to some 200 us: shards with much to say need not ring.
 */
const IDLE_LOOPS_FIRST = 2;
const IDLE_LOOPS_MAX = 150;

/** One shard's messages on the owner's side. */
export interface Inbox {
  readonly reader: LinkReader;
  /** Is given what came, in order. */
  readonly receive: (messages: readonly unknown[]) => void;
}

/** All inboxes of one owner. */
export class Inboxes {
  readonly #inboxes = new Set<Inbox>();
  #isLooking = false;
  #isSpinPlanned = false;
  /** When this turn of the event loop has spun for long enough. */
  #spinUntilMs = 0;
  #skips = 0;
  #skipsNext = 1;
  #idleLoops = 0;
  #idleLoopsMost = IDLE_LOOPS_FIRST;
  #isLoopPlanned = false;
  /** Pauses of the owner that are under way. */
  #pauses = 0;
  readonly #spin = (): void => this.#spinOnce();
  readonly #loop = (): void => this.#lookOnce();

  /** Adds an inbox, asleep: its shard's first message has to wake the owner. */
  add(inbox: Inbox): void {
    this.#inboxes.add(inbox);
    this.woken();
  }

  /** Takes everything out of an inbox whose writer is gone, and forgets it. */
  remove(inbox: Inbox): void {
    while (drain(inbox) > 0);
    this.#inboxes.delete(inbox);
  }

  /** A shard has sent something and found the owner asleep. */
  woken(): void {
    this.#idleLoops = 0;
    if (!this.#isLooking) {
      this.#isLooking = true;
      this.#spinUntilMs = performance.now() + SPIN_MS_A_LOOP;
      for (const { reader } of this.#inboxes) reader.stayAwake();
    }
    this.#planLoop();
  }

  /**
   * Sleeps for an owner that waits for its shards, and looks when it wakes: none has to ring
   * meanwhile, which costs it some 50 us each time. Units: milliseconds.
   */
  async pause(ms: number): Promise<void> {
    this.woken();
    this.#pauses++;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms);
    });
    this.#pauses--;
    this.woken();
    this.#drainAll();
  }

  /** The owner has posted something: an answer may come soon. */
  posted(): void {
    this.woken();
    if (this.#isSpinPlanned) return;
    if (this.#skips > 0) {
      this.#skips--;
      return;
    }
    if (performance.now() > this.#spinUntilMs) return;
    this.#isSpinPlanned = true;
    void Promise.resolve().then(this.#spin);
  }

  #spinOnce(): void {
    this.#isSpinPlanned = false;
    for (let look = 0; look < SPIN_LOOKS; look++) {
      if (this.#drainAll() === 0) continue;
      this.#skipsNext = 1;
      return;
    }
    this.#skips = this.#skipsNext;
    this.#skipsNext = Math.min(2 * this.#skipsNext, SKIPPED_MAX);
  }

  /** Looks in every turn of the event loop, but for one that is paused. */
  #planLoop(): void {
    if (this.#isLoopPlanned || this.#pauses > 0) return;
    this.#isLoopPlanned = true;
    setImmediate(this.#loop);
  }

  #lookOnce(): void {
    this.#isLoopPlanned = false;
    this.#spinUntilMs = performance.now() + SPIN_MS_A_LOOP;
    this.#idleLoops++;
    try {
      if (this.#drainAll() > 0) {
        this.#idleLoops = 0;
        this.#idleLoopsMost = Math.min(2 * this.#idleLoopsMost, IDLE_LOOPS_MAX);
      }
    } finally {
      // An error of whoever received ends that message's handling, not the looking.
      const isPatient = this.#pauses > 0 || this.#idleLoops < this.#idleLoopsMost;
      if (isPatient || !this.#sleepAll()) this.#planLoop();
      else {
        this.#isLooking = false;
        this.#idleLoopsMost = IDLE_LOOPS_FIRST;
      }
    }
  }

  #drainAll(): number {
    let taken = 0;
    for (const inbox of this.#inboxes) taken += drain(inbox);
    return taken;
  }

  /** Asks every shard for a wake; false when one has sent something meanwhile. */
  #sleepAll(): boolean {
    for (const { reader } of this.#inboxes) {
      if (reader.sleep()) continue;
      for (const other of this.#inboxes) other.reader.stayAwake();
      return false;
    }
    return true;
  }
}

function drain({ reader, receive }: Inbox): number {
  const first = reader.take();
  if (first === NOTHING) return 0;
  const messages: unknown[] = [first];
  while (messages.length < MESSAGES_A_DRAIN) {
    const message = reader.take();
    if (message === NOTHING) break;
    messages.push(message);
  }
  receive(messages);
  return messages.length;
}
