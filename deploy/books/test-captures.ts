// The beginnings of captures, for tests that want a book and not minutes of it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Capture } from './capture-feed.js';

/** The first lines of a capture, in a file of its own. */
export function shortened(folder: string, { path, instrument }: Capture, lines: number): Capture {
  const short = join(folder, `${instrument.symbol}.jsonl`);
  const text = gunzipSync(readFileSync(path)).toString();
  writeFileSync(short, text.split('\n').slice(0, lines).join('\n'));
  return { path: short, instrument };
}
