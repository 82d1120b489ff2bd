// LOBSTER's files: their names and columns, and each message with the snapshot of its line.

import { Fault } from '../../../engine/index.js';
import { linesOf } from './lines.js';

/** Columns of a message: time, type, order id, size, price x 10,000, direction. */
export const MESSAGE = { columns: 6, type: 1, id: 2, size: 3, price: 4, direction: 5 } as const;

/** Types of messages. Source: LOBSTER, "Output structure": event types. */
export const TYPE = {
  add: 1,
  reduce: 2,
  remove: 3,
  execute: 4,
  executeHidden: 5,
  cross: 6,
  halt: 7,
} as const;

/** Deepest file LOBSTER makes. */
const DEPTH_MAX = 200;

/** A price beyond these stands for an empty level. */
export const EMPTY_PRICE = 9_999_999_999;

/** A level of a snapshot row: ask price, ask size, bid price, bid size. */
export const WIDTH = 4;

/** The end of the names LOBSTER gives its files of messages, and the depth in them. */
const NAME = /_message_(\d+)(\.csv(?:\.gz)?)$/;

/** A message and the book after it, as the lines of their files. */
export interface LobsterLines {
  readonly message: string;
  readonly snapshot: string;
}

/** Whether a file is one of LOBSTER's messages, by its name. */
export function isLobsterMessages(path: string): boolean {
  return NAME.test(path);
}

/** Levels a side in a file of messages, by its name. Errors: `data.wrong_columns`. */
export function lobsterDepth(path: string): number {
  const depth = Number(NAME.exec(path)?.[1] ?? 0);
  if (depth >= 1 && depth <= DEPTH_MAX) return depth;
  const expected = `expected a depth from 1 to ${DEPTH_MAX} in the file's name`;
  throw new Fault('data.wrong_columns', `${path}: ${expected}, was ${depth}`);
}

/**
 * A file of messages with the `orderbook` file beside it, line by line, in batches.
 * Errors: those of `linesOf`; `data.wrong_columns` where one of the two is longer.
 */
export async function* lobsterLines(path: string): AsyncGenerator<readonly LobsterLines[], void> {
  const snapshots = singly(linesOf(path.replace(NAME, '_orderbook_$1$2')));
  try {
    for await (const messages of linesOf(path)) {
      const lines: LobsterLines[] = [];
      for (const message of messages) {
        const snapshot = await snapshots.next();
        if (snapshot.done === true) throw shorter(path, 'the orderbook file');
        lines.push({ message, snapshot: snapshot.value });
      }
      yield lines;
    }
    if ((await snapshots.next()).done !== true) throw shorter(path, 'the message file');
  } finally {
    await snapshots.return();
  }
}

function shorter(path: string, which: string): Fault {
  const text = `${path}: expected as many messages as snapshots, ${which} ended first`;
  return new Fault('data.wrong_columns', text);
}

async function* singly(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string, void> {
  for await (const lines of batches) yield* lines;
}
