// The portfolio actor: commands are decided and journaled, points value the book.

import { type Behaviour, hashText, type Turn } from '../../engine/index.js';
import type { LimitConfig } from '../limits/index.js';
import type { LotMethod } from '../lots/index.js';
import type { ScenarioMatrix } from '../risk/index.js';
import { costOf, quantityOf } from './account.js';
import { checkCommandId } from './decide.js';
import { decideCorrection, decideEntry } from './decide-entry.js';
import type { Directory } from './directory.js';
import { enterAction, enterEvent, enterOpenings, type PortfolioEvent } from './enter.js';
import { mark } from './mark.js';
import type {
  CommandApplied,
  CorrectCommand,
  EntryCommand,
  PortfolioMessage,
  PortfolioShown,
} from './messages.js';
import { formatDecimal, toFloat } from './money.js';
import { upcastEvent, upcastState } from './old-versions.js';
import { answerBooks } from './show-books.js';
import {
  decodeState,
  type EncodedPortfolio,
  emptyState,
  encodeState,
  type PortfolioState,
  rowOf,
} from './state.js';

/** What portfolio actors stand on. */
export interface PortfolioDeps {
  readonly directory: Directory;
  readonly matrix: ScenarioMatrix;
  readonly pointsPerSession: number;
  limitsOf(key: string): readonly LimitConfig[];
  /** How a portfolio chooses lots where a trade does not say. */
  methodOf(key: string): LotMethod;
  /** What the configuration gives a portfolio before its first command. */
  openingEvents(key: string): readonly PortfolioEvent[];
}

/** Version of the encoding of a portfolio's events and state: see `upcastState`. */
export const PORTFOLIO_VERSION = 3;

/** Commands and questions wait for each other; a full lane refuses. */
const COMMAND = { lane: 'command', overflow: 'reject' } as const;

/** What clients send: all of it waits in one order. */
const COMMAND_LANES = {
  trade: COMMAND,
  cash: COMMAND,
  charge: COMMAND,
  exchange: COMMAND,
  rate: COMMAND,
  transfer: COMMAND,
  action: COMMAND,
  correct: COMMAND,
  show_portfolio: COMMAND,
  show_lots: COMMAND,
  show_transactions: COMMAND,
  show_returns: COMMAND,
  reconcile: COMMAND,
  rebalance: COMMAND,
} as const;

/** The behaviour of `portfolio/<id>`. */
export function createPortfolioBehaviour(
  deps: PortfolioDeps,
): Behaviour<PortfolioState, PortfolioMessage, PortfolioEvent> {
  return {
    kind: 'portfolio',
    version: PORTFOLIO_VERSION,
    lanes: {
      ...COMMAND_LANES,
      corporate_action: { lane: 'data', overflow: 'reject' },
      marked: { lane: 'data', overflow: 'reject' },
    },
    initial(key) {
      const state = emptyState(key, deps, deps.methodOf(key));
      enterOpenings(state, deps.openingEvents(key));
      return state;
    },
    receive(state, message, turn) {
      switch (message.kind) {
        case 'trade':
        case 'cash':
        case 'charge':
        case 'exchange':
        case 'rate':
        case 'transfer':
        case 'action':
        case 'correct':
          onCommand(state, message, turn);
          break;
        case 'corporate_action':
          enterAction(state, message);
          break;
        case 'marked':
          if (message.opensSession) state.actionDate = message.date;
          mark(state, message, deps.limitsOf(state.key), budgetOf(state.key, deps), turn);
          break;
        case 'show_portfolio':
          turn.reply(show(state, deps.directory));
          break;
        case 'show_lots':
        case 'show_transactions':
        case 'show_returns':
        case 'reconcile':
        case 'rebalance':
          answerBooks(state, message, turn);
          break;
      }
    },
    evolve: enterEvent,
    encode: encodeState,
    // The shape is this behaviour's own: `encode` wrote it under the same version.
    decode: (encoded) => decodeState(encoded as EncodedPortfolio, deps),
    upcast: (from, encoded) => {
      // Every version has told its key.
      const { key } = encoded as { readonly key: string };
      return upcastState(from, encoded, deps.methodOf(key), deps.directory);
    },
    upcastEvent,
  };
}

function budgetOf(key: string, deps: PortfolioDeps) {
  const { pointsPerSession } = deps;
  return { pointsPerSession, phase: hashText(key) % pointsPerSession };
}

function onCommand(
  state: PortfolioState,
  command: EntryCommand | CorrectCommand,
  turn: Turn<PortfolioEvent>,
): void {
  const { commandId } = command;
  const bad = checkCommandId(commandId);
  if (bad !== undefined) {
    turn.refuse(bad);
    return;
  }
  const repeated = state.commandIds.has(commandId);
  const applied: CommandApplied = { kind: 'command_applied', commandId, repeated };
  if (!repeated) {
    const decision =
      command.kind === 'correct' ? decideCorrection(state, command) : decideEntry(state, command);
    if (decision.kind === 'refusal') {
      turn.refuse(decision);
      return;
    }
    turn.persist(decision);
  }
  turn.reply(applied);
}

function show(state: PortfolioState, directory: Directory): PortfolioShown {
  const equity = state.figures?.equity ?? state.cashValue;
  const held = Array.from(state.account.positions, ([symbol, position]) => {
    return { row: rowOf(directory, symbol), symbol, position };
  }).sort((one, other) => one.row - other.row);
  return {
    kind: 'portfolio_shown',
    figures: state.figures,
    scenarioProfits: state.book.profits.slice(),
    positions: held.map(({ row, symbol, position }) => {
      const quantity = quantityOf(position);
      const cost = costOf(position);
      const last = directory.lastPrice(row);
      const size = toFloat(quantity);
      const marketValue = last === last ? size * last : toFloat(cost);
      return {
        row,
        symbol,
        quantity: formatDecimal(quantity, 0),
        cost: formatDecimal(cost),
        averageCost: toFloat(cost) / size,
        last,
        marketValue,
        unrealised: marketValue - toFloat(cost),
        weight: marketValue / equity,
      };
    }),
  };
}
