// The live source that a run was asked to feed from, and the one that stands in for it.

import { configuredSource, type SourceEntry, sourceEntry } from '../adapters/sources/catalogue.js';
import { systemClock } from '../adapters/sources/clock.js';
import { failoverSource } from '../adapters/sources/failover.js';
import type { RawSink } from '../adapters/sources/raw.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import { invalid } from '../app/settings.js';
import { say } from './output.js';

/** What feeds a run, and of which symbols. */
export interface LiveFeed {
  readonly source: MarketDataSource;
  readonly symbols: readonly string[];
}

/** What sources are made with beside their flags. */
export interface LiveWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes what vendors send; other sources than vendors have no such messages. */
  readonly onRaw?: RawSink | undefined;
}

/** Flags of a run that name its sources, as typed. */
export interface LiveSourceFlags {
  readonly source?: string;
  readonly backupSource?: string;
}

/** A source of trades; undefined where none was named. Errors: `flag.invalid`, `config.*`. */
export function liveFeed(
  flags: LiveSourceFlags,
  symbols: readonly string[] | undefined,
  { environment, onRaw }: LiveWorld = { environment: process.env },
): LiveFeed | undefined {
  const { source: name, backupSource: backup } = flags;
  if (name === undefined) {
    if (backup === undefined) return undefined;
    throw invalid('--backup-source', '--source, which it stands in for', backup);
  }
  const world = { clock: systemClock, ...(onRaw && { onRaw }) };
  const made = (entry: SourceEntry): MarketDataSource =>
    configuredSource(entry, environment, world);
  const first = entryOf('--source', name);
  const second = backup === undefined ? undefined : entryOf('--backup-source', backup);
  if (second === first) throw invalid('--backup-source', `another source than ${name}`, name);
  if (symbols === undefined) throw invalid('--symbols', 'the symbols to subscribe to', 'none');
  const primary = made(first);
  if (second === undefined) return { source: primary, symbols };
  const source = failoverSource({
    primary,
    secondary: made(second),
    clock: systemClock,
    onSwitch: (active) => say(`sluice: ${active} feeds the market now`),
  });
  return { source, symbols };
}

function entryOf(flag: string, name: string): SourceEntry {
  const entry = sourceEntry(name);
  if (entry?.capabilities.live.includes('trade') === true) return entry;
  throw invalid(flag, 'a source with live trades, see sources list', name);
}
