// The books of a live portfolio in the hands of a test.

import type { PortfolioFigures } from './answers.js';
import type { PortfolioEvent } from './enter.js';
import type { Marked, PortfolioMessage } from './messages.js';
import { type EncodedPortfolio, plainState } from './state-form.js';
import { testPortfolio } from './test-portfolio.js';

/** What the books may hold. */
export const SYMBOLS = ['AAA', 'BBB'];

/** Books that have their first cash, and what a test asks of them. */
export function openBooks() {
  const prices = Float64Array.of(100, 50);
  const { behaviour, receive } = testPortfolio(SYMBOLS, prices);
  let state = behaviour.initial('p1');
  const journal: PortfolioEvent[] = [];
  const send = (message: PortfolioMessage) => {
    const { events, effects } = receive(state, message);
    // Only the portfolio's own events are persisted here.
    journal.push(...(events as unknown as PortfolioEvent[]));
    return effects;
  };
  const ask = <T>(message: PortfolioMessage): T => {
    const answer = send(message).find(({ kind }) => kind === 'reply' || kind === 'refuse');
    // The test names the reply that its question has.
    return ((answer as { message?: unknown }).message ?? answer) as T;
  };
  let point = 0;
  const mark = (date: number, isClose = true): PortfolioFigures | undefined => {
    const message: Marked = {
      kind: 'marked',
      pointIndex: point,
      timeUs: point++,
      date,
      dayIndex: 600,
      isClose,
      opensSession: true,
      prices,
    };
    const told = send(message).find(({ kind }) => kind === 'publish');
    return (told as { event?: PortfolioFigures } | undefined)?.event;
  };
  const account = () => state.account;
  /** All of the state, however its books are held. */
  const picture = (): string =>
    // The behaviour encodes it so.
    text(plainState(behaviour.encode(state) as EncodedPortfolio));
  const copy = (): string => {
    const encoded = behaviour.encode(state);
    state = behaviour.decode(structuredClone(encoded), behaviour.version);
    return picture();
  };
  return {
    behaviour,
    send,
    ask,
    mark,
    prices,
    account,
    journal,
    copy,
    picture,
    state: () => state,
  };
}

/** Anything as text, to be compared. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
}
