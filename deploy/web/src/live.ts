// The live connection: topics as tables that merge what has changed, over one WebSocket.

import { useEffect, useState } from 'preact/hooks';

/** A row of a table, as the server's JSON has it; defaults are left out there. */
export type Row = Readonly<Record<string, unknown>>;

/** What a component sees of a topic. */
export interface View {
  readonly rows: readonly Row[];
  readonly value: Row;
  /** Why the server refused the subscription; '' where it did not. */
  readonly refusal: string;
  /** Whether anything has come yet: nothing to show is not the same as nothing known. */
  readonly isLoaded: boolean;
}

interface Table {
  readonly rows: Map<string, Row>;
  value: Row;
  /** Number of the last message taken; 0 while the snapshot is on its way. */
  sequence: number;
  refusal: string;
  isLoaded: boolean;
}

interface Wish {
  count: number;
  /** The one row wanted; '' for all. */
  key: string;
}

/** Which field of a message holds a topic's rows, and what their key is; '' for a single value. */
const SHAPES: Readonly<Record<string, readonly [field: string, list: string, key: string]>> = {
  quotes: ['quotes', 'quotes', 'symbol'],
  portfolios: ['portfolios', 'portfolios', 'id'],
  risk: ['risk', 'risks', 'portfolio'],
  alerts: ['alerts', 'alerts', 'id'],
  funnel: ['funnel', '', ''],
  actors: ['actors', '', ''],
  feed: ['feed', '', ''],
  books: ['books', 'books', 'symbol'],
  bars: ['bars', 'tables', 'series'],
};

/** Least time between two messages of a topic; other topics have the default. */
const INTERVALS_MS: Readonly<Record<string, number>> = { actors: 1000, feed: 200 };
const INTERVAL_MS = 250;

/** Between two pings, and the silence after which the connection is given up. */
const PING_MS = 4000;
const SILENCE_MS_MAX = 10_000;

/** Waits between two attempts to connect: short enough to be unseen, then easy on the server. */
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 5_000;

/** Newest rows that are kept of a topic whose rows are events: they would grow for ever. */
const KEPT: Readonly<Record<string, number>> = { alerts: 1_000 };

const EMPTY: View = { rows: [], value: {}, refusal: '', isLoaded: false };

const tables = new Map<string, Table>();
const listeners = new Map<string, Set<() => void>>();
const wishes = new Map<string, Wish>();
let socket: WebSocket | undefined;
let isOpen = false;
let retryMs = RETRY_MS_MIN;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let heardMs = 0;
let gaps = 0;

function notify(topic: string): void {
  for (const listener of listeners.get(topic) ?? []) listener();
}

function send(message: Row): void {
  if (isOpen) socket?.send(JSON.stringify(message));
}

/** Asks for a topic anew; `kept` is what stays on the screen until its snapshot is here. */
function subscribe(topic: string, key: string, kept?: Table): void {
  const table = { rows: new Map(), value: {}, isLoaded: false, ...kept, sequence: 0, refusal: '' };
  tables.set(topic, table);
  const intervalMs = INTERVALS_MS[topic] ?? INTERVAL_MS;
  send({ subscribe: { topic, keys: key === '' ? [] : [key], intervalMs } });
}

