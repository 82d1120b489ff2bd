// What is a vendor's own: how to ask it, and how to read what it says. All of it is pure.

import type { MarketRecord } from './record.js';
import type { HistoryRequest, Subscription } from './source.js';

/** A request as HTTP. */
export interface VendorCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a vendor answered. */
export interface VendorReply {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** What any call may be answered in place of what it asked for. */
export type Denial =
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly text: string }
  /** Ask the same again after a pause. */
  | { readonly kind: 'later'; readonly afterMs?: number };

/** A reply that was read. */
export type PageReading =
  /** `next` asks for the page behind this one; `sinceUs` as of `HistoryPage`. */
  | {
      readonly kind: 'page';
      readonly records: readonly MarketRecord[];
      readonly next?: string;
      readonly sinceUs?: number;
    }
  | Denial;

/** Ways in which a vendor says no for good. */
export type RefusalCode =
  | 'source.unknown_symbol'
  | 'source.unauthorised'
  | 'source.unsupported'
  | 'source.budget_spent'
  | 'source.refused'
  | 'source.unreadable';

/** The past of a vendor. */
export interface HistoryDialect {
  call(request: HistoryRequest, cursor: string | undefined): VendorCall;
  /** Reads a reply of status 200 to the call with this cursor; throws nothing. */
  read(reply: VendorReply, request: HistoryRequest, cursor: string | undefined): PageReading;
  /** Reads any other reply, where the vendor has its own way; undefined for the common reading. */
  readFailure?(reply: VendorReply): Denial | undefined;
}

/** A part of a live message that was read; `R` is what the stream is of. */
export type LiveReading<R = MarketRecord> =
  | { readonly kind: 'record'; readonly record: R }
  /** The other side has said hello: log in. */
  | { readonly kind: 'greeted' }
  /** Logged in: subscribe. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'subscribed' }
  /** It lives, and so much it has sent of a symbol where it says so. */
  | { readonly kind: 'alive'; readonly symbol?: string; readonly sequence?: number }
  /** It says no; `isFinal` where trying again would not help. */
  | { readonly kind: 'refused'; readonly text: string; readonly isFinal: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The live stream of a vendor. */
export interface LiveDialect<R = MarketRecord> {
  readonly url: (subscription: Subscription) => string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where a new connection stands: before a login, or ready to subscribe. */
  readonly begins: 'greeted' | 'ready';
  /** Whether the vendor says that it has taken a subscription. */
  readonly isAcknowledged: boolean;
  /** Sent once greeted. */
  readonly login?: () => string;
  readonly subscribe: (subscription: Subscription) => readonly string[];
  /** Sent now and then to be kept; silence for longer than `staleMs` means a dead connection. */
  readonly keepAlive?: { readonly everyMs: number; readonly message: () => string };
  /** Sent now and then to renew subscriptions that the vendor ends by itself. */
  readonly renewMs?: number;
  readonly staleMs: number;
  /** Reads a message; throws nothing. */
  read(message: string | Buffer): readonly LiveReading<R>[];
}

/** JSON, or undefined: what a vendor sends is never trusted to be it. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Told by the caller, who knows what it was to be.
    return undefined;
  }
}

/** A field of something that may not be an object. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  // An object has a value or undefined under every name.
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** A number, given as one or as decimal text; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)
    ? Number(value)
    : Number.NaN;
}

/** A text, or the empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** A list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * An RFC 3339 time with up to nine decimals, exact to the microsecond (what is below is cut off);
 * NaN where it is none. Units: microseconds UTC.
 */
export function timeUsOf(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(value);
  if (parts === null) return Number.NaN;
  const seconds = Date.parse(`${parts[1]}Z`) / 1000;
  return seconds * 1e6 + Number((parts[2] ?? '').padEnd(6, '0').slice(0, 6));
}

/** A time as RFC 3339 with six decimals. */
export function timeText(timeUs: number): string {
  const seconds = Math.floor(timeUs / 1e6);
  const micros = String(Math.round(timeUs - seconds * 1e6)).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${micros}Z`;
}
