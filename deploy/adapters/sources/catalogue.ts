// Every source: its name, its settings, and how it is made.

import { leanSource } from './files/lean.js';
import { lobsterSource } from './files/lobster.js';
import { type TableFormat, tableSource } from './files/tables.js';
import { grpcSource, nanomsgSource } from './push-sources.js';
import { readSourceSettings, type SettingNames } from './settings.js';
import type { Capabilities, MarketDataSource } from './source.js';
import { alpaca } from './vendors/alpaca.js';
import { alphaVantage } from './vendors/alpha-vantage.js';
import { binance } from './vendors/binance.js';
import { coinbase } from './vendors/coinbase.js';
import { interactiveBrokers } from './vendors/interactive-brokers.js';
import { polygon } from './vendors/polygon.js';
import {
  type Vendor,
  type VendorSettings,
  type VendorWorld,
  vendorSource,
} from './vendors/vendor.js';
import { yahoo } from './vendors/yahoo.js';

/** A source that can be configured. */
export interface SourceEntry {
  readonly name: string;
  /** A line for the list. */
  readonly title: string;
  readonly settings: SettingNames;
  readonly capabilities: Capabilities;
  readonly make: (settings: VendorSettings, world: VendorWorld) => MarketDataSource;
  /** Whose messages it reads; absent where it asks no vendor. */
  readonly vendor?: Vendor;
}

const WEB = {
  base: 'web',
  streamUrl: '',
  needsKey: false,
  needsSecret: false,
  extras: [],
} as const satisfies Partial<SettingNames>;

const FOLDER = { ...WEB, base: 'folder', baseUrl: '' } as const;
const LISTEN = { ...WEB, base: 'listen' } as const;

function vendorEntry(vendor: Vendor, title: string, settings: SettingNames): SourceEntry {
  return {
    name: vendor.name,
    title,
    settings,
    capabilities: vendor.capabilities,
    make: (values, world) => vendorSource(vendor, values, world),
    vendor,
  };
}

function tableEntry(format: TableFormat): SourceEntry {
  return {
    name: format,
    title: `a folder of ${format} tables`,
    settings: FOLDER,
    capabilities: tableSource(format, '').capabilities,
    make: ({ baseUrl }) => tableSource(format, baseUrl),
  };
}

function nanomsgEntry(kind: 'sub' | 'pull'): SourceEntry {
  const name = `nanomsg-${kind}`;
  return {
    name,
    title: `packed frames of ${kind === 'sub' ? 'a PUB' : 'PUSH'} peers`,
    settings: { ...LISTEN, baseUrl: 'tcp://127.0.0.1:5555' },
    capabilities: nanomsgSource(kind, '').capabilities,
    make: ({ baseUrl }) => nanomsgSource(kind, baseUrl),
  };
}

/** The sources, vendors first. */
export const SOURCES: readonly SourceEntry[] = [
  vendorEntry(alpaca, 'Alpaca, REST and stream', {
    ...WEB,
    baseUrl: 'https://data.alpaca.markets',
    streamUrl: 'wss://stream.data.alpaca.markets/v2/iex',
    needsKey: true,
    needsSecret: true,
    extras: ['feed'],
  }),
  vendorEntry(polygon, 'Polygon (Massive), REST and stream', {
    ...WEB,
    baseUrl: 'https://api.polygon.io',
    streamUrl: 'wss://socket.polygon.io/stocks',
    needsKey: true,
  }),
  vendorEntry(yahoo, 'Yahoo chart', { ...WEB, baseUrl: 'https://query1.finance.yahoo.com' }),
  vendorEntry(alphaVantage, 'Alpha Vantage, 25 calls a day', {
    ...WEB,
    baseUrl: 'https://www.alphavantage.co',
    needsKey: true,
    extras: ['outputsize'],
  }),
  vendorEntry(interactiveBrokers, 'Interactive Brokers, Client Portal gateway', {
    ...WEB,
    baseUrl: 'https://localhost:5000/v1/api',
    streamUrl: 'wss://localhost:5000/v1/api/ws',
    needsKey: true,
    extras: ['conids'],
  }),
  vendorEntry(coinbase, 'Coinbase Exchange, by CCXT names', {
    ...WEB,
    baseUrl: 'https://api.exchange.coinbase.com',
    streamUrl: 'wss://ws-feed.exchange.coinbase.com',
  }),
  vendorEntry(binance, 'Binance spot, REST and stream', {
    ...WEB,
    baseUrl: 'https://api.binance.com',
    streamUrl: 'wss://stream.binance.com:9443/ws',
  }),
  {
    name: 'lean',
    title: "a LEAN data folder's US stocks",
    settings: FOLDER,
    capabilities: leanSource('').capabilities,
    make: ({ baseUrl }) => leanSource(baseUrl),
  },
  {
    name: 'lobster',
    title: "a folder of LOBSTER's messages and books",
    settings: FOLDER,
    capabilities: lobsterSource('').capabilities,
    make: ({ baseUrl }) => lobsterSource(baseUrl),
  },
  tableEntry('csv'),
  tableEntry('parquet'),
  tableEntry('arrow'),
  nanomsgEntry('pull'),
  nanomsgEntry('sub'),
  {
    name: 'grpc',
    title: 'batches of MarketData.Ingest clients',
    settings: { ...LISTEN, baseUrl: '127.0.0.1:50052' },
    capabilities: grpcSource('', 0).capabilities,
    make: ({ baseUrl }) => {
      const at = baseUrl.lastIndexOf(':');
      return grpcSource(baseUrl.slice(0, at), Number(baseUrl.slice(at + 1)));
    },
  },
];

/** The entry of a name; undefined where there is none. */
export function sourceEntry(name: string): SourceEntry | undefined {
  return SOURCES.find((entry) => entry.name === name);
}

/** Makes a source of the environment's settings. Errors: `config.invalid`. */
export function configuredSource(
  entry: SourceEntry,
  environment: Readonly<Record<string, string | undefined>>,
  world: VendorWorld,
): MarketDataSource {
  return entry.make(readSourceSettings(entry.name, entry.settings, environment), world);
}
