// Compares our compliance figures with a reference case; pure, the caller reads the files.

import { dateOf, dateText, daysOf } from '../calendar/index.js';
import {
  closeLots,
  formatUnits,
  LOT_METHODS,
  type Lot,
  type LotMethod,
  type LotPick,
  parseUnits,
} from '../lots/index.js';
import {
  accept,
  attempt,
  differences,
  listOf,
  numberOf,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  stated,
  type Tolerance,
  textOf,
  told,
  unknownWord,
  verdictOn,
} from '../reference/index.js';
import {
  countDayTrades,
  type DayOrder,
  FINRA_PATTERN_RULE,
  parseDate,
  patternDayTrader,
} from './day-trading.js';
import { WASH_SALE_LAW, type WashTrade, washSales } from './wash-sale.js';

type Words = ReferenceCase['params'];

/**
 * Decimals of money in the reference cases: quotients that do not end stay exact far below the 28
 * digits they are written with.
 */
const MONEY_SCALE = 40;
const QUANTITY_SCALE = 12;

const KNOWN: Readonly<Record<string, { readonly params: string[]; readonly input: string[] }>> = {
  wash_sale: { params: ['windowDays'], input: ['transactions', 'sellLot'] },
  tax_lots: { params: ['method'], input: ['transactions'] },
  pattern_day_trader: { params: ['threshold', 'windowBusinessDays', 'percent'], input: ['days'] },
  count_day_trades: { params: [], input: ['startPosition', 'orders'] },
};

/** Compares one case of `compliance.json`. */
export function verifyComplianceCase(reference: ReferenceCase): ReferenceVerdict {
  const known = Object.hasOwn(KNOWN, reference.function) ? KNOWN[reference.function] : undefined;
  if (known === undefined) return skipped(`no function ${reference.function}`);
  const word =
    unknownWord(reference.params, known.params) ?? unknownWord(reference.input, known.input);
  if (word !== undefined) return skipped(`${reference.function} has no parameter ${word}`);
  const { params, input } = reference;
  const method = LOT_METHODS.find((name) => name === params['method']);
  switch (reference.function) {
    case 'wash_sale':
      return judge(() => washSale(params, input), reference);
    case 'tax_lots':
      if (method === undefined) {
        const name = textOf(params, 'method');
        return skipped(`no method ${name}`);
      }
      return judge(() => taxLots(method, input), reference);
    case 'pattern_day_trader':
      return judge(() => pattern(params, input), reference);
    default:
      return judge(() => dayTrades(input), reference);
  }
}

function judge(compute: () => unknown, reference: ReferenceCase): ReferenceVerdict {
  // The schema gives this file one tolerance a case.
  const tolerance = reference.tolerance as Tolerance;
  return verdictOn(attempt(compute), (got) => differences(got, reference.expected, tolerance));
}

/** An object of the file. Errors: a text, for the verdict. */
function wordsOf(value: unknown): Words {
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  throw new TypeError(`expected an object, was ${told(value)}`);
}

/** A number or a decimal as units. Errors: a text, for the verdict. */
function unitsOf(value: unknown, scale: number): bigint {
  const units = parseUnits(String(value), scale);
  if (units === undefined) throw new TypeError(`expected a decimal, was ${told(value)}`);
  return units;
}

function dateIn(value: unknown): number {
  const date = parseDate(String(value));
  if (date === undefined) throw new TypeError(`expected a date, was ${told(value)}`);
  return date;
}

function money(units: bigint): string {
  return formatUnits(units, MONEY_SCALE);
}

function shares(units: bigint): string {
  return formatUnits(units, QUANTITY_SCALE, 0);
}

/** One trade of the file, its fee in its amount. */
interface Trade extends WashTrade {
  readonly picks: readonly LotPick[];
}

const TRADE_WORDS = ['id', 'date', 'side', 'quantity', 'price', 'fee', 'sellLot', 'lots'];

function tradesOf(input: Words): readonly Trade[] {
  return listOf(input, 'transactions').map((value): Trade => {
    const words = stated(wordsOf(value));
    const word = unknownWord(words, TRADE_WORDS);
    if (word !== undefined) throw new TypeError(`expected no field ${word} in a transaction`);
    const side = textOf(words, 'side');
    if (side !== 'buy' && side !== 'sell') throw new TypeError(`expected buy or sell, was ${side}`);
    const quantity = unitsOf(words['quantity'], QUANTITY_SCALE);
    const price = unitsOf(words['price'], MONEY_SCALE - QUANTITY_SCALE);
    const fee = words['fee'] === undefined ? 0n : unitsOf(words['fee'], MONEY_SCALE);
    const amount = price * quantity + (side === 'buy' ? fee : -fee);
    const id = textOf(words, 'id');
    const day = daysOf(dateIn(words['date']));
    const picks = words['lots'] === undefined ? [] : listOf(words, 'lots').map(pickOf);
    const lot = words['sellLot'];
    const trade: Trade = { id, day, side, quantity, amount, picks };
    return lot === undefined ? trade : { ...trade, lotId: String(lot) };
  });
}

