// Names of the files of a symbol's history: the span of each, and which of them count.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Span } from './coverage.js';

/** A file of a symbol's history. */
export interface HistoryFile {
  readonly name: string;
  readonly span: Span;
  /** Made of several: it holds whatever else has a name of a span within its own. */
  readonly isMerged: boolean;
}

const NAME = /^(\d+)-(\d+)(\.merged)?\.parquet$/;

/** Name of a span's file. */
export function fileName([fromUs, toUs]: Span): string {
  return `${fromUs}-${toUs}.parquet`;
}

/** Name of the file that holds the files within a span. */
export function mergedName([fromUs, toUs]: Span): string {
  return `${fromUs}-${toUs}.merged.parquet`;
}

/** Files of a folder, by the begin of their spans. */
export function historyFiles(folder: string): readonly HistoryFile[] {
  return parsed(readdirSync(folder));
}

function parsed(names: readonly string[]): readonly HistoryFile[] {
  return names
    .flatMap((name) => {
      const parts = NAME.exec(name);
      if (parts === null) return [];
      const span: Span = [Number(parts[1]), Number(parts[2])];
      return [{ name, span, isMerged: parts[3] !== undefined }];
    })
    .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1]);
}

/** Whether a merged file holds another one. */
function holds(merged: HistoryFile, { name, span }: HistoryFile): boolean {
  if (!merged.isMerged || merged.name === name) return false;
  return merged.span[0] <= span[0] && span[1] <= merged.span[1];
}

/** Names in a symbol's folder that count: what a merged file holds is on its way out. */
export function countedFiles(names: readonly string[]): string[] {
  const files = parsed(names);
  return files.filter((file) => !files.some((other) => holds(other, file))).map(({ name }) => name);
}

/** Removes what a crash left in a folder: files that a merged one holds, and half written ones. */
export function clearMerged(folder: string): void {
  const names = readdirSync(folder);
  const counted = new Set(countedFiles(names));
  for (const name of names) {
    const isHalf = name.endsWith('.parquet.tmp');
    const isHeld = NAME.test(name) && !counted.has(name);
    if (isHalf || isHeld) rmSync(join(folder, name));
  }
}