function onMessage(data: string): void {
  const message = JSON.parse(data) as Readonly<Record<string, Row>> & {
    readonly topic?: string;
    readonly sequence?: number;
    readonly snapshot?: boolean;
  };
  const topic = message.topic ?? '';
  const table = tables.get(topic);
  const shape = SHAPES[topic];
  if (table === undefined || shape === undefined) return;
  const error = message['error'];
  if (error !== undefined) {
    table.refusal = String(error['text'] ?? error['code']);
    send({ unsubscribe: { topic } });
    notify(topic);
    return;
  }
  if (message.snapshot === true) table.rows.clear();
  else if (table.sequence === 0)
    return; // a delta of the subscription before this one
  else if (message.sequence !== table.sequence + 1) {
    // A number left out means that this side has missed something: start anew.
    gaps++;
    subscribe(topic, wishes.get(topic)?.key ?? '');
    return;
  }
  table.sequence = message.sequence ?? 0;
  table.isLoaded = true;
  const [field, list, key] = shape;
  const payload = message[field] ?? {};
  if (list === '') table.value = payload;
  else for (const row of (payload[list] ?? []) as Row[]) table.rows.set(String(row[key]), row);
  const tooMany = table.rows.size - (KEPT[topic] ?? Number.POSITIVE_INFINITY);
  if (tooMany > 0) {
    for (const oldest of [...table.rows.keys()].slice(0, tooMany)) table.rows.delete(oldest);
  }
  notify(topic);
}

/** Opens the connection; after a break it comes back by itself. */
export function start(): void {
  clearTimeout(retryTimer);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const opened = new WebSocket(`${scheme}://${location.host}/ws`);
  socket = opened;
  let heart: ReturnType<typeof setInterval> | undefined;
  opened.onopen = () => {
    isOpen = true;
    retryMs = RETRY_MS_MIN;
    heardMs = Date.now();
    heart = setInterval(() => beat(opened), PING_MS);
    for (const [topic, { count, key }] of wishes) {
      if (count > 0) subscribe(topic, key, tables.get(topic));
    }
    notify('feed');
  };
  opened.onmessage = (event) => {
    heardMs = Date.now();
    onMessage(String(event.data));
  };
  opened.onclose = () => {
    clearInterval(heart);
    if (socket !== opened) return;
    socket = undefined;
    isOpen = false;
    notify('feed');
    retryTimer = setTimeout(start, retryMs);
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  };
}

/** Asks for a sign of life; a connection that is silent in spite of it is dead, and closed. */
function beat(opened: WebSocket): void {
  if (Date.now() - heardMs <= SILENCE_MS_MAX) send({ ping: { sentUs: performance.now() * 1000 } });
  else {
    opened.close();
    opened.onclose?.(new CloseEvent('close')); // its own may be minutes away
  }
}

/** Tries to connect at once, where there is no connection and no attempt under way. */
export function retryNow(): void {
  if (socket === undefined) start();
}

/** Calls `listener` after every message of a topic that some component shows. */
export function listen(topic: string, listener: (value: Row) => void): void {
  const all = listeners.get(topic) ?? new Set();
  listeners.set(
    topic,
    all.add(() => listener(tables.get(topic)?.value ?? {})),
  );
}

/** Rows and value of a topic while a component shows it; only the row `key` where it is given. */
export function useTopic(topic: string, key = ''): View {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = (): void => redraw((n) => n + 1);
    const all = listeners.get(topic) ?? new Set();
    listeners.set(topic, all.add(listener));
    const wish = wishes.get(topic) ?? { count: 0, key };
    wishes.set(topic, wish);
    wish.count++;
    if (wish.count === 1 || wish.key !== key) {
      wish.key = key;
      subscribe(topic, key);
    }
    return () => {
      all.delete(listener);
      wish.count--;
      if (wish.count > 0) return;
      tables.delete(topic);
      send({ unsubscribe: { topic } });
    };
  }, [topic, key]);
  const table = tables.get(topic);
  if (table === undefined || wishes.get(topic)?.key !== key) return EMPTY;
  const { value, refusal, isLoaded } = table;
  return { rows: [...table.rows.values()], value, refusal, isLoaded };
}

/** Whether the connection is open; whoever shows the feed is redrawn when it changes. */
export function connected(): boolean {
  return isOpen;
}

/** When the server was last heard, as `Date.now()` gives it; 0 where it never was. */
export function lastHeardMs(): number {
  return heardMs;
}

/** Messages found missing since the page was opened; each was mended by a new snapshot. */
export function gapCount(): number {
  return gaps;
}
