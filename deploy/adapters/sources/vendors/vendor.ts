// Makes a source of a vendor's dialects: what all vendors share stands here once.

import type { BookDialect } from '../book-dialect.js';
import { sourceBooks } from '../book-session.js';
import type { SourceClock } from '../clock.js';
import type { HistoryDialect, LiveDialect } from '../dialect.js';
import { HistoryClient } from '../history-client.js';
import { LiveLanes } from '../live-lanes.js';
import { openLiveSession } from '../live-session.js';
import { type CallBudget, PatientCaller } from '../patient-caller.js';
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
  readonly books?: (settings: VendorSettings) => BookDialect;
}

/** Builds the source of a vendor. */
export function vendorSource(
  vendor: Vendor,
  settings: VendorSettings,
  { clock, budget, onRaw: taken }: VendorWorld,
): MarketDataSource {
  const { name, capabilities, live, books } = vendor;
  const onRaw = taken && withoutSecrets(taken, [settings.key, settings.secret]);
  const dialect = vendor.history(settings, clock);
  // One for all that is asked of it: the vendor's limits are of all of it too.
  const caller = new PatientCaller({ name, clock, rate: capabilities.rate, budget });
  const raw = onRaw && { onRaw };
  const client = new HistoryClient({ name, capabilities, dialect, caller, ...raw });
  const source: MarketDataSource = {
    name,
    capabilities,
    history: (request) => client.history(request),
  };
  return {
    ...source,
    ...(live && {
      live: (subscription, sink) =>
        openLiveSession({
          dialect: live(settings, clock),
          ...{ name, clock, subscription },
          onState: (state, reason) => sink.onState?.(state, reason),
          taker: (world) => new LiveLanes({ ...world, source, clock, subscription, sink }),
          ...raw,
        }),
    }),
    ...(books && { books: sourceBooks({ name, dialect: books(settings), clock, caller }) }),
  };
}
