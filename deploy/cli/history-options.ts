// What research commands on history share: their flags, the data behind them, writing a file.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { dateFlag, invalid } from '../app/settings.js';
import { type Member, readMembers } from '../config/members.js';
import {
  type PortfolioConfig,
  type PortfoliosConfig,
  readPortfolios,
} from '../config/portfolio-config.js';
import { HOLDINGS, type Holdings } from '../research/portfolio-history.js';
import { loadReturnHistory, type ReturnHistory } from '../research/return-history.js';

/** Flags of every research command on history. */
export interface HistoryOptions {
  readonly data?: string;
  readonly portfolios?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** What they need. */
export interface HistoryInputs {
  readonly history: ReturnHistory;
  readonly members: ReadonlyMap<string, Member>;
  readonly config: PortfoliosConfig;
}

/** Reads the configuration, then the data. Errors: `flag.invalid`, `config.*`, `data.*`. */
export async function readInputs(options: HistoryOptions): Promise<HistoryInputs> {
  const to = options.to === undefined ? undefined : dateFlag('--to', options.to);
  const config = readConfig(options);
  const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  const path = resolve(
    options.data ?? inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  );
  const history = await loadReturnHistory({ path, ...(to === undefined ? {} : { to }) });
  return { history, members, config };
}

/** The portfolios of a command. Errors: `config.*`. */
export function readConfig({ portfolios }: HistoryOptions): PortfoliosConfig {
  return readPortfolios(resolve(portfolios ?? inRepository('deploy', 'config', 'portfolios.yaml')));
}

/** The portfolios named, in the file's order; all without a name. Errors: `portfolio.unknown`. */
export function chosen(config: PortfoliosConfig, ids: readonly string[]): PortfolioConfig[] {
  const { portfolios } = config;
  const missing = ids.filter((id) => !portfolios.some((portfolio) => portfolio.id === id));
  if (missing.length > 0) {
    throw new Fault(
      'portfolio.unknown',
      `expected ids of portfolios such as ${portfolios
        .slice(0, 3)
        .map(({ id }) => id)
        .join(', ')}, was ${missing.join(', ')}`,
    );
  }
  return ids.length === 0 ? [...portfolios] : portfolios.filter(({ id }) => ids.includes(id));
}

/** One of some words. Errors: `flag.invalid`. */
export function wordFlag<T extends string>(name: string, text: string, words: readonly T[]): T {
  const word = words.find((known) => known === text);
  if (word === undefined) throw invalid(name, `one of ${words.join(', ')}`, text);
  return word;
}

/** Some of some words, each once; all when absent. Errors: `flag.invalid`. */
export function wordsFlag<T extends string>(
  name: string,
  text: string | undefined,
  words: readonly T[],
): readonly T[] {
  if (text === undefined) return words;
  const named = text.split(',').map((word) => wordFlag(name, word.trim(), words));
  return words.filter((word) => named.includes(word));
}

/** How weights go on. Errors: `flag.invalid`. */
export function holdingsFlag(text: string): Holdings {
  return wordFlag('--holdings', text, HOLDINGS);
}

/** A number within bounds. Errors: `flag.invalid`. */
export function numberFlag(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= low && value <= high)) {
    throw invalid(name, `a number from ${low} to ${high}`, text);
  }
  return value;
}

/** Writes a result to a file. Errors: `report.unwritable`. */
export function writeResult(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('report.unwritable', `expected to write ${file}: ${why}`, { cause: error });
  }
}
