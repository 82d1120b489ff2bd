// Everything known of one symbol with a book: the book, its trades, and what they say.

import { DepthBook, isWhole, type Side } from '../book/index.js';
import { imbalance, microPrice, midPrice, OrderFlow, type Quote } from './book-measures.js';
import { HeatMap } from './heat-map.js';
import { InformedFlow } from './informed-flow.js';
import { Liquidity } from './liquidity.js';
import { QuoteHistory } from './quote-history.js';
import { type SidedTrade, TradingCosts } from './spreads.js';
import { Accuracy, type Aggressor, leeReady, quoteRule, TickRule } from './trade-side.js';
import { type ValueArea, VolumeProfile, VwapBands } from './volume-profile.js';

/** How a symbol's numbers are meant. */
export interface Instrument {
  readonly symbol: string;
  /** What it is, for people. */
  readonly title: string;
  /** Ticks of one unit of price, and lots of one unit of size. */
  readonly ticksPerPrice: number;
  readonly lotsPerSize: number;
  /** Height of a row of the profile and the heat map. Units: of the price. */
  readonly rowHeight: number;
  /** Size of a bucket of VPIN: a fiftieth of a day's volume, where that is known. */
  readonly bucketSize: number;
  /**
   * The clock by which a quote is before a trade: the exchange's where quotes carry its time, else
   * that of arrival; and how much before, so that the quote is not the one that the trade made.
   */
  readonly quoteClock: 'exchange' | 'arrival';
  readonly quoteDelayUs: number;
}

/** Span of the order-flow imbalance, in slices. Units: microseconds. */
const FLOW_SPAN_US = 10_000_000;
const FLOW_SLICES = 10;

/** When a trade is looked back at. Source: SEC Rule 605. Units: microseconds. */
const REALISED_US = 5_000_000;

/** Interval of the liquidity estimates. Units: microseconds. */
const INTERVAL_US = 1_000_000;

/** What the exchange's clock may be ahead of ours; a time beyond it is broken. Units: as above. */
const AHEAD_US = 60_000_000;

/** Buckets of VPIN. Source: Easley et al. 2012. */
const BUCKETS = 50;

/** One symbol's book with its measures, fed message by message. */
export class SymbolBook {
  readonly instrument: Instrument;
  readonly depth: DepthBook;
  /** The best prices known last, of the book or as told, whichever has the later id. */
  readonly quote: Quote = {
    bid: Number.NaN,
    bidSize: Number.NaN,
    ask: Number.NaN,
    askSize: Number.NaN,
  };
  readonly flow = new OrderFlow(FLOW_SPAN_US, FLOW_SLICES);
  readonly costs = new TradingCosts(REALISED_US);
  readonly profile: VolumeProfile;
  /** Of the profile, as of the last whole second. */
  area: ValueArea | undefined;
  readonly bands = new VwapBands();
  readonly heat: HeatMap;
  readonly informed: InformedFlow;
  readonly liquidity = new Liquidity(INTERVAL_US);
  readonly byTick = new Accuracy();
  readonly byQuote = new Accuracy();
  readonly byLeeReady = new Accuracy();
  /** Id of the quote, and the newest time of any message. */
  quoteId = -1;
  timeUs = Number.NaN;
  trades = 0;
  /** Messages with numbers that can't be: counted, not taken. */
  bad = 0;
  readonly last: SidedTrade = { side: 0, price: Number.NaN, size: Number.NaN };
  readonly #tickRule = new TickRule();
  readonly #quotes = new QuoteHistory();
  readonly #before: Quote = { ...this.quote };
  #hasBefore = false;
  #eventUs = 0;
  #receivedUs = 0;

  constructor(instrument: Instrument, levelsMax?: number) {
    this.instrument = instrument;
    this.depth = new DepthBook(levelsMax);
    const rowTicks = Math.round(instrument.rowHeight * instrument.ticksPerPrice);
    this.profile = new VolumeProfile(rowTicks);
    this.heat = new HeatMap(rowTicks);
    this.informed = new InformedFlow(instrument.bucketSize, BUCKETS);
  }

  /**
   * Says when the next message was made, 0 where it does not tell, and when it was received.
   * Units: microseconds, each of its own clock.
   */
  // hot
  clock(eventUs: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    // Taken, it would stand as the newest for ever.
    if (receivedUs > 0 && eventUs > receivedUs + AHEAD_US) {
      this.bad++;
      this.#eventUs = this.timeUs;
      return;
    }
    this.#eventUs = eventUs;
    if (eventUs > 0 && !(eventUs <= this.timeUs)) this.timeUs = eventUs;
  }

  /** Begins a depth event; its levels follow, then `endEvent`. */
  // hot
  beginEvent(isSnapshot: boolean, previousId: number, lastId: number): void {
    const wasSynced = this.depth.isSynced;
    const { resets } = this.depth.counters;
    this.depth.begin(isSnapshot, previousId, lastId);
    if (this.depth.counters.resets !== resets) this.quoteId = -1;
    if (wasSynced && !this.depth.isSynced) this.#onLost();
  }

  /** A level of the event under way. */
  // hot
  level(side: Side, priceTicks: number, sizeLots: number): void {
    this.depth.level(side, priceTicks, sizeLots);
  }

