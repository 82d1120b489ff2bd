// Messages and level one of LOBSTER's files as trades and quotes, or the line that can't be.

import { Fault } from '../../../../engine/index.js';
import { scaledDecimal } from '../../books/decimals.js';
import {
  EMPTY_PRICE,
  type LobsterLines,
  lobsterDepth,
  MESSAGE,
  TYPE,
  WIDTH,
} from '../../books/lobster-files.js';
import { numberRow } from '../../books/number-row.js';
import type { MarketRecord, QuoteRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';

/** Prices stand in ten-thousandths of a dollar. */
const SCALE = 10_000;

/** Decimals of a second in times. */
const TIME_DECIMALS = 9;

/** Part of a day whose messages are in one file. Units: microseconds UTC. */
export interface Span {
  /** The file of messages. */
  readonly path: string;
  readonly midnightUs: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** Reads the lines of a span as records of the kind that is asked for. */
export class SpanReader {
  readonly #span: Span;
  readonly #request: HistoryRequest;
  readonly #message = new Float64Array(MESSAGE.columns);
  readonly #snapshot: Float64Array;
  #line = 0;
  /** Time of the message before. */
  #lastUs: number;
  #quote: QuoteRecord | undefined;

  constructor(span: Span, request: HistoryRequest) {
    this.#span = span;
    this.#request = request;
    this.#snapshot = new Float64Array(lobsterDepth(span.path) * WIDTH);
    this.#lastUs = span.startUs;
  }

  /** Records of the next lines. Errors: `data.unreadable`, with the line. */
  recordsOf(lines: readonly LobsterLines[]): readonly MarketRecord[] {
    const records: MarketRecord[] = [];
    for (const { message, snapshot } of lines) {
      this.#line++;
      const timeUs = this.#timeOf(message);
      // The time has decimals, and was read.
      this.#read(this.#message, `0${message.slice(message.indexOf(','))}`, 'the message');
      this.#read(this.#snapshot, snapshot, 'the snapshot');
      const conditions = this.#conditions();
      const isTrade = this.#request.kind === 'trade';
      const record = isTrade ? this.#tradeOf(timeUs, conditions) : this.#quoteOf(timeUs);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  #timeOf(message: string): number {
    const { midnightUs, endUs } = this.#span;
    const ns = scaledDecimal(message.slice(0, message.indexOf(',')), TIME_DECIMALS);
    const timeUs = midnightUs + Math.floor(ns / 1000);
    if (!(timeUs >= this.#lastUs && timeUs <= endUs)) {
      throw this.#damaged('a time within that of the name, not before the line above', message);
    }
    this.#lastUs = timeUs;
    return timeUs;
  }

  #read(out: Float64Array, line: string, what: string): void {
    // Of a number with a point only the whole part would be read.
    if (!line.includes('.') && numberRow(line, out) === out.length) return;
    throw this.#damaged(`${out.length} whole numbers in ${what}`, line);
  }

  #tradeOf(timeUs: number, conditions: string | undefined): MarketRecord | undefined {
    if (conditions === undefined) return undefined;
    const { symbol } = this.#request;
    const price = this.#message[MESSAGE.price]! / SCALE;
    const size = this.#message[MESSAGE.size]!;
    // The order that rested has a number, which all its executions share; trades have none.
    const [id, sequence] = ['', Number.NaN];
    return { kind: 'trade', symbol, timeUs, price, size, id, sequence, conditions };
  }

  /** Conditions of a trade; undefined where the message is none. */
  #conditions(): string | undefined {
    const { [MESSAGE.type]: type, [MESSAGE.direction]: direction } = this.#message;
    const isExecution = type === TYPE.execute || type === TYPE.executeHidden;
    if (isExecution && Math.abs(direction!) !== 1) {
      throw this.#damaged('a direction of 1 or -1', String(direction));
    }
    // It is that of the order that rested.
    const side = direction === 1 ? 'sell' : 'buy';
    switch (type) {
      case TYPE.execute:
        return side;
      case TYPE.executeHidden:
        return `${side},hidden`;
      case TYPE.cross:
        return 'cross';
      case TYPE.add:
      case TYPE.reduce:
      case TYPE.remove:
      case TYPE.halt:
        return undefined;
      default:
        throw this.#damaged('a type from 1 to 7', String(type));
    }
  }

  /** Level one where it is not as before. */
  #quoteOf(timeUs: number): MarketRecord | undefined {
    const before = this.#quote;
    const [askPrice, askSize, bidPrice, bidSize] = this.#snapshot;
    const [ask, bid] = [dollarsOf(askPrice!), dollarsOf(bidPrice!)];
    const isSame =
      before?.ask === ask &&
      before.bid === bid &&
      before.askSize === askSize &&
      before.bidSize === bidSize;
    if (isSame) return undefined;
    this.#quote = {
      kind: 'quote',
      symbol: this.#request.symbol,
      timeUs,
      bid,
      ask,
      bidSize: bidSize!,
      askSize: askSize!,
      sequence: Number.NaN,
    };
    return this.#quote;
  }

  #damaged(expected: string, was: string): Fault {
    const text = `${this.#span.path}, line ${this.#line}: expected ${expected}`;
    return new Fault('data.unreadable', `${text}, was ${was.slice(0, 120)}: fetch it anew`);
  }
}

const dollarsOf = (price: number): number => (Math.abs(price) >= EMPTY_PRICE ? 0 : price / SCALE);
