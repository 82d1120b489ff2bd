// Reads what portfolios hold from a table, a line a position: so a hundred thousand are declared.

import { readFileSync, statSync } from 'node:fs';
import { OWN_CURRENCY, parseDecimal } from '../../actors/portfolio/index.js';
import { Fault } from '../../engine/index.js';

/** Bounds of one file; beyond them a mistake is likelier than a need. */
const BYTES_MAX = 1_000_000_000;
const LINES_MAX = 20_000_000;
const PORTFOLIOS_MAX = 200_000;

/** Symbols of one file: their numbers are held in two bytes. */
const NAMES_MAX = 65_536;

/** Mistakes told of one file: who mends these sees the others next. */
const TOLD_MAX = 20;

const HEADER = 'portfolio,symbol,quantity,price';

/** Amounts are held as whole millionths in floats, which are exact up to here. */
const WHOLE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Positions of all portfolios of a file, a column each, in memory that threads share.
 *
 * ```
 * names       Uint16Array  [position]   place of the symbol in `symbols`
 * quantities  Float64Array [position]   millionths of a share, below zero sold short
 * prices      Float64Array [position]   millionths of a dollar; NaN: the last close before the run
 * ```
 */
export interface Holdings {
  readonly symbols: readonly string[];
  readonly names: Uint16Array;
  readonly quantities: Float64Array;
  readonly prices: Float64Array;
}

/** The positions of one portfolio among those of its file. */
export interface HeldRange {
  readonly from: number;
  readonly count: number;
}

/** A portfolio of the file. */
export interface HeldPortfolio {
  readonly id: string;
  /** What is left after its positions were paid. Units: millionths of a dollar. */
  readonly cash: bigint;
  readonly held: HeldRange;
}

/** A whole file. */
export interface HoldingsFile {
  readonly holdings: Holdings;
  readonly portfolios: readonly HeldPortfolio[];
}

/**
 * Reads a file of holdings. Errors: `config.unreadable`; `config.too_large`; `config.invalid` with
 * the line of each mistake.
 */
export function readHoldings(file: string): HoldingsFile {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > BYTES_MAX) {
      throw new Fault('config.too_large', `expected ${file} below ${BYTES_MAX} bytes, was ${size}`);
    }
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('config.unreadable', `expected to read ${file}: ${String(error)}`, {
      cause: error,
    });
  }
  return new HoldingsReader(file, bytes).read();
}

/** Goes through the lines of one file. */
class HoldingsReader {
  readonly #file: string;
  readonly #bytes: Buffer;
  readonly #mistakes: string[] = [];
  readonly #names = new Map<string, number>();
  readonly #columns: Holdings;
  readonly #portfolios: HeldPortfolio[] = [];
  readonly #ids = new Set<string>();
  /** Of the portfolio being read. */
  #id = '';
  #cash: bigint | undefined;
  #from = 0;
  /** Which portfolio was the last to hold a symbol, by its place; they count from 1. */
  readonly #metBy = new Uint32Array(NAMES_MAX + 1);
  #count = 0;
  #line = 0;

