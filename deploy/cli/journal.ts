// Commands on the journal of a data directory: look, examine, copy, put back.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  copyJournal,
  examineJournal,
  Fault,
  Journal,
  restoreJournal,
  type Until,
} from '../../engine/index.js';
import { marketCut } from '../app/market/market-cut.js';
import { invalid } from '../app/settings.js';
import type { LocalOptions } from './local.js';
import { EXIT, print, table } from './output.js';

/** Flags of commands that look at a part of a journal. */
export interface UntilOptions extends LocalOptions {
  readonly until?: string;
}

function storeOf(dataDir: string): string {
  return join(resolve(dataDir), 'store');
}

/** `journal inspect`. Errors: `flag.invalid`, `journal.missing`. */
export async function journalInspect({ dataDir, json, until }: UntilOptions): Promise<void> {
  const end = until === undefined ? undefined : untilFlag(until);
  const journal = Journal.open(storeOf(dataDir), { readOnly: true });
  try {
    const found = journal.inspect(end);
    const time = new Date(found.lastTimeUs / 1000).toISOString();
    print(found, json === true, () =>
      [
        `${found.records} events in ${found.bytes} bytes, ${found.inputs} recorded inputs`,
        table([['kind', 'events'], ...Object.entries(found.byKind)]),
        `last event of ${time}, hash ${found.lastHash}`,
      ].join('\n'),
    );
  } finally {
    await journal.close();
  }
}

/** `journal verify`. Errors: `journal.missing`. */
export async function journalVerify({ dataDir, json }: LocalOptions): Promise<void> {
  const found = await examineJournal(storeOf(dataDir));
  print(found, json === true, () =>
    found.isSound
      ? [
          `${found.records} events, every hash follows from the one before`,
          `${found.inputs} inputs, ${found.snapshots} snapshots and ${found.views} views have their checksums; ${found.pages} pages are in order`,
        ].join('\n')
      : found.damages.map((damage) => `damaged: ${damage}`).join('\n'),
  );
  if (!found.isSound) process.exitCode = EXIT.failed;
}

/** `backup TARGET`: also while the system runs. Errors: `journal.*`. */
export async function backup(target: string, { dataDir, json }: LocalOptions): Promise<void> {
  const path = resolve(target);
  const isFolder = target.endsWith('/') || (existsSync(path) && statSync(path).isDirectory());
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = isFolder ? join(path, `journal-${stamp}.mdb`) : path;
  await copyJournal(storeOf(dataDir), file);
  const { size } = statSync(file);
  print({ file, bytes: size }, json === true, () => `${file}, ${size} bytes`);
}

/** `restore FROM`. Errors: `flag.invalid`, `journal.*`. */
export async function restore(from: string, { dataDir, json, until }: UntilOptions): Promise<void> {
  const cut = until === undefined ? undefined : marketCut(untilFlag(until));
  const file = backupAt(resolve(from));
  const done = await restoreJournal(file, storeOf(dataDir), cut);
  print({ file, ...done }, json === true, () =>
    [
      `${done.records} events from ${file}`,
      ...(done.dropped > 0 ? [`${done.dropped} later ones left out`] : []),
      'sluice run --resume goes on from there',
    ].join('\n'),
  );
}

/** A backup's file, the newest of a folder of them, or the journal of a data directory. */
function backupAt(path: string): string {
  if (!existsSync(path)) {
    throw new Fault('journal.missing', `expected a backup at ${path}, there is nothing`);
  }
  if (!statSync(path).isDirectory()) return path;
  for (const own of [join(path, 'journal.mdb'), join(path, 'store', 'journal.mdb')]) {
    if (existsSync(own)) return own;
  }
  const newest = readdirSync(path)
    .filter((name) => name.endsWith('.mdb'))
    .sort()
    .at(-1);
  if (newest !== undefined) return join(path, newest);
  throw new Fault('journal.missing', `expected a backup in ${path}, there is none`);
}

/** A position, a day (its end), or a time, as an end. Errors: `flag.invalid`. */
function untilFlag(text: string): Until {
  if (/^\d{1,15}$/.test(text)) return { position: Number(text) };
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text);
  const ms = isDay || isTime ? Date.parse(isDay ? `${text}T23:59:59.999Z` : text) : Number.NaN;
  if (Number.isFinite(ms)) return { timeUs: ms * 1000 + 999 };
  throw invalid('--until', 'a position, a date or a time such as 2021-02-16T15:30Z', text);
}
