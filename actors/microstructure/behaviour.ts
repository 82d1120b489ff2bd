// The book actor: one symbol's book and measures, fed by frames, shown in the shared columns.

import {
  assert,
  type Behaviour,
  type Columns,
  FRAME_INTS,
  FRAME_LANES,
} from '../../engine/index.js';

import {
  BOOK_BEST,
  BOOK_EVENT,
  BOOK_LEVEL,
  BOOK_LOST,
  BOOK_TRADE,
} from '../../proto/frames/book.js';
import { ASK, BID } from '../book/index.js';
import { writeBookRow } from './book-row.js';
import type { HeatSample } from './heat-map.js';
import { type Instrument, SymbolBook } from './symbol-book.js';

/** Frames of one symbol, in order, as they lay in the ring. */
export interface BookFrames {
  readonly kind: 'book_frames';
  /** A copy, owned by the message, so that it may be put aside whole. */
  readonly floats: Float64Array;
}

/** Asks for profile, heat map and counters. */
export interface ShowBook {
  readonly kind: 'show_book';
}

/** What a book actor understands. */
export type BookMessage = BookFrames | ShowBook;

/** The answer to `show_book`. Units: of price and size. */
export interface BookShown {
  readonly kind: 'book_shown';
  readonly rowHeight: number;
  readonly profile: readonly { low: number; bought: number; sold: number; unsided: number }[];
  readonly heat: readonly { timeUs: number; low: number; sizes: readonly number[] }[];
  readonly counters: Readonly<Record<string, number>>;
}

/** State of a book actor. */
export interface BookState {
  readonly row: number;
  readonly of: SymbolBook;
  /** Levels of the event under way that are yet to come. */
  levelsLeft: number;
  /** Frames that did not fit their place: counted, not taken. */
  misplaced: number;
}

/**
 * The behaviour of `book/<symbol>`. Its state is a view of the exchange's and not kept: an actor
 * that is rebuilt waits for the next snapshot, as after a gap. Each message is shown in its row of
 * the columns once, at its end.
 */
export function createBookBehaviour(
  instruments: readonly Instrument[],
  columns: Columns,
): Behaviour<BookState, BookMessage> {
  const initial = (key: string): BookState => {
    const row = instruments.findIndex(({ symbol }) => symbol === key);
    const instrument = instruments[row];
    assert(instrument !== undefined, 'book.symbol_is_known');
    return { row, of: new SymbolBook(instrument), levelsLeft: 0, misplaced: 0 };
  };
  return {
    kind: 'book',
    version: 1,
    lanes: {
      book_frames: { lane: 'data', overflow: 'reject' },
      show_book: { lane: 'command', overflow: 'reject' },
    },
    initial,
    receive(state, message, turn) {
      switch (message.kind) {
        case 'book_frames':
          takeFrames(state, message.floats);
          columns.beginWrite(state.row);
          writeBookRow(state.of, columns.values, state.row * columns.stride);
          columns.endWrite(state.row);
          break;
        case 'show_book':
          turn.reply(shown(state));
          break;
      }
    },
    evolve() {},
    encode: ({ of }) => of.instrument.symbol,
    decode: (encoded) => initial(String(encoded)),
  };
}

// hot
function takeFrames(state: BookState, floats: Float64Array): void {
  const ints = new Int32Array(floats.buffer, floats.byteOffset, floats.length * 2);
  for (let at = 0; at < floats.length; at += FRAME_LANES) {
    takeFrame(state, ints[(at / FRAME_LANES) * FRAME_INTS]!, floats, at);
  }
}

// hot
function takeFrame(state: BookState, kind: number, floats: Float64Array, at: number): void {
  const { of } = state;
  if (kind === BOOK_LEVEL.kind) {
    if (state.levelsLeft === 0) {
      state.misplaced++;
      return;
    }
    const { side, priceTicks, sizeLots } = BOOK_LEVEL.lanes;
    of.level(
      floats[at + side] === BID ? BID : ASK,
      floats[at + priceTicks]!,
      floats[at + sizeLots]!,
    );
    state.levelsLeft--;
    if (state.levelsLeft === 0) of.endEvent();
    return;
  }
  if (state.levelsLeft > 0) {
    // The rest of an event never came: what is known of it does not count.
    state.misplaced++;
    state.levelsLeft = 0;
  }
  of.clock(floats[at + 1]!, floats[at + 2]!);
  if (kind === BOOK_EVENT.kind) onEvent(state, floats, at);
  else if (kind === BOOK_BEST.kind) {
    const { id, bid, bidSize, ask, askSize } = BOOK_BEST.lanes;
    of.told(
      floats[at + id]!,
      floats[at + bid]!,
      floats[at + bidSize]!,
      floats[at + ask]!,
      floats[at + askSize]!,
    );
  } else if (kind === BOOK_TRADE.kind) {
    const { priceTicks, sizeLots, aggressor } = BOOK_TRADE.lanes;
    const flag = floats[at + aggressor]!;
    of.trade(floats[at + priceTicks]!, floats[at + sizeLots]!, flag > 0 ? 1 : flag < 0 ? -1 : 0);
  } else if (kind === BOOK_LOST.kind) of.lose();
  else state.misplaced++;
}

// hot
function onEvent(state: BookState, floats: Float64Array, at: number): void {
  const { isSnapshot, previousId, lastId, levels } = BOOK_EVENT.lanes;
  state.of.beginEvent(
    floats[at + isSnapshot] === 1,
    floats[at + previousId]!,
    floats[at + lastId]!,
  );
  state.levelsLeft = floats[at + levels]!;
  if (state.levelsLeft === 0) state.of.endEvent();
}

function shown({ of, misplaced }: BookState): BookShown {
  const { ticksPerPrice, lotsPerSize, rowHeight } = of.instrument;
  const { book, counters } = of.depth;
  const column = ({ timeUs, lowTicks, sizes }: HeatSample) => ({
    timeUs,
    low: lowTicks / ticksPerPrice,
    sizes: Array.from(sizes, (lots) => lots / lotsPerSize),
  });
  return {
    kind: 'book_shown',
    rowHeight,
    profile: of.profile.rows().map(({ lowTicks, ...sizes }) => ({
      low: lowTicks / ticksPerPrice,
      ...sizes,
    })),
    heat: of.heat.samples().map(column),
    counters: {
      ...counters,
      bidLevels: book.bids.count,
      askLevels: book.asks.count,
      levelsDropped: book.bids.dropped + book.asks.dropped,
      unrealised: of.costs.unrealised,
      beyondProfile: of.profile.outside,
      badMessages: of.bad,
      misplaced,
    },
  };
}
