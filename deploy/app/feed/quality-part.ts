// The quality of what streams in, as its services show it; refused records go to the quarantine.

import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { countSessions, isSession, sessionsBetween } from '../../../actors/calendar/index.js';
import { TICK_CODES } from '../../../actors/quality/index.js';
import {
  type QualityReport,
  QualityReportSchema,
  type RejectsRequest,
  type RejectsResponse,
  RejectsResponseSchema,
} from '../../../proto/gen/sluice/quality/v1/quality_pb.js';
import { Quarantine } from '../../quality/quarantine.js';
import type { LiveSeen } from '../port.js';
import type { QualityBook, RefusedPrint } from './quality-book.js';

/** Symbols and sessions that a report names. */
const SYMBOLS_SHOWN = 100;
const SESSIONS_SHOWN = 250;

/** Rejects that an answer holds. */
const REJECTS_MAX = 1_000;
const REJECTS_USUAL = 50;

/** The quarantine's file in the data directory. */
export const QUARANTINE_FILE = 'data-quality.duckdb';

/**
 * What streams in goes on in one order: a print behind it is refused, where a file's is marked, and
 * goes to bars alone.
 */
const OUT_OF_ORDER = 'out_of_order';
const BEHIND = 'behind the newest of its symbol: it amends bars, where some are built';

/** Of what streams in the numbers that never came are counted, not the records behind them. */
const GAP = 'gap';
const MISSING = 'numbers of a source, of its batches or frames, that never came; each is counted';

/** Codes that mean something else of what streams in than of a file. */
const OF_STREAMS: Readonly<Record<string, { readonly action: string; readonly text: string }>> = {
  [OUT_OF_ORDER]: { action: 'refuse', text: BEHIND },
  [GAP]: { action: 'mark', text: MISSING },
};

/** What the part looks at. */
export interface QualitySources {
  readonly book: QualityBook;
  readonly symbols: readonly string[];
  readonly dataDir: string;
  /** Refusals by reason that were counted before there was a record, such as a file's rows. */
  readonly rejectedByReason: () => Readonly<Record<string, number>>;
  /** Numbers that never came, by source. */
  readonly missing: () => ReadonlyMap<string, number>;
  /** Prints that were taken, of the feed and of all sources. */
  readonly prints: () => number;
  readonly warn: (error: unknown) => void;
}

/** Reads the counts, and puts refused records aside. */
export class QualityPart {
  readonly #from: QualitySources;
  #quarantine: Promise<Quarantine> | undefined;
  #draining: Promise<void> = Promise.resolve();
  #unkept = 0;
  #isClosed = false;

  constructor(from: QualitySources) {
    this.#from = from;
  }

  /** Puts what waits into the quarantine, one batch after the other. A failure is told, counted. */
  drain(): Promise<void> {
    this.#draining = this.#draining.then(() => this.#put(this.#from.book.takeRefused()));
    return this.#draining;
  }

  /** Drains, and closes the file. */
  async close(): Promise<void> {
    await this.drain();
    this.#isClosed = true;
    (await this.#quarantine?.catch(() => undefined))?.close();
  }

  async #put(prints: readonly RefusedPrint[]): Promise<void> {
    if (prints.length === 0 || this.#isClosed) return;
    try {
      await (await this.#open()).put(prints.map((print) => this.#recordOf(print)));
    } catch (error) {
      // The market goes on without its quarantine; the records stay counted.
      this.#unkept += prints.length;
      this.#from.warn(error);
    }
  }

  #open(): Promise<Quarantine> {
    this.#quarantine ??= Quarantine.open(join(this.#from.dataDir, QUARANTINE_FILE));
    return this.#quarantine;
  }

  #recordOf({ code, source, row, ...print }: RefusedPrint) {
    const symbol = this.#from.symbols[row] ?? '';
    const raw = JSON.stringify({ symbol, ...print }, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    );
    return { source, symbol, timeUs: print.timeUs, code, raw };
  }

