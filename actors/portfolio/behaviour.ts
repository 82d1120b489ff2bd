// The portfolio actor: commands are decided and journaled, points value the book.

import { assert, type Behaviour, hashText, type Refusal, type Turn } from '../../engine/index.js';
import { FREE, type LimitConfig, type LimitTransition, type Standing } from '../limits/index.js';
import type { LotMethod } from '../lots/index.js';
import { DEFAULT_POLICY, type PretradePolicy, type TradingState } from '../pretrade/index.js';
import { type PortfolioMark, type ScenarioMatrix, ScenarioTrial } from '../risk/index.js';
import type { CommandApplied, PortfolioFigures } from './answers.js';
import { checkOrder, orderOf, refuseOrder, refuseTrade } from './check.js';
import { checkExercise, exerciseOf, refuseExercise } from './check-exercise.js';
import { checkCommandId } from './decide.js';
import { decideCorrection, decideEntry, equityMet, movedBy } from './decide-entry.js';
import type { Directory } from './directory.js';
import {
  enterAction,
  enterEvent,
  enterOpenings,
  enterSettlements,
  type PortfolioEvent,
} from './enter.js';
import { type MarkRules, mark } from './mark.js';
import { openSession, seenBy } from './market-seen.js';
import type {
  CheckOrder,
  CorrectCommand,
  EntryCommand,
  Marked,
  PortfolioMessage,
} from './messages.js';
import { upcastEvent, upcastState } from './old-versions.js';
import { OpenBooks } from './open-books.js';
import { namesOf } from './option-mark.js';
import type { OptionPolicy } from './option-pricing.js';
import type { CheckDeps } from './order-facts.js';
import { refuseOther } from './repeated.js';
import { show } from './show.js';
import { answerBooks } from './show-books.js';
import { emptyState, type PortfolioState, refreshMirror } from './state.js';
import { decodeState, type EncodedPortfolio, encodeState } from './state-form.js';

/** What portfolio actors stand on. */
export interface PortfolioDeps {
  readonly directory: Directory;
  readonly matrix: ScenarioMatrix;
  readonly pointsPerSession: number;
  limitsOf(key: string): readonly LimitConfig[];
  /** What orders are judged by; the default where it is left out. */
  readonly policy?: PretradePolicy;
  /** What broken limits let a portfolio trade of a row, if any; all where it is left out. */
  standingOf?(key: string, broken: readonly boolean[], nowUs: number, row?: number): Standing;
  /** Whether a limit of a portfolio, by its place, is set aside; none is where it is left out. */
  isOverridden?(key: string, limit: number, nowUs: number): boolean;
  /** What options are priced by; the default where it is left out. */
  readonly optionPolicy?: OptionPolicy;
  /**
   * Told what a portfolio is worth, after it was marked, and which limits that has broken or
   * mended: also where its past is folded again, which publishes nothing. The mark is valid until
   * its next turn.
   */
  onMarked?(
    key: string,
    mark: PortfolioMark,
    figures: PortfolioFigures,
    transitions: readonly LimitTransition[],
  ): void;
  /** Whether a row may be traded now; always where it is left out. */
  tradingOf?(row: number): TradingState;
  /** How a portfolio chooses lots where a trade does not say. */
  methodOf(key: string): LotMethod;
  /** What the configuration gives a portfolio before its first command. */
  openingEvents(key: string): readonly PortfolioEvent[];
}

/** Version of the encoding of a portfolio's events and state: see `upcastState`. */
export const PORTFOLIO_VERSION = 8;

/** Commands and questions wait for each other; a full lane refuses. */
const COMMAND = { lane: 'command', overflow: 'reject' } as const;

/** Where each message waits. */
const LANES = {
  trade: COMMAND,
  cash: COMMAND,
  charge: COMMAND,
  exchange: COMMAND,
  rate: COMMAND,
  transfer: COMMAND,
  action: COMMAND,
  option: COMMAND,
  correct: COMMAND,
  show_portfolio: COMMAND,
  show_lots: COMMAND,
  show_transactions: COMMAND,
  show_returns: COMMAND,
  show_tax: COMMAND,
  show_books: COMMAND,
  reconcile: COMMAND,
  rebalance: COMMAND,
  check_order: COMMAND,
  corporate_action: { lane: 'data', overflow: 'reject' },
  marked: { lane: 'data', overflow: 'reject' },
} as const;

