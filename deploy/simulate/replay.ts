// A portfolio made again from what is durable: the judge of recovery, and of live decisions.

import {
  fromFloat,
  PORTFOLIO_VERSION,
  type PortfolioDeps,
  type PortfolioMessage,
} from '../../actors/portfolio/index.js';
import {
  type Address,
  type AnyBehaviour,
  keyOf,
  type Message,
  type Snapshot,
  type StoredRecord,
  TurnRecorder,
  toJson,
} from '../../engine/index.js';
import { Openings } from '../roles/openings.js';
import { createShardBehaviours } from '../roles/shard-behaviours.js';
import type { ShardClock } from '../roles/shard-config.js';
import { stateText } from '../roles/state-text.js';
import { type MarketStep, type MarketWalk, SYMBOLS } from './market-walk.js';
import { operationOf } from './operations.js';
import type { Returns } from './returns.js';
import { configOf } from './setting.js';
import { PLAIN, watchedOf } from './watched.js';

/** What is replayed. */
export interface ReplayOptions {
  readonly seed: number;
  readonly walk: MarketWalk;
  readonly returns: Returns;
  readonly address: Address;
  readonly records: readonly StoredRecord[];
  /** Steps of the market that the live actor has seen. */
  readonly steps: number;
  /** State to begin with, at a snapshot of its shard, or nothing for the beginning. */
  readonly from:
    | { readonly actor: Snapshot; readonly id: number; readonly clock: ShardClock }
    | undefined;
  readonly wrapBehaviours: (behaviours: AnyBehaviour[]) => AnyBehaviour[];
  /** Told what each mark has come to. */
  readonly onMarked?: PortfolioDeps['onMarked'];
}

/** The replayed state as text, or what went otherwise than it did live. */
export type Replayed =
  | { readonly kind: 'state'; readonly text: string }
  | { readonly kind: 'objection'; readonly text: string };

/** Points before and behind one whose prices a decision may have seen. */
const POINTS_NEAR = 60;

/** What the behaviours of every replay follow. */
const CONFIG = configOf(0, PLAIN);

const OPENINGS = new Openings(CONFIG.openings, SYMBOLS);

/** What the runtime stamps on a portfolio's events. */
const VERSION = { eventVersion: PORTFOLIO_VERSION };

/** Replays a portfolio: market and events in their order, each command decided once more. */
export function replayPortfolio(options: ReplayOptions): Replayed {
  const { walk, returns, address, records, steps, from } = options;
  let prices: Float64Array = new Float64Array(SYMBOLS.length);
  let lastPoint = from?.clock.lastPoint ?? -1;
  const market = { lastPrice: (row: number) => prices[row] ?? Number.NaN, matrix: returns.matrix };
  const { board } = watchedOf(options.seed);
  const live = options.onMarked && { onMarked: options.onMarked };
  const behaviours = createShardBehaviours({ ...CONFIG, board }, market, OPENINGS, live);
  const [behaviour] = options.wrapBehaviours(behaviours);
  if (behaviour === undefined) return { kind: 'objection', text: 'expected a behaviour, was none' };
  returns.rewind(from === undefined ? 0 : from.clock.dayIndex + 1);
  const state =
    from === undefined
      ? behaviour.initial(keyOf(address))
      : behaviour.decode(from.actor.state, behaviour.version);
  const turn = new TurnRecorder();
  const receive = (message: PortfolioMessage, recorded?: Message): void => {
    const evolve = (event: Message): void => {
      behaviour.evolve(state, recorded === undefined ? event : asMet(event, recorded));
    };
    turn.begin(address, 0, 'judge', evolve, () => 0);
    behaviour.receive(state, message, turn);
  };
  let next = from?.actor.sequence ?? 0;
  let frames = from === undefined ? 0 : walk.framesAt(from.id);
  for (let step = from?.clock.step ?? 0; ; step++) {
    for (; next < records.length && (records[next]!.place ?? 0) <= step; next++) {
      const { event } = records[next]!;
      // The portfolio's events carry the id of their command.
      const { eventId } = event as unknown as { readonly eventId: string };
      const { message } = operationOf(options.seed, eventId);
      if (message.kind === 'trade') prices = pricesSeen(walk, lastPoint, message.symbol, event);
      receive(message, event);
      const decided = turn.events[0] && asMet(turn.events[0], event);
      if (decided === undefined || toJson({ ...decided, ...VERSION }) !== toJson(event)) {
        const was = decided === undefined ? 'nothing' : toJson(decided);
        const text = `expected ${address} to decide ${toJson(event)} again, was ${was}`;
        return { kind: 'objection', text };
      }
    }
    if (step >= steps) break;
    let frame = walk.at(frames++);
    while (frame.kind === 'snapshot') frame = walk.at(frames++);
    if (frame.kind === 'point') {
      returns.replay(frame);
      lastPoint = frame.pointIndex;
    }
    if (frame.kind !== 'open') receive(messageOf(frame));
  }
  return { kind: 'state', text: stateText(address, behaviour.encode(state)) };
}

/**
 * A decision with what the recorded one met of last prints, which are no steps of the market: the
 * equity, which both must tell where one does, and the price of what was transferred and the
 * volatility that the price of an option implied, which there may be at one price and not at
 * another. In the order of the recorded one.
 */
function asMet(event: Message, recorded: Message): Message {
  const met = new Map<string, unknown>(Object.entries(event));
  if ('equityBefore' in event && 'equityBefore' in recorded) {
    met.set('equityBefore', recorded.equityBefore);
  }
  for (const [name, value] of [
    ['moved', 'moved' in recorded ? recorded.moved : undefined],
    ['volatility', 'volatility' in recorded ? recorded.volatility : undefined],
  ] as const) {
    if (value === undefined) met.delete(name);
    else met.set(name, value);
  }
  const names = [...Object.keys(recorded), ...met.keys()].filter((name) => met.has(name));
  // It has every field of the event, so its kind too.
  return Object.fromEntries(names.map((name) => [name, met.get(name)])) as unknown as Message;
}

/**
 * The prices that a trade was decided at. Its place says between which steps it lies, but prints
 * are none: it may have seen those of the next point, and rows of a shard that is ahead, or that
 * goes again through its past. It must be a price that its row has had near by.
 */
function pricesSeen(
  walk: MarketWalk,
  lastPoint: number,
  symbol: string,
  event: Message,
): Float64Array {
  const row = (SYMBOLS as readonly string[]).indexOf(symbol);
  // An event of a trade has a price in millionths.
  const { price } = event as unknown as { readonly price: bigint };
  for (let away = 0; away <= POINTS_NEAR; away++) {
    for (const pointIndex of [lastPoint + away, lastPoint - away]) {
      const prices = walk.pointAt(pointIndex)?.prices;
      if (prices !== undefined && row >= 0 && fromFloat(prices[row]!) === price) return prices;
    }
  }
  return walk.pointAt(lastPoint)?.prices ?? new Float64Array(SYMBOLS.length).fill(Number.NaN);
}

function messageOf(
  frame: Exclude<MarketStep, { readonly kind: 'snapshot' | 'open' }>,
): PortfolioMessage {
  if (frame.kind === 'action') {
    const { row, date, split, dividend } = frame;
    return { kind: 'corporate_action', row, date, split, dividend };
  }
  return { ...frame, kind: 'marked' };
}
