// The portfolio actor: commands are decided and journaled, points value the book.

import { type Behaviour, hashText, type Turn } from '../../engine/index.js';
import { FREE, type LimitConfig, type Standing } from '../limits/index.js';
import { DEFAULT_POLICY, type PretradePolicy, type TradingState } from '../pretrade/index.js';
import { type ScenarioMatrix, ScenarioTrial } from '../risk/index.js';
import { type CheckDeps, checkOrder, enforceRules, unlessKilled } from './check.js';
import {
  checkCommandId,
  type Decision,
  type Directory,
  decideCash,
  decideTrade,
  readTrade,
} from './decide.js';
import { assertIdentity, fold, type PortfolioEvent } from './ledger.js';
import { mark } from './mark.js';
import type {
  CommandApplied,
  CorporateAction,
  PortfolioMessage,
  PortfolioShown,
  TradeCommand,
} from './messages.js';
import { formatDecimal, fromFloat, toFloat } from './money.js';
import {
  decodeState,
  type EncodedPortfolio,
  emptyState,
  encodeState,
  noteChange,
  type PortfolioState,
  rememberCommand,
  rememberTrade,
  upcastState,
} from './state.js';

/** What portfolio actors stand on. */
export interface PortfolioDeps {
  readonly directory: Directory;
  readonly matrix: ScenarioMatrix;
  readonly pointsPerSession: number;
  limitsOf(key: string): readonly LimitConfig[];
  /** What orders are judged by; the default where it is left out. */
  readonly policy?: PretradePolicy;
  /** What broken limits let a portfolio trade; all where it is left out. */
  standingOf?(key: string, broken: readonly boolean[], nowUs: number): Standing;
  /** Told what a portfolio is worth, after it was marked. */
  onMarked?(key: string, mark: PortfolioMarked): void;
  /** Whether a row may be traded now; always where it is left out. */
  tradingOf?(row: number): TradingState;
  /** What the configuration gives a portfolio before its first command. */
  openingEvents(key: string): readonly PortfolioEvent[];
}

/** What a portfolio is worth at a point. Valid until its next turn. Units: dollars. */
export interface PortfolioMarked {
  readonly pointIndex: number;
  readonly equity: number;
  readonly net: number;
  readonly gross: number;
  /** Rows held, and the exposure of each. */
  readonly rows: Int32Array;
  readonly exposures: Float64Array;
  /** Profit in each scenario. */
  readonly profits: Float64Array;
}

/** Version of the encoding of a portfolio's events and state: see `upcastState`. */
export const PORTFOLIO_VERSION = 2;

/** The behaviour of `portfolio/<id>`. */
export function createPortfolioBehaviour(
  deps: PortfolioDeps,
): Behaviour<PortfolioState, PortfolioMessage, PortfolioEvent> {
  const checks = checksOf(deps);
  return {
    kind: 'portfolio',
    version: PORTFOLIO_VERSION,
    lanes: {
      trade: { lane: 'command', overflow: 'reject' },
      cash: { lane: 'command', overflow: 'reject' },
      show_portfolio: { lane: 'command', overflow: 'reject' },
      check_order: { lane: 'command', overflow: 'reject' },
      corporate_action: { lane: 'data', overflow: 'reject' },
      marked: { lane: 'data', overflow: 'reject' },
    },
    initial(key) {
      const state = emptyState(key, deps.matrix);
      for (const event of deps.openingEvents(key)) applyEvent(state, event, deps.directory);
      return state;
    },
    receive(state, message, turn) {
      switch (message.kind) {
        case 'trade':
          onCommand(state, message.commandId, turn, () =>
            decideChecked(state, message, checks(state.key), turn.nowUs),
          );
          break;
        case 'cash':
          onCommand(state, message.commandId, turn, () => decideCash(state, message));
          break;
        case 'corporate_action':
          onAction(state, message, deps.directory);
          break;
        case 'marked':
          if (message.opensSession) state.actionDate = message.date;
          mark(state, message, deps.limitsOf(state.key), budgetOf(state.key, deps), turn);
          tellMarked(state, deps);
          break;
        case 'show_portfolio':
          turn.reply(show(state, deps.directory));
          break;
        case 'check_order': {
          const checked = checkOrder(state, message, checks(state.key), turn.nowUs);
          if (checked.kind === 'refusal') turn.refuse(checked);
          else turn.reply(checked);
          break;
        }
      }
    },
    evolve: (state, event) => applyEvent(state, event, deps.directory),
    encode: encodeState,
    // The shape is this behaviour's own: `encode` wrote it under the same version.
    decode: (encoded) => decodeState(encoded as EncodedPortfolio, deps.matrix),
    upcast: upcastState,
    // Events are what they were in version 1.
    upcastEvent: (_from, event) => event as PortfolioEvent,
  };
}