/** The behaviour of `portfolio/<id>`. */
export function createPortfolioBehaviour(
  given: PortfolioDeps,
): Behaviour<PortfolioState, PortfolioMessage, PortfolioEvent> {
  const deps = { ...given, openBooks: new OpenBooks() };
  const checks = checksOf(deps);
  return {
    kind: 'portfolio',
    version: PORTFOLIO_VERSION,
    lanes: LANES,
    initial(key) {
      const state = emptyState(key, deps, deps.methodOf(key));
      enterOpenings(state, deps.openingEvents(key));
      // Thousands begin at once: what the first mark reads is taken while they are open.
      refreshMirror(state);
      state.books.close();
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
        case 'option':
        case 'correct':
          onCommand(state, message, checks(state.key), turn);
          break;
        case 'corporate_action':
          enterAction(state, message);
          break;
        case 'marked':
          onMarked(state, message, deps, turn);
          break;
        case 'show_portfolio':
          turn.reply(show(state, deps.directory, (deps.policy ?? DEFAULT_POLICY).margin));
          break;
        case 'check_order':
          onCheck(state, message, checks(state.key), turn);
          break;
        case 'show_lots':
        case 'show_transactions':
        case 'show_returns':
        case 'show_tax':
        case 'show_books':
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

function onMarked(state: PortfolioState, message: Marked, deps: PortfolioDeps, turn: Turn): void {
  if (message.opensSession) openSession(state, message.date);
  if (message.isClose && message.pointIndex > state.pointIndex) enterSettlements(state, message);
  const { key } = state;
  const isFirst = state.marked === undefined;
  const { flow, transitions, figures } = mark(state, message, rulesOf(key, deps), turn);
  // They were looked into for what is held, and few will be again.
  if (isFirst) state.books.close();
  if (deps.onMarked === undefined || figures === undefined) return;
  const { pointIndex, equity, netExposure: net, grossExposure: gross, riskAsOfUs } = figures;
  const { book } = state;
  const { rows, exposures } = namesOf(state);
  const worth = {
    pointIndex,
    equity,
    net,
    gross,
    gamma: figures.options?.gamma ?? 0,
    vega: figures.options?.vega ?? 0,
    margin: figures.margin,
    flow,
    flowOn: state.flow,
    rows,
    exposures,
    book,
    firstDay: book.firstDay,
    riskAsOfUs,
  };
  deps.onMarked(key, worth, figures, transitions);
}

/** What the checks of each portfolio stand on; the trial is one for all of the thread. */
function checksOf(deps: PortfolioDeps): (key: string) => CheckDeps {
  const { policy = DEFAULT_POLICY, matrix } = deps;
  const trial = new ScenarioTrial(matrix);
  const tradingOf = (row: number): TradingState => deps.tradingOf?.(row) ?? 'open';
  return (key) => ({
    policy,
    trial,
    tradingOf,
    limits: deps.limitsOf(key),
    standingOf: (broken, nowUs, row) => deps.standingOf?.(key, broken, nowUs, row) ?? FREE,
    isOverridden: (limit, nowUs) => deps.isOverridden?.(key, limit, nowUs) ?? false,
  });
}

function rulesOf(key: string, deps: PortfolioDeps): MarkRules {
  const { pointsPerSession, policy = DEFAULT_POLICY } = deps;
  const budget = { pointsPerSession, phase: hashText(key) % pointsPerSession };
  return { limits: deps.limitsOf(key), budget, margin: policy.margin };
}

function onCheck(state: PortfolioState, order: CheckOrder, checks: CheckDeps, turn: Turn): void {
  const check = order.side === 'exercise' ? checkExercise : checkOrder;
  const checked = check(state, order, checks, turn.nowUs);
  if (checked.kind === 'refusal') turn.refuse(checked);
  else turn.reply(checked);
}

function onCommand(
  state: PortfolioState,
  command: EntryCommand | CorrectCommand,
  checks: CheckDeps,
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
  const other = repeated ? refuseOther(state, command) : undefined;
  if (other !== undefined) {
    turn.refuse(other);
    return;
  }
  if (!repeated) {
    const decision = decide(state, command, checks, turn.nowUs);
    if (decision.kind === 'refusal') {
      turn.refuse(decision);
      return;
    }
    const moved = movedBy(state, decision);
    const { length } = state.waiting;
    const equityBefore = equityMet(state, decision);
    turn.persist(
      Object.assign(
        decision,
        seenBy(state),
        moved && { moved },
        equityBefore !== undefined && { equityBefore },
      ),
    );
    assert(state.waiting.length <= length, 'portfolio.entry_applies');
  }
  turn.reply(applied);
}

/** Decides a command, and judges what of it is an order. */
function decide(
  state: PortfolioState,
  command: EntryCommand | CorrectCommand,
  checks: CheckDeps,
  nowUs: number,
): PortfolioEvent | Refusal {
  const isTrade = command.kind === 'trade';
  const early = isTrade ? refuseTrade(state, command, checks, nowUs) : undefined;
  if (early !== undefined) return early;
  const decision =
    command.kind === 'correct' ? decideCorrection(state, command) : decideEntry(state, command);
  if (decision.kind === 'refusal') return decision;
  const order = decision.kind === 'reversed' ? orderOf(state, decision) : undefined;
  const exercise = exerciseOf(state, decision);
  const refused =
    order !== undefined
      ? refuseOrder(state, order, checks, nowUs)
      : exercise !== undefined
        ? refuseExercise(state, decision, exercise, { deps: checks, nowUs })
        : undefined;
  if (refused !== undefined) return refused;
  // What was judged tells when, for the rate of those to come.
  const isOrder = isTrade || order !== undefined || exercise !== undefined;
  const isJudged = isOrder && checks.policy.enforce;
  return isJudged ? Object.assign(decision, { timeUs: nowUs }) : decision;
}
