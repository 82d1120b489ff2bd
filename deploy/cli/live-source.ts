// The live source that a run was asked to feed from.

import { configuredSource, sourceEntry } from '../adapters/sources/catalogue.js';
import { systemClock } from '../adapters/sources/clock.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import { invalid } from '../app/settings.js';

/** What feeds a run, and of which symbols. */
export interface LiveFeed {
  readonly source: MarketDataSource;
  readonly symbols: readonly string[];
}

/** A source of trades; undefined where none was named. Errors: `flag.invalid`, `config.*`. */
export function liveFeed(
  name: string | undefined,
  symbols: readonly string[] | undefined,
): LiveFeed | undefined {
  if (name === undefined) return undefined;
  const entry = sourceEntry(name);
  if (entry === undefined || !entry.capabilities.live.includes('trade')) {
    throw invalid('--source', 'a source with live trades, see sources list', name);
  }
  if (symbols === undefined) throw invalid('--symbols', 'the symbols to subscribe to', 'none');
  return { source: configuredSource(entry, process.env, { clock: systemClock }), symbols };
}
