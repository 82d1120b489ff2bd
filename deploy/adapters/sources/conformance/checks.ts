// What the numbered checks work with, and the reference they compare by.

import type { ManualClock } from '../clock.js';
import type { MarketRecord } from '../record.js';
import type {
  HistoryRequest,
  LiveCounters,
  LiveSession,
  LiveState,
  MarketDataSource,
} from '../source.js';
import type { LoopbackVendor } from './loopback-vendor.js';
import type { Tape } from './tape.js';

/** A source with the other side in our hands. */
export interface Rig {
  readonly source: MarketDataSource;
  readonly tape: Tape;
  readonly clock: ManualClock;
  /** The vendor; absent where files or peers take its place. */
  readonly vendor?: LoopbackVendor;
  /** Sends to a live session; absent where the source has none. */
  readonly peer?: Peer;
  /** Whether a check leaves it as it was. */
  readonly isReusable?: boolean;
  close(): Promise<void>;
}

/** The other side of a live session. */
export interface Peer {
  /** Whether a session is there to be sent to. */
  isJoined(): boolean;
  /** Sends the next record of the tape, a trade or a quote of its place. */
  send(index: number, kind: 'trade' | 'quote'): void;
  /** What `send` sent last, once more. */
  again(): void;
  /** The next record happens, but is not sent. */
  lose(index: number): void;
  /** Sends what nobody can read. */
  garbage(): void;
  /** Cuts the connection; absent where peers come and go without one. */
  cut?(): void;
}

/** What came of a check: nothing, or what was found instead. */
export type Verdict = string | undefined;

/** A numbered check. */
export interface Check {
  /** `H3`, `L5`. */
  readonly id: string;
  readonly title: string;
  /** Why the check says nothing about a source; undefined where it applies. */
  readonly notFor: (rig: Rig) => string | undefined;
  readonly run: (rig: Rig) => Promise<Verdict>;
}

/** Looks at a condition before it is taken for never coming true. */
const LOOKS_MAX = 1_000;

/** Waits for the other side: real sockets take real time. */
export async function reached(condition: () => boolean): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    if (condition()) return true;
    await new Promise((resolve) => {
      setTimeout(resolve, looks < 50 ? 0 : 5);
    });
  }
  return false;
}

/** What a request gave. */
export interface Asked {
  readonly records: readonly MarketRecord[];
  readonly rejected: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** Asks for all pages of a request. */
export async function ask(source: MarketDataSource, request: HistoryRequest): Promise<Asked> {
  const records: MarketRecord[] = [];
  let rejected = 0;
  for await (const page of source.history(request)) {
    if (!page.ok) return { records, rejected, code: page.refusal.code, text: page.refusal.text };
    records.push(...page.value.records);
    for (const count of Object.values(page.value.rejectedByReason)) rejected += count;
  }
  return { records, rejected, code: undefined, text: '' };
}

/** The part of a record that every wire carries: what a vendor leaves out is not compared. */
function essence(record: MarketRecord): string {
  switch (record.kind) {
    case 'trade':
      return `${record.symbol} ${record.timeUs} ${record.price} ${record.size}`;
    case 'quote':
      return `${record.symbol} ${record.bid} ${record.ask}`;
    case 'bar': {
      const { symbol, every, timeUs, open, high, low, close, volume } = record;
      return `${symbol} ${every} ${timeUs} ${open} ${high} ${low} ${close} ${volume}`;
    }
  }
}

/** The first place at which two lists of records differ, in words; undefined where none. */
export function difference(
  found: readonly MarketRecord[],
  expected: readonly MarketRecord[],
): Verdict {
  for (let index = 0; index < Math.max(found.length, expected.length); index++) {
    const [is, should] = [found[index], expected[index]].map((r) => (r ? essence(r) : 'nothing'));
    if (is !== should) return `record ${index}: expected ${should}, was ${is}`;
  }
  return undefined;
}

/** A live session that is listened to. */
export interface Listening {
  readonly session: LiveSession;
  readonly records: MarketRecord[];
  readonly states: LiveState[];
  readonly reasons: string[];
}

/** Opens a session for the tape's trades, and quotes where there are. */
export function listen(
  { source, tape }: Rig,
  onState: (state: LiveState) => void = () => {},
): Listening {
  const records: MarketRecord[] = [];
  const states: LiveState[] = [];
  const reasons: string[] = [];
  const kinds = source.capabilities.live.filter((kind) => kind !== 'bar');
  const session = source.live!(
    { symbols: [tape.symbol], kinds },
    {
      onRecord: (record) => records.push(record),
      onState: (state, reason) => {
        states.push(state);
        reasons.push(reason);
        onState(state);
      },
    },
  );
  return { session, records, states, reasons };
}

/** Whether every record that was read ended in exactly one counter. */
export function unbalanced(counters: LiveCounters): Verdict {
  const rejected = Object.values(counters.rejectedByReason).reduce((sum, count) => sum + count, 0);
  const ended = counters.delivered + counters.duplicates + counters.unwanted + rejected;
  return counters.received === ended
    ? undefined
    : `expected ${counters.received} received to be all counted, was ${ended}`;
}