  constructor(file: string, bytes: Buffer) {
    this.#file = file;
    this.#bytes = bytes;
    const lines = countOf(bytes);
    if (lines > LINES_MAX) {
      throw new Fault(
        'config.too_large',
        `expected ${file} below ${LINES_MAX} lines, was ${lines}`,
      );
    }
    const room = <A>(size: number, view: (memory: SharedArrayBuffer) => A): A =>
      view(new SharedArrayBuffer(lines * size));
    this.#columns = {
      symbols: [],
      names: room(2, (memory) => new Uint16Array(memory)),
      quantities: room(8, (memory) => new Float64Array(memory)),
      prices: room(8, (memory) => new Float64Array(memory)),
    };
  }

  read(): HoldingsFile {
    for (let from = 0; from < this.#bytes.length && this.#mistakes.length <= TOLD_MAX; ) {
      const end = this.#bytes.indexOf(0x0a, from);
      const until = end < 0 ? this.#bytes.length : end;
      this.#line++;
      // Ids, symbols and numbers are of one byte a character; others are refused as such.
      this.#take(this.#bytes.toString('latin1', from, until).trimEnd());
      from = until + 1;
    }
    this.#end();
    const { length } = this.#mistakes;
    if (length === 0) {
      const symbols = [...this.#names.keys()];
      return { holdings: { ...this.#columns, symbols }, portfolios: this.#portfolios };
    }
    const more = length > TOLD_MAX ? '\nand more mistakes' : '';
    throw new Fault('config.invalid', this.#mistakes.slice(0, TOLD_MAX).join('\n') + more);
  }

  #take(line: string): void {
    if (this.#line === 1) {
      if (line !== HEADER) this.#mistake(`expected ${HEADER}, was ${line}`);
      return;
    }
    if (line === '') return;
    const fields = line.split(',');
    const [id = '', symbol = '', quantity = '', price = ''] = fields;
    if (fields.length !== 4) this.#mistake(`expected 4 fields, was ${fields.length}`);
    if (id !== this.#id) this.#begin(id);
    const amount = this.#whole('quantity', quantity);
    if (symbol === OWN_CURRENCY) {
      if (this.#cash !== undefined)
        this.#mistake(`expected one line of cash of ${id}, was another`);
      if (price !== '') this.#mistake(`expected no price of cash, was ${price}`);
      this.#cash = BigInt(amount);
      return;
    }
    const name = this.#names.get(symbol) ?? this.#newName(symbol);
    if (amount === 0) this.#mistake(`expected a quantity other than 0, was ${quantity}`);
    if (this.#metBy[name] === this.#ids.size) {
      this.#mistake(`expected ${symbol} once in ${id}, was another`);
    }
    this.#metBy[name] = this.#ids.size;
    const paid = price === '' ? Number.NaN : this.#whole('price', price);
    if (paid <= 0) this.#mistake(`expected a price above 0, was ${price}`);
    const { names, quantities, prices } = this.#columns;
    names[this.#count] = name;
    quantities[this.#count] = amount;
    prices[this.#count++] = paid;
  }

  /** A symbol that is met for the first time: of a file there are few. */
  #newName(symbol: string): number {
    const name = this.#names.size;
    if (!/^[A-Z0-9.-]{1,16}$/.test(symbol)) {
      this.#mistake(`expected a symbol such as AAPL, was ${symbol}`);
    }
    if (name === NAMES_MAX) this.#mistake(`expected at most ${NAMES_MAX} symbols, was another`);
    this.#names.set(symbol, name);
    return name;
  }

  #begin(id: string): void {
    this.#end();
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) {
      this.#mistake(`expected an id of a-z, 0-9 and -, was ${id}`);
    }
    if (this.#ids.has(id)) this.#mistake(`expected the lines of ${id} together, was another`);
    if (this.#ids.size >= PORTFOLIOS_MAX) {
      this.#mistake(`expected at most ${PORTFOLIOS_MAX} portfolios, was another`);
    }
    this.#ids.add(id);
    this.#id = id;
    this.#cash = undefined;
    this.#from = this.#count;
  }

  /** Keeps the portfolio that has been read. */
  #end(): void {
    if (this.#id === '') return;
    const held = { from: this.#from, count: this.#count - this.#from };
    this.#portfolios.push({ id: this.#id, cash: this.#cash ?? 0n, held });
  }

  /** Whole millionths of a decimal; 0 where it is none. */
  #whole(what: string, text: string): number {
    // Most are whole shares.
    if (/^-?\d{1,9}$/.test(text)) return Number(text) * 1_000_000;
    const value = parseDecimal(text);
    if (value !== undefined && value <= WHOLE_MAX && value >= -WHOLE_MAX) return Number(value);
    this.#mistake(`expected a ${what} such as 12.5, was ${text}`);
    return 0;
  }

  #mistake(text: string): void {
    this.#mistakes.push(`${this.#file}:${this.#line}:1 ${text.slice(0, 200)}`);
  }
}

/** Lines of a file, one more where the last has no end. */
function countOf(bytes: Buffer): number {
  let lines = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  return lines;
}
