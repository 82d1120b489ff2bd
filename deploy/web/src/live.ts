// The live connection: topics as tables that merge what has changed, over one WebSocket.

import { useEffect, useState } from 'preact/hooks';

/** A row of a table, as the server's JSON has it; defaults are left out there. */
export type Row = Readonly<Record<string, unknown>>;

interface Table {
  readonly rows: Map<string, Row>;
  value: Row;
  sequence: number;
}

/** Which field of a message holds a topic's rows, and what their key is; '' for a single value. */
const SHAPES: Readonly<Record<string, readonly [field: string, list: string, key: string]>> = {
  quotes: ['quotes', 'quotes', 'symbol'],
  portfolios: ['portfolios', 'portfolios', 'id'],
  risk: ['risk', 'risks', 'portfolio'],
  funnel: ['funnel', '', ''],
  actors: ['actors', '', ''],
  feed: ['feed', '', ''],
};

const tables = new Map<string, Table>();
const listeners = new Set<() => void>();
const wanted = new Map<string, number>();
let socket: WebSocket | undefined;
let isOpen = false;
let retryMs = 500;

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(topic: string): void {
  tables.set(topic, { rows: new Map(), value: {}, sequence: 0 });
  const intervalMs = topic === 'actors' ? 1000 : 250;
  socket?.send(JSON.stringify({ subscribe: { topic, intervalMs } }));
}

function onMessage(data: string): void {
  const message = JSON.parse(data) as Record<string, Row> & { topic?: string; sequence?: number };
  const topic = message.topic ?? '';
  const table = tables.get(topic);
  const shape = SHAPES[topic];
  if (table === undefined || shape === undefined || message['error'] !== undefined) return;
  // A number left out means that this side has missed something: start anew.
  if (message.sequence !== table.sequence + 1) {
    subscribe(topic);
    return;
  }
  table.sequence = message.sequence;
  const [field, list, key] = shape;
  const payload = message[field] ?? {};
  if (list === '') table.value = payload;
  else for (const row of (payload[list] ?? []) as Row[]) table.rows.set(String(row[key]), row);
  notify();
}

function connect(): void {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(`${scheme}://${location.host}/ws`);
  socket.onopen = () => {
    isOpen = true;
    retryMs = 500;
    for (const [topic, count] of wanted) if (count > 0) subscribe(topic);
    notify();
  };
  socket.onmessage = (event) => onMessage(String(event.data));
  socket.onclose = () => {
    isOpen = false;
    notify();
    setTimeout(connect, retryMs);
    retryMs = Math.min(10_000, retryMs * 2);
  };
}

/** Starts the connection; it comes back by itself. */
export function start(): void {
  connect();
}

/** Rows and value of a topic while a component shows it. */
export function useTopic(topic: string): { readonly rows: readonly Row[]; readonly value: Row } {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = (): void => redraw((n) => n + 1);
    listeners.add(listener);
    wanted.set(topic, (wanted.get(topic) ?? 0) + 1);
    if (isOpen && wanted.get(topic) === 1) subscribe(topic);
    return () => {
      listeners.delete(listener);
      wanted.set(topic, (wanted.get(topic) ?? 1) - 1);
      if (wanted.get(topic) === 0) socket?.send(JSON.stringify({ unsubscribe: { topic } }));
    };
  }, [topic]);
  const table = tables.get(topic);
  return { rows: [...(table?.rows.values() ?? [])], value: table?.value ?? {} };
}

/** Whether the connection is open; kept up to date by whichever topic is shown. */
export function connected(): boolean {
  return isOpen;
}

/** Fetches JSON again whenever `path` or `tick` changes; undefined until it is there. */
export function useJson(path: string, tick: unknown = 0): Row | undefined {
  const [value, setValue] = useState<Row>();
  useEffect(() => {
    let isCurrent = true;
    fetch(`/api/v1/${path}`)
      .then((response) => response.json())
      .then((json: Row) => {
        if (isCurrent) setValue(json);
      })
      .catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [path, tick]);
  return value;
}

/** Posts JSON and returns the answer's text. */
export async function post(path: string, body: Row): Promise<string> {
  const response = await fetch(`/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Row;
  return String(answer['text'] ?? (answer['accepted'] === true ? 'done' : 'refused'));
}
