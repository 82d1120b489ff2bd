// The order books beside a run: what its flags ask for, and how they are started and told of.

import { Fault } from '../../engine/index.js';
import { configuredSource, sourceEntry } from '../adapters/sources/catalogue.js';
import type { SourceClock } from '../adapters/sources/clock.js';
import type { BookMarket, SourceBooks } from '../adapters/sources/source.js';
import { invalid } from '../app/settings.js';
import type { System } from '../app/system.js';
import {
  type CapturedBooks,
  type RunningBooks,
  startBooks,
  startLiveBooks,
} from '../books/start-books.js';
import { FEEDS } from './feeds.js';
import { say } from './output.js';
import type { RunOptions } from './run-options.js';

/** Books of one run: the vendor serves a thousand streams a connection, a screen far fewer. */
const SYMBOLS_MAX = 20;

/** What books a run is to show; undefined without any. */
export type BooksWanted =
  /** Times as fast as it was; 0 for as fast as it goes. */
  | { readonly kind: 'captured'; readonly pace: number }
  | { readonly kind: 'live'; readonly symbols: readonly string[] };

/** Reads the flags. Errors: `flag.invalid`. */
export function booksWanted(options: RunOptions): BooksWanted | undefined {
  const { feed = 'derived', bookPace, bookSymbols, once } = options;
  const kind = FEEDS.find((name) => name === feed);
  if (kind === undefined) throw invalid('--feed', FEEDS.join(', '), feed);
  const pace = bookPaceOf(bookPace ?? '1');
  if (kind !== 'binance-live' && bookSymbols !== undefined) {
    throw invalid('--book-symbols', '--feed binance-live beside it', bookSymbols);
  }
  if (kind === 'derived') return undefined;
  if (kind === 'binance-capture') return { kind: 'captured', pace };
  if (once === true) {
    throw invalid('--feed', 'derived or binance-capture with --once: live books never end', feed);
  }
  return { kind: 'live', symbols: symbolsOf(bookSymbols ?? 'BTCUSDT') };
}

function bookPaceOf(text: string): number {
  const pace = text === 'max' ? 0 : Number(text);
  if (text.trim() === '' || !(pace >= 0 && pace <= 10_000) || (pace === 0 && text !== 'max')) {
    throw invalid('--book-pace', 'times the speed of life, above 0 up to 10000, or max', text);
  }
  return pace;
}

function symbolsOf(text: string): readonly string[] {
  const symbols = [...new Set(text.split(',').map((symbol) => symbol.trim().toUpperCase()))];
  const isSound = symbols.every((symbol) => /^[A-Z0-9]{1,20}$/.test(symbol));
  if (isSound && symbols.length <= SYMBOLS_MAX) return symbols;
  const expected = `up to ${SYMBOLS_MAX} of the exchange's names, such as BTCUSDT,ETHUSDT`;
  throw invalid('--book-symbols', expected, text);
}

/** Live books that the exchange knows. */
interface LiveBooks {
  readonly source: SourceBooks;
  readonly markets: readonly BookMarket[];
  readonly clock: SourceClock;
}

/** Books that can be started. */
export type BooksReady = Extract<BooksWanted, { kind: 'captured' }> | LiveBooks;

/** Asks the exchange for what live books need. Errors: `config.invalid`, `source.*`. */
export async function readyBooks(
  wanted: BooksWanted | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  clock: SourceClock,
): Promise<BooksReady | undefined> {
  if (wanted?.kind !== 'live') return wanted;
  const { books } = configuredSource(sourceEntry('binance')!, environment, { clock });
  say(`sluice: asking binance for ${wanted.symbols.join(', ')} ...`);
  const markets = await books!.markets(wanted.symbols);
  if (!markets.ok) throw new Fault(markets.refusal.code, markets.refusal.text);
  return { source: books!, markets: markets.value, clock };
}

/** Streams order books beside the market; what goes wrong with them is told. */
export function streamBooks(
  system: System,
  ready: BooksReady,
  shardCount: number,
): RunningBooks | CapturedBooks {
  const told = (error: unknown): void => say(`sluice: the books stopped: ${String(error)}`);
  const options = {
    shardCount,
    onReplaced: (fault: Fault) => say(`a shard of books was replaced: ${fault.message}`),
    onStopped: told,
  };
  if ('pace' in ready) {
    const books = startBooks(system, { ...options, pace: ready.pace });
    announce(books);
    books.finished.then(() => say('sluice: the captured order books are over'), told);
    return books;
  }
  const onState = (state: string, reason: string): void => {
    if (state === 'live') say('sluice: live order books: subscribed');
    if (state === 'waiting' || state === 'failed') {
      say(`sluice: live order books: ${state}: ${reason}`);
    }
  };
  const books = startLiveBooks(system, { ...options, ...ready, onState });
  announce(books);
  return books;
}

function announce({ shards: { instruments } }: RunningBooks): void {
  const names = instruments.map(({ symbol }) => symbol).join(', ');
  say(`sluice: order books of ${names}: see #/symbol/${instruments[0]?.symbol}`);
}
