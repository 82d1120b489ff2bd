// Asks of the server's HTTP side: JSON that a page shows, and commands.

import { useEffect, useState } from 'preact/hooks';
import { connected, type Row } from './live.js';

/** What has come of an ask so far. */
export interface Fetched {
  readonly value?: Row;
  /** Why there is no newer value. */
  readonly problem?: string;
}

/** Wait for another try where the server did not answer, or could not. Units: milliseconds. */
const RETRY_MS = 2_000;

/** Wait for the connection, without which nothing is asked. Units: milliseconds. */
const CONNECTING_MS = 250;

interface Kept extends Fetched {
  readonly path: string;
}

/**
 * Fetches JSON when `path` or `tick` changes and every `everyMs` after the last answer (0: never),
 * so that at most one ask is under way; one without an answer is tried again in any case. An empty
 * path asks for nothing.
 */
export function useJson(path: string, everyMs = 0, tick: unknown = 0): Fetched {
  const [kept, setKept] = useState<Kept>({ path });
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const next = connected() ? await ask(path) : undefined;
      if (!isCurrent) return;
      if (next !== undefined) {
        const { fetched } = next;
        setKept((before) =>
          before.path === path && before.value !== undefined
            ? { path, value: before.value, ...fetched }
            : { path, ...fetched },
        );
      }
      // Nobody waits for the next look where this one could not be taken.
      const againMs = next === undefined ? CONNECTING_MS : next.isFinal ? everyMs : RETRY_MS;
      if (againMs > 0) timer = setTimeout(() => void load(), againMs);
    };
    if (path !== '') void load();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [path, everyMs, tick]);
  return kept.path === path ? kept : {};
}

/** The value once it has not changed for so many milliseconds. */
export function useSettled<T>(value: T, restMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return settled;
}

/** What came of one ask; final where asking again would bring the same. */
interface Answered {
  readonly fetched: Fetched;
  readonly isFinal: boolean;
}

async function ask(path: string): Promise<Answered> {
  try {
    const response = await fetch(`/api/v1/${path}`);
    const json = (await response.json()) as Row;
    if (response.ok) return { fetched: { value: json }, isFinal: true };
    const problem = String(json['text'] ?? response.status);
    return { fetched: { problem }, isFinal: response.status < 500 };
  } catch (error) {
    const problem = `no answer from the server: ${String(error)}`;
    return { fetched: { problem }, isFinal: false };
  }
}

/** What a command came to; not `settled` where nobody knows whether it was applied. */
export interface Outcome {
  readonly settled: boolean;
  readonly accepted: boolean;
  readonly text: string;
}

/** Posts a command as JSON. */
export async function post(path: string, body: Row): Promise<Outcome> {
  try {
    const response = await fetch(`/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Row;
    const accepted = answer['accepted'] === true;
    const text = String(answer['text'] ?? answer['code'] ?? (accepted ? 'done' : 'refused'));
    // 5xx is the answer of a system that can't say, or will take the same command later.
    return { settled: response.status < 500, accepted, text };
  } catch (error) {
    return { settled: false, accepted: false, text: `no answer from the server: ${String(error)}` };
  }
}

/** An id that no other command has; without `randomUUID`, which plain HTTP lacks. */
export function newCommandId(): string {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return `web-${[...words].map((word) => word.toString(16).padStart(8, '0')).join('')}`;
}
