// Events and snapshots of earlier versions, read as today's.

import { daysOf } from '../calendar/index.js';
import type { LotMethod } from '../lots/index.js';
import { OWN_CURRENCY } from './account.js';
import { accountOfLedger, encodeAccount, type OldLedger } from './account-form.js';
import type { PortfolioFigures } from './answers.js';
import { noCloses } from './closes.js';
import type { Directory } from './directory.js';
import { DAY_UNTOLD, type PortfolioEvent } from './enter.js';
import { emptyHistory, encodeHistory } from './history.js';
import { encodedFigures } from './kept-figures.js';
import { type EncodedPortfolio, type PlainPortfolio, packedState } from './state-form.js';

/** An event of version 1 or 2. */
type OldEvent =
  | {
      readonly kind: 'traded';
      readonly commandId: string;
      readonly symbol: string;
      readonly quantity: bigint;
      readonly price: bigint;
      readonly fee: bigint;
    }
  | { readonly kind: 'cash_moved'; readonly commandId: string; readonly amount: bigint };

/** Everything that versions 1 and 2 wrote as it is written now. */
type OldPortfolio = Omit<PlainPortfolio, 'account' | 'history'> & { readonly ledger: OldLedger };

/** What versions 6 and 7 wrote. */
type Figured = Omit<EncodedPortfolio, 'figures'> & Pick<PlainPortfolio, 'figures'>;

/**
 * An event as today's. Versions 5 to 7 are, and version 4, which knew no options. Version 3 did
 * not tell what the market had entered before it. Versions 1 and 2 pooled lots, and what they made
 * is made again; they told no day: it is that of the session in which they come back, which is the
 * one they were made in.
 */
export function upcastEvent(from: number, event: unknown): PortfolioEvent {
  // An event of these versions is an entry as it is today.
  if (from >= 4) return event as PortfolioEvent;
  // What version 3 wrote is an entry as it is today too.
  if (from === 3) return { ...(event as PortfolioEvent), isUntold: true };
  // Only these two kinds were journaled.
  const old = event as OldEvent;
  const stated = { eventId: old.commandId, day: DAY_UNTOLD, currency: OWN_CURRENCY } as const;
  if (old.kind === 'cash_moved') return { kind: 'cash_moved', ...stated, amount: old.amount };
  const { symbol, quantity, price, fee } = old;
  return { kind: 'traded', ...stated, symbol, quantity, price, fee, pooled: true };
}

/**
 * A state as today's, whose books may be held as any version since 6 held them. Those before 8 had
 * the figures in full; those before 7 did not tell margin, which the next mark does. Those before 6
 * stored all in full; their floats were of the rows of their run: they and the risk are made anew
 * at the next mark.
 */
export function upcastState(
  from: number,
  encoded: unknown,
  method: LotMethod,
  directory: Directory,
): EncodedPortfolio {
  if (from === 6 || from === 7) {
    // The shape of both.
    const { figures, ...old } = encoded as Figured;
    const told = from === 6 ? withMargin(figures) : figures;
    return { ...old, figures: told && encodedFigures(told) };
  }
  const plain = plainOf(from, encoded, method, directory);
  return packedState({ ...plain, figures: withMargin(plain.figures) });
}

/** Figures of before version 7, which did not say what positions ask: the next mark does. */
function withMargin(figures: PortfolioFigures | undefined): PortfolioFigures | undefined {
  return figures === undefined ? undefined : { ...figures, margin: Number.NaN };
}

/**
 * A state as version 5 stored it; that of version 4 is, without options. Of versions 1 and 2 its
 * ledger is the opening balance of its books.
 */
function plainOf(
  from: number,
  encoded: unknown,
  method: LotMethod,
  directory: Directory,
): PlainPortfolio {
  // The shape of those versions, but for what may be absent.
  if (from === 4 || from === 5) return encoded as PlainPortfolio;
  if (from === 3) {
    // The shape of version 3, but for what may be absent.
    const old = encoded as PlainPortfolio;
    const { history } = old;
    // It did not tell when books were closed: no later than the latest entry.
    return history.closed === 0 ? old : { ...old, history: { ...history, closedDay: history.day } };
  }
  // The shape of those versions, under which it was stored.
  const { ledger, ...rest } = encoded as OldPortfolio;
  const day = rest.actionDate === 0 ? 0 : daysOf(rest.actionDate);
  const account = accountOfLedger(ledger, method, day, (row) => directory.symbolOf(row));
  return {
    ...rest,
    account: encodeAccount(account),
    history: { ...encodeHistory(emptyHistory(account, day)), closedDay: day },
    closes: noCloses(),
    flow: 0,
  };
}