  /** Ends the event. */
  // hot
  endEvent(): void {
    const wasSynced = this.depth.isSynced;
    if (!this.depth.end()) {
      if (wasSynced && !this.depth.isSynced) this.#onLost();
      return;
    }
    const { book, lastId } = this.depth;
    if (!book.isTwoSided()) {
      if (lastId >= this.quoteId) this.#unquoted(book.bids.count > 0, book.asks.count > 0);
      return;
    }
    if (this.timeUs === this.timeUs) this.heat.onBook(this.timeUs, book);
    if (lastId < this.quoteId || (lastId === this.quoteId && isTwoSided(this.quote))) return;
    const { bids, asks } = book;
    this.#quoted(lastId, bids.priceAt(0), bids.sizeAt(0), asks.priceAt(0), asks.sizeAt(0));
  }

  /** The feed broke off: neither the book nor the best prices told beside it hold any longer. */
  lose(): void {
    this.depth.lose();
    this.#unquoted(false, false);
  }

  /** The exchange tells its best. Units: ticks, lots. */
  // hot
  told(id: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    const isSound = isWhole(bidSize) && isWhole(askSize) && isWhole(bid) && isWhole(ask);
    if (!(isSound && bid < ask)) {
      this.bad++;
      return;
    }
    // As of a book: ids below half of the known one have begun anew.
    if (id > this.quoteId || id * 2 < this.quoteId) this.#quoted(id, bid, bidSize, ask, askSize);
  }

  /** A trade; `flag` is who began it by the exchange's own word, 0 where it tells none. */
  // hot
  trade(priceTicks: number, sizeLots: number, flag: Aggressor): void {
    if (!(isWhole(priceTicks) && isWhole(sizeLots))) {
      this.bad++;
      return;
    }
    this.trades++;
    const price = priceTicks / this.instrument.ticksPerPrice;
    const size = sizeLots / this.instrument.lotsPerSize;
    const side = this.#sideOf(price, flag);
    this.last.side = side;
    this.last.price = price;
    this.last.size = size;
    if (this.#hasBefore) this.costs.push(this.timeUs, this.last, midPrice(this.#before));
    this.profile.push(priceTicks, size, side);
    this.bands.push(price, size);
    this.informed.push(size, side);
    this.liquidity.onTrade(price, size, side);
  }

  /** Who began a trade: as flagged, or by rule; the rules are held against the flag. */
  // hot
  #sideOf(price: number, flag: Aggressor): Aggressor {
    const ticked = this.#tickRule.classify(price);
    const untilUs = this.#clockUs() - this.instrument.quoteDelayUs;
    this.#hasBefore = this.#quotes.read(untilUs, this.#before) && isTwoSided(this.#before);
    if (!this.#hasBefore) return flag === 0 ? ticked : flag;
    const inferred = leeReady(price, this.#before, ticked);
    this.byTick.count(ticked, flag);
    this.byQuote.count(quoteRule(price, this.#before), flag);
    this.byLeeReady.count(inferred, flag);
    return flag === 0 ? inferred : flag;
  }

  /** What is built from changes of the book must not take a new one for a change of the old. */
  #onLost(): void {
    this.flow.interrupt();
    // A best price told later than the book was known still holds.
    if (this.quoteId <= this.depth.lastId || this.quoteId < 0) this.#unquoted(false, false);
  }

  /** A side has no best price any more, or none is known. */
  #unquoted(hasBid: boolean, hasAsk: boolean): void {
    const { quote } = this;
    const { ticksPerPrice, lotsPerSize } = this.instrument;
    const { bids, asks } = this.depth.book;
    this.quoteId = Math.max(this.quoteId, this.depth.lastId);
    quote.bid = hasBid ? bids.priceAt(0) / ticksPerPrice : Number.NaN;
    quote.bidSize = hasBid ? bids.sizeAt(0) / lotsPerSize : Number.NaN;
    quote.ask = hasAsk ? asks.priceAt(0) / ticksPerPrice : Number.NaN;
    quote.askSize = hasAsk ? asks.sizeAt(0) / lotsPerSize : Number.NaN;
    this.flow.interrupt();
    if (this.timeUs === this.timeUs) this.#quotes.push(this.#clockUs(), quote);
  }

  // hot
  #quoted(id: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    const { ticksPerPrice, lotsPerSize } = this.instrument;
    const { quote } = this;
    this.quoteId = id;
    quote.bid = bid / ticksPerPrice;
    quote.bidSize = bidSize / lotsPerSize;
    quote.ask = ask / ticksPerPrice;
    quote.askSize = askSize / lotsPerSize;
    // A quote without a time of its own is as old as the newest message.
    if (this.timeUs !== this.timeUs) return;
    const mid = midPrice(quote);
    this.#quotes.push(this.#clockUs(), quote);
    this.flow.push(this.timeUs, quote);
    this.costs.onMid(this.timeUs, mid);
    if (this.liquidity.onMid(this.timeUs, mid)) this.area = this.profile.valueArea();
  }

  // hot
  #clockUs(): number {
    return this.instrument.quoteClock === 'exchange' ? this.#eventUs : this.#receivedUs;
  }

  /** Imbalance of the best level and microprice, of the quote. */
  // hot
  get imbalance1(): number {
    const { bidSize, askSize } = this.quote;
    return (bidSize - askSize) / (bidSize + askSize);
  }

  // hot
  get microprice(): number {
    return microPrice(this.quote);
  }

  /** Imbalance of five levels, of the book; NaN while it is out of sync. */
  // hot
  get imbalance5(): number {
    return this.depth.isSynced ? imbalance(this.depth.book, 5) : Number.NaN;
  }
}

/** Whether both prices are known. */
// hot
function isTwoSided({ bid, ask }: Quote): boolean {
  return bid === bid && ask === ask;
}
