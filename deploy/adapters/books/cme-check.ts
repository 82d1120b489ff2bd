// Rebuilds a book from CME's order-by-order messages: every order they speak of must be known.

import { ASK, BID, OrderBook, type Side } from '../../../actors/book/index.js';
import { Fault } from '../../../engine/index.js';
import { type BookCheck, Reasons, SAMPLES_MAX } from './check-result.js';
import { linesOf } from './lines.js';

/** Columns that are read, by the names in the file's first line. */
const COLUMNS = ['action', 'side', 'order_id', 'price_1e9', 'size', 'flags'] as const;
type Column = (typeof COLUMNS)[number];

/** Set in `flags` on the last message of an event. Source: Databento, "MBO": flags. */
const LAST_OF_EVENT = 128;

/** Whether a first line is that of an order-by-order file. */
export function isCmeHeader(line: string): boolean {
  const names = line.split(',');
  return COLUMNS.every((name) => names.includes(name));
}

/**
 * Checks one file: each cancel, change and fill must speak of a known order with at least that
 * size left (`comparisons`), and `crossed` counts the events that left the book crossed.
 * Errors: those of `linesOf`; `data.wrong_columns`.
 */
export async function checkCme(path: string): Promise<BookCheck> {
  let replay: CmeReplay | undefined;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      if (replay === undefined) replay = new CmeReplay(path, line);
      else replay.step(line);
    }
  }
  if (replay === undefined) throw new Fault('data.wrong_columns', `${path}: expected a first line`);
  return replay.result();
}

/** One file under way. */
class CmeReplay {
  readonly #file: string;
  readonly #places: Readonly<Record<Column, number>>;
  readonly #width: number;
  readonly #orders = new OrderBook();
  readonly #reasons = new Reasons();
  readonly #samples: string[] = [];
  #row = 1;
  #updates = 0;
  #comparisons = 0;
  #mismatches = 0;
  #crossed = 0;
  #trades = 0;
  #clears = 0;

  constructor(file: string, header: string) {
    if (!isCmeHeader(header)) {
      const text = `${file}: expected columns ${COLUMNS.join(', ')}, was ${header.slice(0, 200)}`;
      throw new Fault('data.wrong_columns', text);
    }
    const names = header.split(',');
    const place = (name: Column): number => names.indexOf(name);
    this.#file = file;
    this.#width = names.length;
    this.#places = {
      action: place('action'),
      side: place('side'),
      order_id: place('order_id'),
      price_1e9: place('price_1e9'),
      size: place('size'),
      flags: place('flags'),
    };
  }

  step(line: string): void {
    this.#row++;
    const fields = line.split(',', this.#width + 1);
    if (fields.length !== this.#width) {
      this.#reasons.count('bad_row');
      return;
    }
    const text = (name: Column): string => fields[this.#places[name]] ?? '';
    const number = (name: Column): number => wholeOf(text(name));
    const action = text('action');
    const isLast = (number('flags') & LAST_OF_EVENT) !== 0;
    if (action === 'T') {
      // The trade itself: the orders it fills, and what it takes of the book, are told apart.
      this.#trades++;
    } else if (action === 'R') {
      this.#orders.clear();
      this.#clears++;
    } else {
      const order = { id: number('order_id'), size: number('size'), price: number('price_1e9') };
      // A sum is NaN where any part is.
      if (Number.isNaN(order.id + order.size + order.price)) this.#reasons.count('bad_number');
      else this.#apply(action, text('side'), order);
    }
    if (isLast && this.#orders.book.isCrossed()) this.#crossed++;
  }

  result(): BookCheck {
    const { book, faults, count } = this.#orders;
    return {
      file: this.#file,
      format: 'cme',
      updates: this.#updates,
      comparisons: this.#comparisons,
      mismatches: this.#mismatches,
      resyncs: 0,
      details: {
        rows: this.#row - 1,
        ...faults,
        crossed: this.#crossed,
        trades: this.#trades,
        clears: this.#clears,
        ordersOpen: count,
        bidLevels: book.bids.count,
        askLevels: book.asks.count,
      },
      rejectedByReason: this.#reasons.counts,
      samples: this.#samples,
    };
  }

  #apply(action: string, sideName: string, order: Order): void {
    const side: Side | undefined = sideName === 'B' ? BID : sideName === 'A' ? ASK : undefined;
    if (side === undefined) this.#reasons.count('no_side');
    else if (action === 'A') this.#add(side, order);
    else if (action === 'C' || action === 'M' || action === 'F') this.#refer(action, side, order);
    else this.#reasons.count('unknown_action');
  }

  #add(side: Side, { id, price, size }: Order): void {
    const outcome = this.#orders.add(id, side, price, size);
    if (outcome === 'done') this.#updates++;
    else this.#differ(`${outcome} order ${id} added`);
  }

  /** A message that speaks of an order the book must have. */
  #refer(action: 'C' | 'M' | 'F', side: Side, { id, price, size }: Order): void {
    this.#comparisons++;
    if (action === 'F') {
      // A fill leaves the book alone: a cancel or change of the same event tells what is left.
      const left = this.#orders.leftOf(id);
      if (!(left >= size)) this.#differ(`expected ${size} left of order ${id}, was ${left}`);
      return;
    }
    const outcome =
      action === 'C'
        ? this.#orders.reduce(id, size, side, price)
        : this.#orders.modify(id, side, price, size);
    if (outcome === 'done') this.#updates++;
    else this.#differ(`${outcome} order ${id} in ${action === 'C' ? 'a cancel' : 'a change'}`);
  }

  #differ(text: string): void {
    this.#mismatches++;
    if (this.#samples.length < SAMPLES_MAX) this.#samples.push(`row ${this.#row}: ${text}`);
  }
}

interface Order {
  readonly id: number;
  readonly price: number;
  readonly size: number;
}

function wholeOf(text: string): number {
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
