// Finds files of book messages, tells their format, and checks each.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../engine/index.js';
import { checkBinance } from './binance-check.js';
import type { BookCheck } from './check-result.js';
import { checkCme, isCmeHeader } from './cme-check.js';
import { linesOf } from './lines.js';
import { checkLobster } from './lobster-check.js';
import { isLobsterMessages } from './lobster-files.js';

/** Files looked at below a folder. */
const FILES_MAX = 1_000;

/** Folders below folders. */
const DEPTH_MAX = 8;

/** Checks of many files. */
export interface BookChecks {
  readonly checks: readonly BookCheck[];
  /** Files that are in none of the formats. */
  readonly skipped: readonly string[];
}

/**
 * Checks a file, or every file below a folder. LOBSTER's snapshots are read with their messages.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns` (a single file of no known
 * format), and those of each format.
 */
export async function checkBooks(path: string): Promise<BookChecks> {
  if (!existsSync(path))
    throw new Fault('data.missing_file', `expected a file or folder at ${path}`);
  const isFolder = statSync(path).isDirectory();
  const checks: BookCheck[] = [];
  const skipped: string[] = [];
  for (const file of isFolder ? filesBelow(path) : [path]) {
    if (isFolder && isLobsterSnapshots(file)) continue;
    const check = await checkFile(file);
    if (check !== undefined) checks.push(check);
    else if (isFolder) skipped.push(file);
    else throw unknownFormat(file);
  }
  if (checks.length === 0) throw unknownFormat(path);
  return { checks, skipped };
}

async function checkFile(path: string): Promise<BookCheck | undefined> {
  if (isLobsterMessages(path)) return checkLobster(path);
  const first = await firstLine(path);
  if (isCmeHeader(first)) return checkCme(path);
  if (/^\d{16,20} \{/.test(first)) return checkBinance(path);
  return undefined;
}

async function firstLine(path: string): Promise<string> {
  for await (const [line] of linesOf(path)) return line ?? '';
  return '';
}

function isLobsterSnapshots(path: string): boolean {
  const messages = path.replace('_orderbook_', '_message_');
  return messages !== path && isLobsterMessages(messages) && existsSync(messages);
}

function filesBelow(folder: string, depth = 0): string[] {
  const files: string[] = [];
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEPTH_MAX) files.push(...filesBelow(path, depth + 1));
    else if (entry.isFile()) files.push(path);
  }
  if (files.length <= FILES_MAX) return files;
  const text = `${folder}: expected at most ${FILES_MAX} files, was ${files.length}`;
  throw new Fault('data.unreadable', text);
}

function unknownFormat(path: string): Fault {
  const expected =
    'a Binance capture (lines of "<receive ns> <json>"), LOBSTER messages (*_message_N.csv beside *_orderbook_N.csv) or an order-by-order CSV with action, side, order_id, price_1e9, size and flags';
  return new Fault('data.wrong_columns', `${path}: expected ${expected}`);
}