function pickOf(value: unknown): LotPick {
  if (Array.isArray(value)) return [String(value[0]), unitsOf(value[1], QUANTITY_SCALE)];
  throw new TypeError(`expected a lot and a quantity, was ${told(value)}`);
}

/** `sellLot` names one lot for every sale, or a lot for each sale by its id. */
function withSellLot(trade: Trade, sellLot: unknown): Trade {
  if (sellLot === undefined || sellLot === null || trade.side === 'buy') return trade;
  if (typeof sellLot === 'string') return { ...trade, lotId: sellLot };
  const lot = wordsOf(sellLot)[trade.id];
  return lot === undefined || lot === null ? trade : { ...trade, lotId: String(lot) };
}

/** A number of the case, or what the law says where it has none. */
function numberOr(params: Words, name: string, otherwise: number): number {
  return params[name] === undefined ? otherwise : numberOf(params, name);
}

function washSale(params: Words, input: Words): unknown {
  const windowDays = numberOr(params, 'windowDays', WASH_SALE_LAW.windowDays);
  const trades = tradesOf(input).map((trade) => withSellLot(trade, input['sellLot']));
  // The file's convention lengthens holding periods by the days since the purchase alone.
  const { sales, lots } = accept(washSales(trades, { windowDays, tacking: 'purchase' }));
  return {
    sales: sales.map((sale) => ({
      sellId: sale.id,
      raw_gain: money(sale.rawGain),
      disallowed_loss: money(sale.disallowedLoss),
      recognised_gain: money(sale.recognisedGain),
    })),
    lots: lots.map((lot) => ({
      id: lot.id,
      quantity: Number(shares(lot.quantity)),
      cost: money(lot.cost),
      basis: money(lot.basis),
      acquired_for_holding: dateText(dateOf(lot.heldFromDay)),
    })),
  };
}

function taxLots(method: LotMethod, input: Words): unknown {
  let lots: readonly Lot[] = [];
  let total = 0n;
  const realised: unknown[] = [];
  const trades = [...tradesOf(input)].sort((one, other) => one.day - other.day);
  for (const { id, day, side, quantity, amount, picks, lotId } of trades) {
    if (side === 'buy') {
      lots = [...lots, { id, openedDay: day, heldFromDay: day, quantity, cost: amount }];
      continue;
    }
    const wanted = picks.length === 0 && lotId !== undefined ? [[lotId, quantity] as const] : picks;
    const closing = accept(closeLots(lots, quantity, method, wanted));
    ({ lots } = closing);
    const cost = closing.matches.reduce((sum, match) => sum + match.cost, 0n);
    total += amount - cost;
    realised.push({
      sellId: id,
      proceeds: money(amount),
      cost: money(cost),
      gain: money(amount - cost),
      matches:
        method === 'average'
          ? [['average', shares(quantity), money(cost)]]
          : closing.matches.map((match) => [
              match.lotId,
              shares(match.quantity),
              money(match.cost),
            ]),
    });
  }
  return {
    realised,
    total_realised: money(total),
    open_quantity: shares(lots.reduce((sum, lot) => sum + lot.quantity, 0n)),
    open_cost: money(lots.reduce((sum, lot) => sum + lot.cost, 0n)),
    open_lots:
      method === 'average'
        ? []
        : lots.map((lot) => [lot.id, shares(lot.quantity), money(lot.cost)]),
  };
}

function pattern(params: Words, input: Words): unknown {
  const days = listOf(input, 'days').map((day) => {
    if (!Array.isArray(day)) throw new TypeError(`expected a list, was ${told(day)}`);
    return { date: dateIn(day[0]), dayTrades: Number(day[1]), trades: Number(day[2]) };
  });
  const law = FINRA_PATTERN_RULE;
  const result = accept(
    patternDayTrader(days, {
      threshold: numberOr(params, 'threshold', law.threshold),
      windowSessions: numberOr(params, 'windowBusinessDays', law.windowSessions),
      percent: numberOr(params, 'percent', law.percent),
    }),
  );
  return {
    pdt: result.isPattern,
    first_flag_date: result.firstFlagDate === undefined ? null : dateText(result.firstFlagDate),
    max_in_window: result.dayTradesMax,
  };
}

function dayTrades(input: Words): unknown {
  const orders = listOf(input, 'orders').map((order): DayOrder => {
    const [side, quantity] = Array.isArray(order) ? order : [];
    if (side === 'buy' || side === 'sell') return [side, Number(quantity)];
    throw new TypeError(`expected a side and a quantity, was ${told(order)}`);
  });
  return countDayTrades(numberOf(input, 'startPosition'), orders);
}
