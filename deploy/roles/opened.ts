// Which portfolios of a shard begin with a state, and which are opened once they are addressed.

import type { Address } from '../../engine/index.js';
import { keysOf } from './packed.js';
import type { ShardConfig } from './shard-config.js';
import { Unopened } from './unopened.js';

/** Portfolios that a shard begins with: those of its snapshot, or as many as it may have opened. */
export function openedOf(config: ShardConfig, everybody: readonly Address[]): Address[] {
  const { down, folded, journaled, openedMax, snapshot } = config;
  if (!keepsPast(config)) return [...everybody];
  const known = snapshot === undefined ? [...keysOf(folded), ...journaled.keys()] : [];
  const first = snapshot === undefined ? [...known, ...everybody] : keysOf(snapshot.actors);
  // Of whom a snapshot has no state the past is before it: they are opened as they are started.
  const opened = new Set(snapshot === undefined ? down.keys() : []);
  for (const address of first) {
    if (opened.size >= openedMax && snapshot === undefined) break;
    opened.add(address);
  }
  return everybody.filter((address) => opened.has(address));
}

/** Whether some portfolio of the market may not be opened, here or where it comes from. */
function keepsPast({ board, openedMax }: ShardConfig): boolean {
  return board.portfolios.length > openedMax;
}

/** The others of a shard, with what its snapshot says that all were told. */
export function unopenedOf(
  config: ShardConfig,
  everybody: readonly Address[],
  opened: readonly Address[],
): Unopened {
  const isOpened = new Set(opened);
  const others = everybody.filter((address) => !isOpened.has(address));
  return new Unopened(others, config.snapshot?.past ?? [], keepsPast(config));
}
