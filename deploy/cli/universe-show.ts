// `sluice universe show`: what a symbol was on a date, and what was known of its company.

import {
  EarningsCalendar,
  type EarningsRelease,
  FundamentalStore,
} from '../../actors/universe/index.js';
import { dateFlag, invalid } from '../app/settings.js';
import { readEarnings, readFundamentals } from '../universe/company-files.js';
import { dateText, EXIT, print, say, table } from './output.js';
import { masterOf, type SourceFlags, TODAY } from './universe-sources.js';

/** Flags of `universe show`. */
export interface ShowFlags extends SourceFlags {
  readonly asOf?: string;
  readonly fundamentals?: string;
  readonly earnings?: string;
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
        ...Object.entries(entry).map(([field, value]) => [field, fieldText(value)]),
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

/** A dash for what no file tells. */
function fieldText(value: string | number | readonly string[]): string {
  const text = String(value);
  return text === '' || text === 'NaN' ? '-' : text;
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
