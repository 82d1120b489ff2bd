// A market with its views in the process of a benchmark, and its doors where they are asked for.

import { Market } from '../../deploy/app/market/market.js';
import type { MarketOptions } from '../../deploy/app/market-options.js';
import type { RunFlags } from '../../deploy/app/run-flags.js';
import { readSettings } from '../../deploy/app/settings.js';
import { System } from '../../deploy/app/system.js';
import { withScratch } from './scratch.js';

/** What a benchmark works on. */
export interface Running {
  readonly market: Market;
  readonly system: System;
}

/** Starts a warmed market that does not stream yet, and ends it; `change` edits its settings. */
export function withSystem<T>(
  flags: RunFlags,
  use: (running: Running) => Promise<T>,
  change: (settings: MarketOptions) => MarketOptions = (settings) => settings,
): Promise<T> {
  return withScratch(async (folder) => {
    const system = new System();
    const settings = change(readSettings({ ...flags, dataDir: folder }));
    const market = await Market.start(settings, {
      onEvent: (shard, message) => system.onEvent(shard, message),
      onSession() {},
      onRestart() {},
    });
    system.attach(market);
    try {
      return await use({ market, system });
    } finally {
      market.stop();
      await market.close(5_000);
    }
  });
}
