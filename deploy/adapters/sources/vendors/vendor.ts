// Makes a source of a vendor's dialects: what all vendors share stands here once.

import type { SourceClock } from '../clock.js';
import type { HistoryDialect, LiveDialect } from '../dialect.js';
import { type CallBudget, HistoryClient } from '../history-client.js';
import { openLiveSession } from '../live-session.js';
import { type RawSink, withoutSecrets } from '../raw.js';
import type { Capabilities, MarketDataSource } from '../source.js';

/** Addresses and credentials of a vendor, from configuration. */
export interface VendorSettings {
  /** Begin of every request, without a slash at its end. */
  readonly baseUrl: string;
  /** Address of the live stream; empty where there is none. */
  readonly streamUrl: string;
  readonly key: string;
  readonly secret: string;
  /** Other settings by name. */
  readonly extras: Readonly<Record<string, string>>;
}

/** What a source works with beside its settings. */
export interface VendorWorld {
  readonly clock: SourceClock;
  /** What calls are asked of; absent where there is no limit. */
  readonly budget?: CallBudget;
  /** Takes what the vendor sends before it is read, without the settings' credentials. */
  readonly onRaw?: RawSink;
}

/** A vendor: what it can do and how it speaks. */
export interface Vendor {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly history: (settings: VendorSettings, clock: SourceClock) => HistoryDialect;
  readonly live?: (settings: VendorSettings, clock: SourceClock) => LiveDialect;
}

/** A vendor's source, with the client that it asks by for its counters. */
export interface VendorSource extends MarketDataSource {
  readonly client: HistoryClient;
}

/** Builds the source of a vendor. */
export function vendorSource(
  vendor: Vendor,
  settings: VendorSettings,
  { clock, budget, onRaw: taken }: VendorWorld,
): VendorSource {
  const { name, capabilities } = vendor;
  const onRaw = taken && withoutSecrets(taken, [settings.key, settings.secret]);
  const dialect = vendor.history(settings, clock);
  const client = new HistoryClient({
    name,
    capabilities,
    dialect,
    clock,
    ...(budget && { budget }),
    ...(onRaw && { onRaw }),
  });
  const source: VendorSource = {
    name,
    capabilities,
    client,
    history: (request) => client.history(request),
  };
  const { live } = vendor;
  if (live === undefined) return source;
  return {
    ...source,
    live: (subscription, sink) =>
      openLiveSession({
        dialect: live(settings, clock),
        source,
        clock,
        subscription,
        sink,
        ...(onRaw && { onRaw }),
      }),
  };
}
