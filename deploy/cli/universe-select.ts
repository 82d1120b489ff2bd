// `sluice universe select`: which stocks are chosen by declared rules, and why.

import { writeFileSync } from 'node:fs';
import {
  BEYOND_COUNT,
  type Listing,
  SELECT_RULES,
  type Selected,
  type SelectLimits,
  type SymbolMaster,
  selectUniverse,
  tickSizeOf,
} from '../../actors/universe/index.js';
import { Fault } from '../../engine/index.js';
import { dateFlag, wholeFlag } from '../app/settings.js';
import { readCandidates } from '../universe/candidates.js';
import { dateText, print, say, table } from './output.js';
import { listingsOf, masterOf, type SourceFlags, TODAY } from './universe-sources.js';

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
