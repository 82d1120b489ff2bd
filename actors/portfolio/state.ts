// State of a portfolio actor: the exact ledger and its float mirror for marks and risk.

import { ScenarioBook, type ScenarioMatrix } from '../risk/index.js';
import { emptyLedger, type Holding, type Ledger } from './ledger.js';
import type { PortfolioFigures } from './messages.js';
import { formatDecimal, toFloat } from './money.js';

/** Command ids remembered for each portfolio; the oldest is forgotten first. */
const COMMAND_IDS_KEPT = 10_000;

/** Trades remembered for their rate: more than any rate that a policy may allow. */
const TRADE_TIMES_KEPT = 10_000;

/** Everything a portfolio actor owns. */
export interface PortfolioState {
  readonly key: string;
  readonly ledger: Ledger;
  /** Ids of commands applied, oldest first. */
  readonly commandIds: Set<string>;
  /** Event times of the last trades that were judged, oldest first. Units: microseconds. */
  readonly tradeTimesUs: number[];
  /** Positions as floats, ascending by row; rebuilt when `isStale`: holdings have changed. */
  rows: Int32Array;
  quantities: Float64Array;
  costs: Float64Array;
  exposures: Float64Array;
  isStale: boolean;
  /** The ledger's cash and realised profit as texts; empty when they are to be written anew. */
  cashText: string;
  realisedText: string;
  /** The ledger and command ids as last copied out, while they have not changed since. */
  copied: CopiedLedger | undefined;
  readonly book: ScenarioBook;
  pointIndex: number;
  /** Last session whose corporate actions were applied, so that a replay repeats none. */
  actionDate: number;
  equityPeak: number;
  /** Equity at the last close before this session. */
  equityAtClose: number;
  readonly breached: boolean[];
  figures: PortfolioFigures | undefined;
}

/** What only events change: closes, which come far more often, copy it out once. */
interface CopiedLedger {
  readonly ledger: Ledger;
  readonly commandIds: readonly string[];
}

/** The state of a portfolio that has done nothing. */
export function emptyState(key: string, matrix: ScenarioMatrix): PortfolioState {
  return {
    key,
    ledger: emptyLedger(),
    commandIds: new Set(),
    tradeTimesUs: [],
    rows: new Int32Array(0),
    quantities: new Float64Array(0),
    costs: new Float64Array(0),
    exposures: new Float64Array(0),
    isStale: true,
    cashText: '',
    realisedText: '',
    copied: undefined,
    book: new ScenarioBook(matrix),
    pointIndex: -1,
    actionDate: 0,
    equityPeak: 0,
    equityAtClose: Number.NaN,
    breached: [],
    figures: undefined,
  };
}

/** Remembers a command id, forgetting the oldest beyond the bound. */
export function rememberCommand(state: PortfolioState, commandId: string): void {
  state.commandIds.add(commandId);
  if (state.commandIds.size <= COMMAND_IDS_KEPT) return;
  for (const oldest of state.commandIds) {
    state.commandIds.delete(oldest);
    break;
  }
}

/** Remembers when a trade was judged, forgetting the oldest beyond the bound. */
export function rememberTrade(state: PortfolioState, timeUs: number): void {
  state.tradeTimesUs.push(timeUs);
  if (state.tradeTimesUs.length > TRADE_TIMES_KEPT) state.tradeTimesUs.shift();
}

/** Notes that an event has changed the ledger, and perhaps what it holds. */
export function noteChange(state: PortfolioState, changesHoldings: boolean): void {
  state.cashText = '';
  state.copied = undefined;
  if (changesHoldings) state.isStale = true;
}

