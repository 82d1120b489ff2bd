// `sluice universe`: who is listed as what, which stocks are chosen and why, whether factors agree.

import { writeFileSync } from 'node:fs';
import {
  BEYOND_COUNT,
  type Classification,
  type Dated,
  EarningsCalendar,
  type EarningsRelease,
  FundamentalStore,
  type Listing,
  SELECT_RULES,
  type Selected,
  type SelectLimits,
  SymbolMaster,
  selectUniverse,
  tickSizeOf,
} from '../../actors/universe/index.js';
import { Fault } from '../../engine/index.js';
import { dateFlag, invalid, wholeFlag } from '../app/settings.js';
import { readCandidates } from '../universe/candidates.js';
import { readEarnings, readFundamentals } from '../universe/company-files.js';
import { checkFactors, type FactorRow } from '../universe/factor-check.js';
import {
  readClassifications,
  readFactorFiles,
  readListingFile,
  readMapFiles,
} from '../universe/reference-files.js';
import { dateText, EXIT, print, say, table } from './output.js';

/** Flags that name files of reference data. */
export interface SourceFlags {
  readonly listing?: readonly string[];
  readonly sectors?: readonly string[];
  readonly maps?: string;
  readonly json?: boolean;
}

/** Flags of `universe select`. */
export interface SelectFlags extends SourceFlags {
  readonly coarse: string;
  readonly asOf?: string;
  readonly count: string;
  readonly priceMin: string;
  readonly dollarVolumeMin: string;
  readonly explain?: string | true;
  readonly out?: string;
}

/** Flags of `universe show`. */
export interface ShowFlags extends SourceFlags {
  readonly asOf?: string;
  readonly fundamentals?: string;
  readonly earnings?: string;
}

/** Flags of `universe factors`. */
export interface FactorFlags {
  readonly factors?: string;
  readonly json?: boolean;
}

/** Dates after every other: everything that is known. */
const TODAY = 99_991_231;

async function listingsOf(paths: readonly string[] = []): Promise<Dated<Listing>[]> {
  const files = await Promise.all(paths.map(readListingFile));
  return files.flatMap(({ listings }) => listings);
}

async function masterOf({ listing, sectors = [], maps }: SourceFlags): Promise<SymbolMaster> {
  const classifications = new Map<string, Dated<Classification>[]>();
  for (const path of sectors) {
    for (const [symbol, values] of await readClassifications(path)) {
      classifications.set(symbol, [...(classifications.get(symbol) ?? []), ...values]);
    }
  }
  const lives = maps === undefined ? [] : readMapFiles(maps);
  return new SymbolMaster({ lives, listings: await listingsOf(listing), classifications });
}

/** `universe select`. Errors: `flag.invalid`, `data.*`. */
export async function universeSelect(flags: SelectFlags): Promise<void> {
  const until = flags.asOf === undefined ? TODAY : dateFlag('--as-of', flags.asOf);
  const limits: SelectLimits = {
    count: wholeFlag('--count', flags.count, 1, 100_000),
    priceMin: wholeFlag('--price-min', flags.priceMin, 0, 1_000_000),
    dollarVolumeMin: wholeFlag('--dollar-volume-min', flags.dollarVolumeMin, 0, 1e12),
  };
  const listings = await listingsOf(flags.listing);
  const bySymbol = new Map(listings.map(({ value }) => [value.symbol, value]));
  const found = await readCandidates(flags.coarse, bySymbol, until);
  const selected = selectUniverse(found.candidates, limits);
  const chosen = selected.filter(({ reason }) => reason === '');
  const listingDate = Math.max(0, ...listings.map(({ from }) => from));
  const warning = warningOf(found.last, listingDate);
  if (warning !== undefined) say(`sluice: ${warning}`);
  const master = await masterOf(flags);
  const entries = chosen.map((one) =>
    entryOf(one, { master, date: found.last, listing: bySymbol.get(one.candidate.symbol) }),
  );
  if (flags.out !== undefined) writeMaster(flags.out, entries);
  const { candidates, ...span } = found;
  const reasons = reasonsOf(selected, limits);
  const explained = explainedOf(flags.explain, selected);
  print(
    { ...span, candidates: candidates.length, limits, reasons, chosen: entries, explained },
    flags.json === true,
    () =>
      [
        `${candidates.length} symbols, ${dateText(span.first)} to ${dateText(span.last)}; ${span.listed} of them in the listing files`,
        table([
          ['left', 'out', 'reason', 'rule'],
          ...reasons.map((row) => [row.left, row.out, row.code, row.text]),
        ]),
        ...(flags.explain === undefined ? [] : [explainTable(explained)]),
        `${chosen.length} chosen: ${chosen
          .slice(0, 12)
          .map(({ candidate }) => candidate.symbol)
          .join(' ')} ...`,
      ].join('\n\n'),
  );
}

