// How commands speak: results on stdout, everything else on stderr, errors with a code.

import { Fault } from '../../engine/index.js';
import { painted, proseFor, tableFor } from './terminal-text.js';

export { dateText } from '../../actors/calendar/index.js';

/**
 * Exit codes of the command line: `failed` ran and was refused, found a difference or damage;
 * `usage` was given something wrong, a flag, a file or the data in it; `unavailable` found no
 * system, run, journal or recording to ask; `unanswered` asked one that did not say what became of
 * it.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 3, unanswered: 4 } as const;

/** Codes of failures after which nobody knows whether a command was done. */
const UNANSWERED = /^(grpc|portfolio)\.timed_out$|^grpc\.connection_lost$|^shard\.restarting$/;

/** Whether what was asked may have been done in spite of the failure. */
export function isUnanswered(error: unknown): error is Fault {
  return error instanceof Fault && UNANSWERED.test(error.code);
}

/**
 * Lets readers go when they have enough, as `head` does: a command ends as it would have, and what
 * runs goes on untold. A result that can't be written for another reason is a failure.
 */
export function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    say(`sluice: the result was not written: ${error.message}`);
    process.exitCode = EXIT.failed;
  });
  // Nobody is left who could be told.
  process.stderr.on('error', () => {});
}

/**
 * Ends the process once all that was written has left it, whatever still waits: of a source that
 * nobody wants any more that may be a minute.
 */
export function leave(): void {
  // A turn later: how a command that failed ends is not noted yet.
  process.stdout.write('', () => setImmediate(() => process.exit()));
}

/** Prints a result, as JSON or as text. */
export function print(result: unknown, asJson: boolean, text: () => string): void {
  process.stdout.write(`${asJson ? jsonOf(result) : text()}\n`);
}

function jsonOf(result: unknown): string {
  return JSON.stringify(
    result,
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    2,
  );
}

/** Says something to the person at the terminal. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Ends a command with its error said once, in one place; `hint` follows a wrong flag. */
export function fail(error: unknown, hint = ''): void {
  if (error instanceof Fault) {
    const [code, text] = codeAndText(error);
    say(
      `sluice: ${painted(code, 'bad', process.stderr)}: ${text}${code === 'flag.invalid' ? hint : ''}`,
    );
    process.exitCode = /^(flag|config|data|verify)\./.test(error.code)
      ? EXIT.usage
      : /^(grpc\.unavailable|run\.none|(journal|recording)\.missing)$/.test(error.code)
        ? EXIT.unavailable
        : isUnanswered(error)
          ? EXIT.unanswered
          : EXIT.failed;
    return;
  }
  // What the system says of a file needs no place in the code; a bug does.
  const told = error instanceof Error && !('syscall' in error) ? error.stack : undefined;
  say(`sluice: ${told ?? (error instanceof Error ? error.message : String(error))}`);
  process.exitCode = EXIT.failed;
}

/** What a fault is told as: a refusal of the system in its own words, as of a command of ours. */
function codeAndText({ code, message }: Fault): readonly [code: string, text: string] {
  const refusal = code === 'grpc.refused' ? /^([a-z]+\.[a-z_]+): (.*)$/s.exec(message) : null;
  return [refusal?.[1] ?? code, refusal?.[2] ?? message];
}

/** Rows as aligned columns for whoever reads the results, the first row being the heads. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  return tableFor(rows, process.stdout);
}

/** Sentences for whoever reads the results. */
export function prose(text: string): string {
  return proseFor(text, process.stdout);
}

/** What rounds to zero has no sign. */
const ZERO = { signDisplay: 'negative' } as const;

/** Whole dollars; a dash for what is not known. */
export function money(amount: number): string {
  return Number.isNaN(amount)
    ? '-'
    : amount.toLocaleString('en-US', { ...ZERO, maximumFractionDigits: 0 });
}

/** A number of shares, with what parts of one there are. */
export function shares(count: number): string {
  return Number.isNaN(count) ? '-' : count.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** A price with its cents. */
export function cents(price: number): string {
  return price.toLocaleString('en-US', {
    ...ZERO,
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
}

/** Prices below this show four digits instead of four decimals: those of a small coin have none. */
const TINY = 0.1;

/** The price of a bar in dollars; a dash where none of its trades has set one. */
export function priceText(price = Number.NaN): string {
  if (Number.isNaN(price)) return '-';
  return price > 0 && price < TINY ? price.toPrecision(4) : price.toFixed(4);
}

/** An exact decimal with its thousands set apart; nothing is rounded. */
export function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** A share of equity as a percentage: a dash where it is unknown; without equity there is none. */
export function percent(share: number, digits = 2): string {
  if (Number.isNaN(share)) return '-';
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : 'no equity';
}

/** Event time (microseconds) to the minute, in UTC; a dash where there is none yet. */
export function minuteText(timeUs: number): string {
  return timeUs > 0 ? `${new Date(timeUs / 1_000).toISOString().slice(0, 16)}Z` : '-';
}

/** A count with its noun: `1 shard`, `3 shards`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