function tellMarked({ key, figures, rows, exposures, book }: PortfolioState, deps: PortfolioDeps) {
  if (deps.onMarked === undefined || figures === undefined) return;
  const { pointIndex, equity, netExposure: net, grossExposure: gross } = figures;
  const { profits } = book;
  deps.onMarked(key, { pointIndex, equity, net, gross, rows, exposures, profits });
}

function budgetOf(key: string, deps: PortfolioDeps) {
  const { pointsPerSession } = deps;
  return { pointsPerSession, phase: hashText(key) % pointsPerSession };
}

/** What the checks of each portfolio stand on; the trial is one for all of the thread. */
function checksOf(deps: PortfolioDeps): (key: string) => CheckDeps {
  const { directory, policy = DEFAULT_POLICY, matrix } = deps;
  const trial = new ScenarioTrial(matrix);
  const tradingOf = (row: number): TradingState => deps.tradingOf?.(row) ?? 'open';
  return (key) => ({
    directory,
    policy,
    trial,
    tradingOf,
    limits: deps.limitsOf(key),
    standingOf: (broken, nowUs) => deps.standingOf?.(key, broken, nowUs) ?? FREE,
  });
}

/** Decides a trade, and where the policy is enforced lets every rule judge it. */
function decideChecked(
  state: PortfolioState,
  command: TradeCommand,
  checks: CheckDeps,
  nowUs: number,
): Decision {
  if (!checks.policy.enforce) {
    return unlessKilled(state, decideTrade(state, command, checks.directory), checks, nowUs);
  }
  const trade = readTrade(command, checks.directory);
  return trade.kind === 'refusal' ? trade : enforceRules(state, trade, checks, nowUs);
}

function applyEvent(state: PortfolioState, event: PortfolioEvent, directory: Directory): void {
  if (event.kind === 'traded') {
    // Events name the symbol; rows are this run's own numbering. A symbol that this run does not
    // have gets a row below zero: carried at cost, in nobody's way.
    const row = directory.rowOf(event.symbol) ?? -1 - hashText(event.symbol);
    fold(state.ledger, { ...event, row });
    if (event.timeUs !== undefined) rememberTrade(state, event.timeUs);
  } else {
    fold(state.ledger, event);
  }
  assertIdentity(state.ledger);
  if (event.kind === 'traded' || event.kind === 'cash_moved')
    rememberCommand(state, event.commandId);
  noteChange(state, event.kind === 'traded' || event.kind === 'split');
}

function onCommand(
  state: PortfolioState,
  commandId: string,
  turn: Turn<PortfolioEvent>,
  decide: () => Decision,
): void {
  const bad = checkCommandId(commandId);
  if (bad !== undefined) {
    turn.refuse(bad);
    return;
  }
  const repeated = state.commandIds.has(commandId);
  const applied: CommandApplied = { kind: 'command_applied', commandId, repeated };
  if (!repeated) {
    const decision = decide();
    if (decision.kind === 'refusal') {
      turn.refuse(decision);
      return;
    }
    turn.persist(decision);
  }
  turn.reply(applied);
}

/**
 * Applies a split, then a dividend, which is paid on the new shares. These follow from the feed,
 * which is replayed from its source, so they are folded without being journaled; `actionDate` keeps
 * a replayed session from doubling.
 */
function onAction(state: PortfolioState, action: CorporateAction, directory: Directory): void {
  const { row, date, split, dividend } = action;
  if (date <= state.actionDate || !state.ledger.holdings.has(row)) return;
  if (split !== 1) {
    applyEvent(state, { kind: 'split', row, date, ratio: fromFloat(split) }, directory);
  }
  if (dividend > 0) {
    applyEvent(
      state,
      { kind: 'dividend_paid', row, date, perShare: fromFloat(dividend) },
      directory,
    );
  }
}

function show(state: PortfolioState, directory: Directory): PortfolioShown {
  const equity = state.figures?.equity ?? toFloat(state.ledger.cash);
  const rows = [...state.ledger.holdings.keys()].sort((a, b) => a - b);
  return {
    kind: 'portfolio_shown',
    figures: state.figures,
    scenarioProfits: state.book.profits.slice(),
    positions: rows.map((row) => {
      const { quantity, cost } = state.ledger.holdings.get(row)!;
      const last = directory.lastPrice(row);
      const size = toFloat(quantity);
      const marketValue = last === last ? size * last : toFloat(cost);
      return {
        row,
        symbol: directory.symbolOf(row),
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
