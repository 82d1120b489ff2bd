// The symbol master: what is known of every symbol, as of any date.

import { asOf, type Dated, inOrder } from './as-of.js';
import { eventsOf, lifeOf, nameOn, type SecurityLife } from './lives.js';
import { kindOf, type Listing, type SecurityKind } from './security-kind.js';

/** Where a company stands in the classification. */
export interface Classification {
  readonly name: string;
  readonly sector: string;
  readonly subIndustry: string;
}

/** What a symbol was on a date. */
export interface SymbolEntry {
  readonly symbol: string;
  /**
   * `renamed` where its security is listed under another name now; `unknown` where no map file and
   * no listing of that date has it.
   */
  readonly status: 'listed' | 'renamed' | 'delisted' | 'not_yet_listed' | 'unknown';
  /** The security behind the name; '' where no map file has it. */
  readonly security: string;
  readonly name: string;
  readonly exchange: string;
  readonly kind: SecurityKind | 'unknown';
  readonly sector: string;
  readonly subIndustry: string;
  /** Shares of a round lot; NaN where no listing has it. */
  readonly lotSize: number;
  /** Names of the security so far, the first one first. */
  readonly names: readonly string[];
}

/** What a master is made of. */
export interface MasterSources {
  readonly lives: readonly SecurityLife[];
  /** Listings by the date of their file. */
  readonly listings: readonly Dated<Listing>[];
  /** By symbol, from the date of their snapshot. */
  readonly classifications: ReadonlyMap<string, readonly Dated<Classification>[]>;
}

/** Looks symbols up as of any date. */
export class SymbolMaster {
  readonly #lives: readonly SecurityLife[];
  readonly #listings = new Map<string, readonly Dated<Listing>[]>();
  readonly #classes: ReadonlyMap<string, readonly Dated<Classification>[]>;

  constructor({ lives, listings, classifications }: MasterSources) {
    this.#lives = lives;
    const bySymbol = new Map<string, Dated<Listing>[]>();
    for (const listing of listings) {
      const { symbol } = listing.value;
      const list = bySymbol.get(symbol);
      if (list === undefined) bySymbol.set(symbol, [listing]);
      else list.push(listing);
    }
    for (const [symbol, list] of bySymbol) this.#listings.set(symbol, inOrder(list));
    this.#classes = new Map(
      [...classifications].map(([symbol, values]) => [symbol, inOrder(values)]),
    );
  }

  /** Every symbol that some source has, in order. */
  symbols(): readonly string[] {
    const names = this.#lives.flatMap(({ names: all }) => all.map(({ ticker }) => ticker));
    return [...new Set([...this.#listings.keys(), ...this.#classes.keys(), ...names])].sort();
  }

  /** What a symbol was on a date, yyyymmdd, by what was known on it. */
  asOf(symbol: string, date: number): SymbolEntry {
    const ticker = symbol.toUpperCase();
    const life = lifeOf(this.#lives, ticker, date);
    const listing = asOf(this.#listings.get(ticker) ?? [], date);
    const known = asOf(this.#classes.get(ticker) ?? [], date);
    const named = life === undefined ? undefined : nameOn(life, date);
    return {
      symbol: ticker,
      status: this.#statusOf(ticker, date, listing !== undefined || known !== undefined),
      security: life?.id ?? '',
      name: known?.name ?? listing?.name ?? '',
      exchange: listing?.exchange ?? named?.exchange ?? '',
      kind: listing === undefined ? 'unknown' : kindOf(listing),
      sector: known?.sector ?? '',
      subIndustry: known?.subIndustry ?? '',
      lotSize: listing?.lotSize ?? Number.NaN,
      names: (life?.names ?? []).filter(({ from }) => from <= date).map(({ ticker: name }) => name),
    };
  }

  /** Listing, renames and delisting of whoever bore a name, up to a date. */
  history(symbol: string, date: number) {
    const ticker = symbol.toUpperCase();
    return this.#lives
      .filter(({ names }) => names.some((name) => name.ticker === ticker && name.from <= date))
      .map((life) => ({
        security: life.id,
        events: eventsOf(life).filter((event) => event.date <= date),
      }));
  }

  #statusOf(ticker: string, date: number, isKnown: boolean): SymbolEntry['status'] {
    if (lifeOf(this.#lives, ticker, date) !== undefined) return 'listed';
    const borne = this.#lives.flatMap((life) =>
      life.names.filter((one) => one.ticker === ticker).map(({ to }) => ({ to, life })),
    );
    // A name that a map file tells the end of is not listed because an old listing has it.
    const ended = borne.filter(({ to }) => to < date).sort((a, b) => b.to - a.to)[0];
    if (ended !== undefined) {
      return nameOn(ended.life, date) === undefined ? 'delisted' : 'renamed';
    }
    if (borne.length > 0) return 'not_yet_listed';
    return isKnown ? 'listed' : 'unknown';
  }
}