/** Files years apart may mean different companies by one name. */
function warningOf(last: number, listed: number): string | undefined {
  if (listed === 0 || Math.abs(Math.floor(listed / 10_000) - Math.floor(last / 10_000)) < 2)
    return undefined;
  return `the listing files are of ${dateText(listed)}, the prices end ${dateText(last)}: a name may have gone to another company in between, and what was delisted is judged without its kind`;
}

/** A line of the master; exchange and lot of the listing files where nothing older is known. */
function entryOf(
  { candidate, rank }: Selected,
  known: {
    readonly master: SymbolMaster;
    readonly date: number;
    readonly listing: Listing | undefined;
  },
) {
  const { master, date, listing } = known;
  const entry = master.asOf(candidate.symbol, date);
  const { symbol, close, dollarVolume, kind } = candidate;
  return {
    rank,
    symbol,
    name: entry.name || (listing?.name ?? ''),
    sector: entry.sector,
    exchange: entry.exchange || (listing?.exchange ?? ''),
    kind: kind ?? 'unknown',
    lot_size: listing?.lotSize ?? 100,
    tick_size: tickSizeOf(close),
    close,
    dollar_volume: Math.round(dollarVolume),
  };
}

function writeMaster(path: string, entries: readonly ReturnType<typeof entryOf>[]): void {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const [first] = entries;
  const lines = [Object.keys(first ?? {}), ...entries.map((entry) => Object.values(entry))];
  try {
    writeFileSync(path, `${lines.map((line) => line.map(cell).join(',')).join('\n')}\n`);
  } catch (error) {
    const text = `--out: expected a file that can be written, was ${path}`;
    throw new Fault('flag.invalid', text, { cause: error });
  }
  say(`sluice: wrote ${entries.length} symbols to ${path}`);
}

/** How many each rule puts out, in the order of the rules, and how many are left after it. */
function reasonsOf(selected: readonly Selected[], limits: SelectLimits) {
  let left = selected.length;
  const beyond = { code: BEYOND_COUNT, text: `only the ${limits.count} most traded are kept` };
  return [...SELECT_RULES, beyond].map(({ code, text }) => {
    const out = selected.filter(({ reason }) => reason === code).length;
    left -= out;
    return { code, text, out, left };
  });
}

/** Everyone, or one symbol. Errors: `data.unknown_symbol`. */
function explainedOf(explain: string | true | undefined, selected: readonly Selected[]) {
  if (explain === undefined || explain === true) return selected;
  const wanted = explain.toUpperCase();
  const found = selected.filter(({ candidate }) => candidate.symbol === wanted);
  if (found.length > 0) return found;
  throw new Fault('data.unknown_symbol', `expected a symbol of the coarse file, was ${wanted}`);
}

function explainTable(selected: readonly Selected[]): string {
  return table([
    ['symbol', 'in', 'rank', 'reason', 'kind', 'close', 'dollars a day', 'days'],
    ...selected.map(({ candidate, reason, rank }) => [
      candidate.symbol,
      reason === '' ? 'in' : 'out',
      rank,
      reason,
      candidate.kind ?? 'not listed now',
      candidate.close.toFixed(2),
      Math.round(candidate.dollarVolume),
      `${candidate.days}/${candidate.allDays}`,
    ]),
  ]);
}