  /** What came in, and what should have come; what was refused lies in the quarantine by then. */
  async report(live: readonly LiveSeen[]): Promise<QualityReport> {
    await this.drain();
    const { book, symbols } = this.#from;
    const last = book.sessions.at(-1)?.date ?? 0;
    const isKnown = book.firstDate > 0 && isSession(book.firstDate);
    const expected = isKnown ? countSessions(book.firstDate, last) : book.sessionCount;
    const seen = book.sessionsSeen.reduce((sum, count) => sum + count, 0);
    const quarantine = await this.#quarantine?.catch(() => undefined);
    return create(QualityReportSchema, {
      rules: this.#rules(),
      sources: this.#sources(),
      sessions: this.#sessions(),
      symbols: this.#symbols(expected),
      completeness: expected === 0 ? 1 : seen / (expected * symbols.length),
      accepted: BigInt(this.#from.prints()),
      refused: BigInt(book.refused),
      quarantined: BigInt(quarantine?.records ?? 0),
      unkept: BigInt(book.unkept + this.#unkept),
      live: live.map((seen) => ({ ...seen })),
    });
  }

  #rules() {
    const counts = new Map(this.#from.book.byCode());
    // What was refused before there was a record to count is only known by its reason.
    for (const [code, count] of Object.entries(this.#from.rejectedByReason())) {
      counts.set(code, Math.max(counts.get(code) ?? 0, count));
    }
    counts.set(
      GAP,
      [...this.#from.missing().values()].reduce((sum, count) => sum + count, 0),
    );
    return [...counts].map(([code, records]) => {
      const known = TICK_CODES.find((one) => one.code === code);
      const { kind = '', action = 'refuse', text = 'told by the door or the file' } = known ?? {};
      const told = OF_STREAMS[code] ?? { action, text };
      return { code, kind, ...told, records: BigInt(records) };
    });
  }

  #sources() {
    const { sources } = this.#from.book;
    const outside = [...sources.values()].reduce((sum, { accepted }) => sum + accepted, 0);
    const derived = this.#from.prints() - outside;
    const missing = this.#from.missing();
    const rows = [...sources].map(([source, counts]) => {
      const gaps = missing.get(source) ?? 0;
      const byCode = [...counts.byCode, ...(gaps > 0 ? [[GAP, gaps] as const] : [])];
      return {
        source,
        accepted: BigInt(counts.accepted + (source === 'derived' ? derived : 0)),
        refused: BigInt(counts.refused),
        marked: BigInt(counts.marked),
        byCode: Object.fromEntries(byCode.map(([code, n]) => [code, BigInt(n)])),
      };
    });
    if (sources.has('derived')) return rows;
    return [{ source: 'derived', accepted: BigInt(derived) }, ...rows];
  }

  /** Sessions of the calendar from the first remembered one on, newest first. */
  #sessions() {
    const { book, symbols } = this.#from;
    const byDate = new Map(book.sessions.map((session) => [session.date, session]));
    const [first, last] = [book.sessions[0]?.date ?? 0, book.sessions.at(-1)?.date ?? 0];
    const dates = new Set([...sessionsBetween(first || last, last), ...byDate.keys()]);
    const closed = [...dates]
      .sort((a, b) => b - a)
      .map((date) => {
        const { seen = 0, accepted = 0, refused = 0 } = byDate.get(date) ?? {};
        const counts = { accepted: BigInt(accepted), refused: BigInt(refused) };
        return { date, streamed: byDate.has(date), symbols: symbols.length, seen, ...counts };
      });
    return [...this.#underWay(), ...closed].slice(0, SESSIONS_SHOWN);
  }

  #underWay() {
    const { book, symbols } = this.#from;
    const now = book.underWay();
    if (now === undefined) return [];
    const { date, seen, accepted, refused } = now;
    const counts = { seen, accepted: BigInt(accepted), refused: BigInt(refused) };
    return [{ date, streamed: true, underWay: true, symbols: symbols.length, ...counts }];
  }

  #symbols(expected: number) {
    const { book, symbols } = this.#from;
    return symbols
      .map((symbol, row) => {
        const refused = BigInt(book.refusedOf[row]!);
        return { symbol, seen: book.sessionsSeen[row]!, expected, refused };
      })
      .filter(({ seen, refused }) => seen < expected || refused > 0n)
      .sort((a, b) => a.seen - b.seen || Number(b.refused - a.refused))
      .slice(0, SYMBOLS_SHOWN);
  }

  /** The newest refused records. */
  async rejects({ code, limit }: RejectsRequest): Promise<RejectsResponse> {
    await this.drain();
    const quarantine = await this.#quarantine?.catch(() => undefined);
    if (quarantine === undefined || this.#isClosed) return create(RejectsResponseSchema);
    const count = Math.min(limit || REJECTS_USUAL, REJECTS_MAX);
    const found = await quarantine.newest(count, code === '' ? undefined : code);
    const rejects = found.map(({ timeUs, ...record }) => ({
      ...record,
      ...(Number.isFinite(timeUs) && { timeUs }),
    }));
    return create(RejectsResponseSchema, { rejects });
  }
}
