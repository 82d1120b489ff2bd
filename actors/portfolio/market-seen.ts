// What the market had entered before a command: told with it, so that the books of a replay that
// begins again hold it where it stood, and not once more when the market comes to it.

import type { AccountEvent } from './account-event.js';
import { marketSince } from './history.js';
import type { CorporateAction } from './messages.js';
import type { Opening, PortfolioState } from './state.js';

/** What an event of a command tells of the market. */
export interface SeenOfMarket {
  /** Last session whose splits and dividends had all been told, yyyymmdd. */
  readonly seen: number;
  /** What had been told of the next; absent where nothing had. */
  readonly opening?: Opening;
  /** What the market had entered since the command before; absent where that is nothing. */
  readonly market?: readonly AccountEvent[];
}

/** What the next event of a command tells. */
export function seenBy({ actionDate, opening, history }: PortfolioState): SeenOfMarket {
  const market = marketSince(history);
  return {
    seen: actionDate,
    ...(opening !== undefined && { opening }),
    ...(market.length > 0 && { market }),
  };
}

/** What an event tells of the market and the books do not hold yet; it counts as told. */
export function takeSeen(
  state: PortfolioState,
  { seen = 0, opening, market = [] }: Partial<SeenOfMarket>,
): readonly AccountEvent[] {
  openSession(state, seen);
  if (opening !== undefined) for (const one of opening.symbols) addTold(state, opening.date, one);
  if (market.length === 0) return market;
  const held = new Set(marketSince(state.history).map(({ eventId }) => eventId));
  return market.filter(({ eventId }) => !held.has(eventId));
}

/** Notes that a session has come to its first point: all its splits and dividends are told. */
export function openSession(state: PortfolioState, date: number): void {
  state.actionDate = Math.max(state.actionDate, date);
  if ((state.opening?.date ?? 0) <= state.actionDate) state.opening = undefined;
}

/** Notes that a split or dividend is told; false where it was before, in this replay or another. */
export function noteTold(state: PortfolioState, { row, date }: CorporateAction): boolean {
  return addTold(state, date, state.directory.symbolOf(row));
}

function addTold(state: PortfolioState, date: number, symbol: string): boolean {
  const { opening } = state;
  if (date <= Math.max(state.actionDate, (opening?.date ?? 0) - 1)) return false;
  const symbols = opening?.date === date ? opening.symbols : [];
  if (symbols.includes(symbol)) return false;
  state.opening = { date, symbols: [...symbols, symbol] };
  return true;
}
