// A release's stored journal and snapshot, and the books that a build makes of them.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  costOf,
  createPortfolioBehaviour,
  type PortfolioState,
  quantityOf,
  sumsOf,
} from '../../actors/portfolio/index.js';
import { attachScenarioMatrix, createScenarioMatrix } from '../../actors/risk/index.js';
import {
  ActorSystem,
  type Address,
  type AnyBehaviour,
  fromJson,
  type Journal,
  type Snapshot,
  type SystemPorts,
  toJson,
} from '../../engine/index.js';

/** Points of a session, as the sequencer of every release so far has them. */
const POINTS_PER_SESSION = 6;

/** Compression of a journal that is stored once and read often. */
const GZIP = { level: 9 } as const;

/** What is stored of a release beside its journal. */
export interface StoredRelease {
  readonly version: string;
  /** Symbols of its run, in the order of their rows. */
  readonly symbols: readonly string[];
  /** Portfolios in the middle of the run, as it encoded them. */
  readonly snapshots: ReadonlyMap<Address, Snapshot>;
  /** Hash of the books that the release made of the snapshots and the events since. */
  readonly hash: string;
  /** Hash of the books that it made of the events alone. */
  readonly hashOfEvents: string;
  /** Events in its journal. */
  readonly events: number;
}

/** Writes a release into a folder. `journalFile` is the journal's, closed. */
export function storeRelease(folder: string, release: StoredRelease, journalFile: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'journal.mdb.gz'), gzipSync(readFileSync(journalFile), GZIP));
  writeFileSync(join(folder, 'release.json'), `${toJson(release)}\n`);
}

/** Reads a release, and unpacks its journal into an empty folder. */
export function readRelease(folder: string, unpackInto: string): StoredRelease {
  const journal = gunzipSync(readFileSync(join(folder, 'journal.mdb.gz')));
  writeFileSync(join(unpackInto, 'journal.mdb'), journal);
  // `storeRelease` of some release wrote it; a field that is missing fails the test that reads it.
  return fromJson(readFileSync(join(folder, 'release.json'), 'utf8')) as StoredRelease;
}

/** Hash of the books that this build makes of a journal, over snapshots or from nothing. */
export function hashOfBooks(
  journal: Journal,
  symbols: readonly string[],
  snapshots: ReadonlyMap<Address, Snapshot>,
): string {
  const hash = createHash('sha256');
  const addresses = [...new Set([...journal.records()].map(({ address }) => address))]
    .filter((address): address is Address => address.startsWith('portfolio/'))
    .sort();
  const system = startPortfolios(journal, symbols, snapshots, addresses);
  for (const address of addresses) {
    const state = system.peek(address) as PortfolioState | undefined;
    hash.update(state === undefined ? `${address} is not there\n` : bookLine(state));
  }
  return hash.digest('hex');
}

/** One portfolio's book as a line of text: all that commands have made, exactly. */
function bookLine({ key, account, commandIds }: PortfolioState) {
  const sums = sumsOf(account, account.currency);
  const { cash, realisedShort, realisedLong, charges, dividends, deposited } = sums;
  const held = Array.from(account.positions, ([symbol, position]) => {
    return `${symbol} ${quantityOf(position)} ${costOf(position)}`;
  });
  const figures = [cash, realisedShort + realisedLong, charges, dividends, deposited];
  return `${[key, ...figures, ...held.sort(), ...commandIds].join(' ')}\n`;
}

/** Portfolios brought back by the runtime, upcast where their release was another. */
function startPortfolios(
  journal: Journal,
  symbols: readonly string[],
  snapshots: ReadonlyMap<Address, Snapshot>,
  addresses: readonly Address[],
): ActorSystem {
  const behaviour = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => (symbols.includes(symbol) ? symbols.indexOf(symbol) : undefined),
      symbolOf: (row) => symbols[row] ?? 'unlisted',
      lastPrice: () => Number.NaN,
    },
    matrix: attachScenarioMatrix(createScenarioMatrix(symbols.length)),
    pointsPerSession: POINTS_PER_SESSION,
    limitsOf: () => [],
    methodOf: () => 'fifo',
    // What a portfolio opened with is configuration, not journal.
    openingEvents: () => [],
  });
  const ports: SystemPorts = {
    nowUs: () => 0,
    monotonicUs: () => 0,
    isLocal: () => true,
    append: (_records, done) => done(),
    recover: (address, done) => {
      const snapshot = snapshots.get(address);
      const events = journal.events(address, snapshot?.sequence ?? 0);
      done({ ...(snapshot === undefined ? {} : { snapshot }), events });
    },
    outbound: () => {},
    watching: () => {},
    publish: () => {},
  };
  // A system holds behaviours of any state side by side.
  const system = new ActorSystem([behaviour] as unknown as AnyBehaviour[], ports);
  for (const address of addresses) system.start(address);
  return system;
}
