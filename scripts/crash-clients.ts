// Sends portfolio commands to a process that may die at any moment, and remembers what it was told.

import { createGrpcClient, Fault } from '../engine/index.js';
import { Portfolio } from '../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { COMMAND_KINDS, requestOf, type Sent } from './crash-commands.js';

/** Commands in flight at a time. */
const IN_FLIGHT = 48;

/** Commands of earlier lives that may be sent again: fewer than a portfolio remembers. */
const RECENT = 2_000;

/** Share of commands that repeat an earlier one. */
const REPEATED_SHARE = 0.2;

/** What is known of all commands, over all lives of the process. */
export interface Book {
  readonly sent: Map<string, Sent>;
  /** Life of the process in which each was acknowledged first. */
  readonly acknowledged: Map<string, number>;
  /** Acknowledged as new although a life before had acknowledged them. */
  readonly acceptedTwice: Set<string>;
  /** Last deposit of each portfolio that was acknowledged. */
  readonly deposits: Map<string, string>;
}

/** A book with nothing in it. */
export function emptyBook(): Book {
  return {
    sent: new Map(),
    acknowledged: new Map(),
    acceptedTwice: new Set(),
    deposits: new Map(),
  };
}

/** Sends commands until the process is gone or `isOver`; `random` gives numbers below 1. */
export async function sendCommands(
  port: number,
  book: Book,
  { life, portfolios, random, isOver, onAcknowledged }: ClientOptions,
): Promise<void> {
  const client = createGrpcClient(Portfolio, `127.0.0.1:${port}`);
  const recent = [...book.sent.values()].slice(-RECENT);
  const next = (): Sent => {
    const old = recent[Math.floor(random() * recent.length)];
    if (old !== undefined && random() < REPEATED_SHARE) return old;
    const portfolio = portfolios[Math.floor(random() * portfolios.length)]!;
    const target = book.deposits.get(portfolio) ?? '';
    const known = COMMAND_KINDS[Math.floor(random() * COMMAND_KINDS.length)]!;
    // The first of all has nothing to correct.
    const kind = target === '' ? 'deposit' : known;
    const sent: Sent = { portfolio, id: `crash-${book.sent.size + 1}`, kind, target };
    book.sent.set(sent.id, sent);
    return sent;
  };
  const line = async (): Promise<void> => {
    while (!isOver()) {
      const sent = next();
      try {
        const answer = await client.call('command', requestOf(sent));
        note(book, sent, life, answer);
        if (answer.accepted) onAcknowledged();
      } catch (error) {
        // The process is gone, or has not answered in time: nobody knows what became of it.
        if (error instanceof Fault) return;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, line));
  client.close();
}

/** How commands are made and when to stop. */
export interface ClientOptions {
  /** Number of the process among those started. */
  readonly life: number;
  readonly portfolios: readonly string[];
  readonly random: () => number;
  readonly isOver: () => boolean;
  /** Told of each command that is acknowledged. */
  readonly onAcknowledged: () => void;
}

function note(
  book: Book,
  { id, kind, portfolio }: Sent,
  life: number,
  answer: { readonly accepted: boolean; readonly repeatedCommand: boolean },
): void {
  if (!answer.accepted) return;
  const before = book.acknowledged.get(id) ?? life;
  if (before < life && !answer.repeatedCommand) book.acceptedTwice.add(id);
  book.acknowledged.set(id, before);
  if (kind === 'deposit') book.deposits.set(portfolio, id);
}