/** `universe show SYMBOL`. Errors: `flag.invalid`, `data.*`. */
export async function universeShow(symbol: string, flags: ShowFlags): Promise<void> {
  const date = flags.asOf === undefined ? TODAY : dateFlag('--as-of', flags.asOf);
  const sources = [flags.listing, flags.sectors, flags.maps, flags.fundamentals, flags.earnings];
  if (sources.every((source) => source === undefined)) {
    throw invalid(
      'universe show',
      '--maps, --listing, --sectors, --fundamentals or --earnings',
      'none of them',
    );
  }
  // A living security's last name is borne to the end of 2050.
  const on = Math.min(date, 20_501_231);
  const master = await masterOf(flags);
  const entry = master.asOf(symbol, on);
  const history = master.history(symbol, on);
  const figures = await figuresOf(symbol, date, flags);
  print({ asOf: on, entry, history, ...figures }, flags.json === true, () =>
    [
      table([
        ['field', 'value'],
        ...Object.entries(entry).map(([field, value]) => [field, String(value)]),
      ]),
      ...history.map(({ security, events }) =>
        table([
          [security, 'date', 'name'],
          ...events.map((event) => [event.kind, dateText(event.date), event.ticker]),
        ]),
      ),
      ...(figures.fundamentals.length === 0
        ? []
        : [
            table([
              ['metric', 'value', 'period', 'known on'],
              ...figures.fundamentals.map((one) => [
                one.metric,
                one.value,
                dateText(one.periodEnd),
                dateText(one.knownOn),
              ]),
            ]),
          ]),
      ...(figures.last === undefined
        ? []
        : [
            `last ${releaseText(figures.last)}: eps ${figures.last.eps}, consensus ${figures.last.epsConsensus}`,
          ]),
      ...(figures.next === undefined ? [] : [`next ${releaseText(figures.next)}`]),
    ].join('\n\n'),
  );
  if (entry.status === 'unknown') process.exitCode = EXIT.failed;
}

function releaseText({ releasedOn, fiscalQuarter, fiscalYear }: EarningsRelease): string {
  return `release ${dateText(releasedOn)}, quarter ${fiscalQuarter} of ${fiscalYear}`;
}

/** What was known of a company by a date. */
async function figuresOf(symbol: string, date: number, { fundamentals, earnings }: ShowFlags) {
  const store = new FundamentalStore(
    fundamentals === undefined ? [] : told(await readFundamentals(fundamentals)),
  );
  const calendar = new EarningsCalendar(
    earnings === undefined ? [] : told(await readEarnings(earnings, symbol)),
  );
  return {
    fundamentals: store.metrics(symbol, date).map((metric) => store.asOf(symbol, metric, date)!),
    last: calendar.last(symbol, date),
    next: calendar.next(symbol, date),
  };
}

/** Rows of a file, with what was left out said. */
function told<T>(file: {
  readonly taken: readonly T[];
  readonly rejectedByReason: Readonly<Record<string, number>>;
}): readonly T[] {
  for (const [reason, count] of Object.entries(file.rejectedByReason)) {
    say(`sluice: left out ${count} rows: ${reason}`);
  }
  return file.taken;
}

/** `universe factors DAILY`. Errors: `data.*`. */
export async function universeFactors(path: string, flags: FactorFlags): Promise<void> {
  const files = flags.factors === undefined ? new Map() : readFactorFiles(flags.factors);
  const check = await checkFactors(path, files);
  const sum = (rows: readonly FactorRow[], field: 'equal' | 'compared'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  const differing = check.adjusted.filter(({ equal, compared }) => equal < compared);
  const rowOf = (row: FactorRow) => [
    row.symbol,
    row.compared,
    row.equal,
    row.largest.toExponential(1),
  ];
  print(check, flags.json === true, () =>
    [
      ...(differing.length === 0
        ? []
        : [table([['symbol', 'closes', 'equal', 'largest'], ...differing.map(rowOf)])]),
      ...(check.lean.length === 0
        ? []
        : [table([['factor file', 'dates', 'equal', 'largest'], ...check.lean.map(rowOf)])]),
      ...check.lean.flatMap(({ symbol, actions }) =>
        actions.map(
          ({ date, ours, theirs }) =>
            `${symbol}: the sources tell ${dateText(date)} differently, factor ${ours.toFixed(7)} here and ${theirs.toFixed(7)} there`,
        ),
      ),
      `adjusted closes: ${sum(check.adjusted, 'equal')} of ${sum(check.adjusted, 'compared')} equal within 0.01 %; factor files: ${sum(check.lean, 'equal')} of ${sum(check.lean, 'compared')} dates of ${check.lean.length} symbols equal within 3e-7`,
    ].join('\n\n'),
  );
}
