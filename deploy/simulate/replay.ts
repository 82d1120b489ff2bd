// An actor made again from what is durable: the judge of recovery, and of live decisions.

import type { PortfolioMessage } from '../../actors/portfolio/index.js';
import {
  type Address,
  type AnyBehaviour,
  assert,
  keyOf,
  type StoredRecord,
  TurnRecorder,
  toJson,
} from '../../engine/index.js';
import { createBehaviours, FUNNEL } from './behaviours.js';
import type { MarketStep, MarketWalk } from './market-walk.js';
import { operationOf } from './operations.js';

/** What is replayed. */
export interface ReplayOptions {
  readonly seed: number;
  readonly market: MarketWalk;
  readonly address: Address;
  readonly records: readonly StoredRecord[];
  /** Steps of the market that the live actor has seen. */
  readonly steps: number;
  /** State to begin with, as of a frame, or nothing for the beginning. */
  readonly from?: {
    readonly state: unknown;
    readonly sequence: number;
    readonly frames: number;
    readonly step: number;
  };
  readonly wrapBehaviours: (behaviours: AnyBehaviour[]) => AnyBehaviour[];
}

/** The replayed state as text, or what went otherwise than it did live. */
export type Replayed =
  | { readonly kind: 'state'; readonly text: string }
  | { readonly kind: 'objection'; readonly text: string };

/** Replays a portfolio: market and events in their order, each command decided once more. */
export function replayPortfolio(options: ReplayOptions): Replayed {
  const { market, address, records, steps, from } = options;
  let prices: Float64Array | undefined;
  const behaviours = createBehaviours((row) => prices?.[row] ?? Number.NaN);
  const [behaviour] = options.wrapBehaviours(behaviours);
  if (behaviour === undefined) return { kind: 'objection', text: 'expected a behaviour, was none' };
  const state =
    from === undefined
      ? behaviour.initial(keyOf(address))
      : behaviour.decode(from.state, behaviour.version);
  const turn = new TurnRecorder();
  const receive = (message: PortfolioMessage): void => {
    const evolve = (event: { readonly kind: string }): void => behaviour.evolve(state, event);
    turn.begin(address, 0, 'judge', evolve, () => 0);
    behaviour.receive(state, message, turn);
  };
  let next = from?.sequence ?? 0;
  let frames = from?.frames ?? 0;
  for (let index = frames - 1; index >= 0 && prices === undefined; index--) {
    const frame = market.at(index);
    if (frame.kind === 'point') prices = frame.prices;
  }
  for (let step = from?.step ?? 0; ; step++) {
    for (; next < records.length && (records[next]!.place ?? 0) <= step; next++) {
      const { event } = records[next]!;
      // The portfolio's events carry the id of their command.
      const { commandId } = event as unknown as { readonly commandId: string };
      receive(operationOf(options.seed, commandId).message);
      const [decided] = turn.events;
      if (decided === undefined || toJson(decided) !== toJson(event)) {
        const was = decided === undefined ? 'nothing' : toJson(decided);
        return {
          kind: 'objection',
          text: `expected ${address} to decide ${toJson(event)} again, was ${was}`,
        };
      }
    }
    if (step >= steps) break;
    let frame = market.at(frames++);
    while (frame.kind === 'snapshot') frame = market.at(frames++);
    if (frame.kind === 'point') prices = frame.prices;
    receive(messageOf(frame));
  }
  return { kind: 'state', text: toJson(behaviour.encode(state)) };
}

/** The funnel's state as text, made from its points up to one alone. */
export function replayFunnel(market: MarketWalk, lastPoint: number): string {
  const behaviour = createBehaviours(() => Number.NaN).find(({ kind }) => kind === 'funnel');
  assert(behaviour !== undefined, 'simulate.there_is_a_funnel');
  const state = behaviour.initial(keyOf(FUNNEL));
  const turn = new TurnRecorder();
  for (let point = 0; point <= lastPoint; point++) {
    turn.begin(
      FUNNEL,
      0,
      'judge',
      () => {},
      () => 0,
    );
    behaviour.receive(state, market.summaryOf(point), turn);
  }
  return toJson(behaviour.encode(state));
}

function messageOf(frame: Exclude<MarketStep, { readonly kind: 'snapshot' }>): PortfolioMessage {
  if (frame.kind === 'action') {
    const { row, date, split, dividend } = frame;
    return { kind: 'corporate_action', row, date, split, dividend };
  }
  return { ...frame, kind: 'marked', timeUs: frame.pointIndex };
}
