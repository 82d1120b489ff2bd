// The owner's receiving side: looks for messages of its shards while they talk, sleeps otherwise.

import { type LinkReader, NOTHING } from './link.js';

/** Messages handed on at one time, so that timers and sockets get their turn. */
const MESSAGES_A_DRAIN = 1024;

/**
 * Looks at all inboxes right after a post, before the event loop goes on: some 5 us, in which a
 * shard that is awake has answered a short question.
 */
const SPIN_LOOKS = 600;

/** Spins of one turn of the event loop: its sockets wait for a millisecond at most. */
const SPINS_A_LOOP = 200;

/** Posts that are not followed by a spin after spins were in vain; doubles up to this. */
const SKIPPED_MAX = 1024;

/**
 * Turns of the event loop without a message before the owner sleeps: some 200 us, in which a shard
 * that had to be woken has answered, so that only one of the two waits for the kernel.
 */
const IDLE_LOOPS = 150;

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
  #spinsLeft = SPINS_A_LOOP;
  #skips = 0;
  #skipsNext = 1;
  #idleLoops = 0;
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
    if (this.#isSpinPlanned || this.#spinsLeft === 0) return;
    if (this.#skips > 0) {
      this.#skips--;
      return;
    }
    this.#isSpinPlanned = true;
    void Promise.resolve().then(this.#spin);
  }

  #spinOnce(): void {
    this.#isSpinPlanned = false;
    this.#spinsLeft--;
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
    this.#spinsLeft = SPINS_A_LOOP;
    this.#idleLoops++;
    try {
      if (this.#drainAll() > 0) this.#idleLoops = 0;
    } finally {
      // An error of whoever received ends that message's handling, not the looking.
      if (this.#pauses > 0 || this.#idleLoops < IDLE_LOOPS || !this.#sleepAll()) this.#planLoop();
      else this.#isLooking = false;
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