/** Rebuilds the float mirror from the ledger, rows ascending so that sums have one order. */
export function refreshMirror(state: PortfolioState): void {
  if (state.cashText === '') {
    const { cash, realised, dividends, fees } = state.ledger;
    state.cashText = formatDecimal(cash);
    state.realisedText = formatDecimal(realised + dividends - fees);
  }
  if (!state.isStale) return;
  state.isStale = false;
  const rows = [...state.ledger.holdings.keys()].sort((a, b) => a - b);
  state.rows = Int32Array.from(rows);
  state.quantities = new Float64Array(rows.length);
  state.costs = new Float64Array(rows.length);
  state.exposures = new Float64Array(rows.length);
  rows.forEach((row, index) => {
    const holding = state.ledger.holdings.get(row)!;
    state.quantities[index] = toFloat(holding.quantity);
    state.costs[index] = toFloat(holding.cost);
  });
  state.book.hold(state.rows);
}

/** A portfolio's state as plain data, for snapshots. */
export interface EncodedPortfolio {
  readonly key: string;
  readonly ledger: Ledger;
  readonly commandIds: readonly string[];
  readonly pointIndex: number;
  readonly actionDate: number;
  readonly equityPeak: number;
  readonly equityAtClose: number;
  readonly breached: readonly boolean[];
  readonly figures: PortfolioFigures | undefined;
  readonly exposures: Float64Array;
  /** What the risk figures were made from. */
  readonly risk: { readonly exposures: Float64Array; readonly dayIndex: number };
  /** Absent where no trade was judged. */
  readonly tradeTimesUs?: readonly number[];
  /** Whether the ledger has changed since: then the next mark makes the floats and risk anew. */
  readonly isStale?: boolean;
}

/** The floats of a state whose ledger has changed since they were made: they count for nothing. */
const STALE = {
  exposures: new Float64Array(0),
  risk: { exposures: new Float64Array(0), dayIndex: Number.NaN },
  isStale: true,
} as const;

/** Copies a state out. */
export function encodeState(state: PortfolioState): EncodedPortfolio {
  state.copied ??= {
    ledger: copyOf(state.ledger),
    commandIds: [...state.commandIds],
  };
  return {
    key: state.key,
    ...state.copied,
    pointIndex: state.pointIndex,
    actionDate: state.actionDate,
    equityPeak: state.equityPeak,
    equityAtClose: state.equityAtClose,
    breached: [...state.breached],
    figures: state.figures,
    ...(state.tradeTimesUs.length > 0 && { tradeTimesUs: [...state.tradeTimesUs] }),
    ...(state.isStale ? STALE : { exposures: state.exposures.slice(), risk: state.book.applied() }),
  };
}

function copyOf(ledger: Ledger): Ledger {
  const holdings = new Map<number, Holding>();
  for (const [row, { quantity, cost }] of ledger.holdings) holdings.set(row, { quantity, cost });
  return { ...ledger, holdings };
}

/**
 * Brings a state that version 1 encoded into today's form: it did not say what its risk figures
 * were made from, so floats and risk are made anew at the next mark.
 */
export function upcastState(_from: number, encoded: unknown): EncodedPortfolio {
  // Version 1 wrote every other field as it is written now.
  return { ...(encoded as Omit<EncodedPortfolio, 'risk' | 'exposures'>), ...STALE };
}

/** Copies a state back in. */
export function decodeState(encoded: EncodedPortfolio, matrix: ScenarioMatrix): PortfolioState {
  const state = emptyState(encoded.key, matrix);
  Object.assign(state.ledger, copyOf(encoded.ledger));
  for (const id of encoded.commandIds) state.commandIds.add(id);
  state.pointIndex = encoded.pointIndex;
  state.actionDate = encoded.actionDate;
  state.equityPeak = encoded.equityPeak;
  state.equityAtClose = encoded.equityAtClose;
  state.breached.push(...encoded.breached);
  state.figures = encoded.figures;
  state.tradeTimesUs.push(...(encoded.tradeTimesUs ?? []));
  if (encoded.isStale === true) return state;
  refreshMirror(state);
  state.exposures.set(encoded.exposures.subarray(0, state.exposures.length));
  const { exposures, dayIndex } = encoded.risk;
  // A book that has changed since its risk was made waits for its next turn.
  if (exposures.length === state.rows.length && !Number.isNaN(dayIndex)) {
    state.book.update(exposures, dayIndex, true);
  }
  return state;
}
