// The funnel actor: counts each point, plans the backfill at each close.

import type { Behaviour, Turn } from '../../engine/index.js';
import { type Backfill, emptyBackfill, planSession } from './backfill.js';
import type { FunnelConfig } from './config.js';
import { countStages, type StageCounts } from './diff.js';

/** Every shard has evaluated a point: the stages of all rows at it. */
export interface PointSummarised {
  readonly kind: 'point_summarised';
  readonly pointIndex: number;
  readonly date: number;
  readonly isClose: boolean;
  /** Stages passed, by row. */
  readonly stages: Uint8Array;
  /** Mean dollars traded a session, by row. */
  readonly liquidity: Float64Array;
}

/** Asks for the state of the funnel. */
export interface ShowFunnel {
  readonly kind: 'show_funnel';
}

/** What a funnel actor understands. */
export type FunnelMessage = PointSummarised | ShowFunnel;

/** A point's counts; published at every point. */
export interface FunnelCounted {
  readonly kind: 'funnel_counted';
  readonly pointIndex: number;
  readonly date: number;
  readonly isClose: boolean;
  readonly counts: StageCounts;
  readonly loadedCount: number;
}

/** State of the funnel actor. */
export interface FunnelState {
  readonly backfill: Backfill;
  pointIndex: number;
  counted: FunnelCounted | undefined;
}

interface Encoded {
  readonly loaded: Uint8Array;
  readonly lastDate: number;
  readonly pointIndex: number;
  readonly counted: FunnelCounted | undefined;
}

/** The behaviour of `funnel/<name>` over so many rows. */
export function createFunnelBehaviour(
  config: FunnelConfig,
  rowCount: number,
): Behaviour<FunnelState, FunnelMessage> {
  return {
    kind: 'funnel',
    version: 1,
    lanes: {
      point_summarised: { lane: 'data', overflow: 'reject' },
      show_funnel: { lane: 'command', overflow: 'reject' },
    },
    initial: () => ({
      backfill: emptyBackfill(rowCount),
      pointIndex: -1,
      counted: undefined,
    }),
    receive(state, message, turn) {
      switch (message.kind) {
        case 'point_summarised':
          onPoint(config, state, message, turn);
          break;
        case 'show_funnel':
          if (state.counted === undefined) {
            turn.refuse({
              kind: 'refusal',
              code: 'funnel.no_point_yet',
              text: 'no point has been reached yet',
            });
          } else turn.reply(state.counted);
          break;
      }
    },
    evolve() {},
    encode: (state): Encoded => ({
      loaded: state.backfill.loaded.slice(),
      lastDate: state.backfill.lastDate,
      pointIndex: state.pointIndex,
      counted: state.counted,
    }),
    decode(encoded) {
      // The shape is this behaviour's own: `encode` wrote it under the same version.
      const { loaded, lastDate, pointIndex, counted } = encoded as Encoded;
      const loadedCount = loaded.reduce((sum, flag) => sum + flag, 0);
      return { backfill: { loaded: loaded.slice(), loadedCount, lastDate }, pointIndex, counted };
    },
  };
}

function onPoint(
  config: FunnelConfig,
  state: FunnelState,
  { pointIndex, date, isClose, stages, liquidity }: PointSummarised,
  turn: Turn,
): void {
  // A point told twice, after a restart, changes nothing.
  if (pointIndex <= state.pointIndex) return;
  state.pointIndex = pointIndex;
  if (isClose) {
    planSession(state.backfill, config.backfill, date, (row) => stages[row]! >= 1, liquidity);
  }
  state.counted = {
    kind: 'funnel_counted',
    pointIndex,
    date,
    isClose,
    counts: countStages(stages),
    loadedCount: state.backfill.loadedCount,
  };
  turn.publish('funnel', state.counted);
}
