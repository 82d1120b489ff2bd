// Reads the list of the companies that a universe is made of.

import { readFileSync } from 'node:fs';
import { Fault } from '../../engine/index.js';

/** One company of the universe. */
export interface Member {
  readonly symbol: string;
  readonly name: string;
  readonly sector: string;
}

/** Reads the member list: symbol, name, sector. Errors: `config.unreadable`. */
export function readMembers(file: string): ReadonlyMap<string, Member> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('config.unreadable', `expected to read the member list ${file}`, {
      cause: error,
    });
  }
  const members = new Map<string, Member>();
  for (const line of text.split(/\r?\n/).slice(1)) {
    // Names may hold quoted commas; the symbol stands before the first, the sector after the last.
    const first = line.indexOf(',');
    const last = line.lastIndexOf(',');
    if (first < 0 || last <= first) continue;
    const symbol = line.slice(0, first);
    const name = line.slice(first + 1, last).replaceAll('"', '');
    members.set(symbol, { symbol, name, sector: line.slice(last + 1) });
  }
  return members;
}
