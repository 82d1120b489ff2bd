// What the funnel was told of each point, the first time and every time alike; made again from it.

import { createFunnelBehaviour, type PointSummarised } from '../../actors/funnel/index.js';
import { type AnyBehaviour, keyOf, TurnRecorder, toJson } from '../../engine/index.js';
import { SYMBOLS } from './market-walk.js';
import { FUNNEL, FUNNEL_CONFIG } from './setting.js';

/** The summaries of all points. */
export class Summaries {
  readonly #texts: string[] = [];
  readonly #summaries: PointSummarised[] = [];
  /** The first point that was told otherwise than before. */
  problem: string | undefined;

  /** Behaviours of which the funnel's is listened to. */
  wrap(behaviours: AnyBehaviour[]): AnyBehaviour[] {
    return behaviours.map((behaviour) =>
      behaviour.kind !== 'funnel'
        ? behaviour
        : {
            ...behaviour,
            receive: (state, message, turn) => {
              if (message.kind === 'point_summarised') this.#note(message as PointSummarised);
              behaviour.receive(state, message, turn);
            },
          },
    );
  }

  /** The funnel's state as text, made from its points up to one alone. */
  replay(lastPoint: number): string {
    const behaviour = createFunnelBehaviour(FUNNEL_CONFIG, SYMBOLS.length);
    const state = behaviour.initial(keyOf(FUNNEL));
    const turn = new TurnRecorder();
    for (const summary of this.#summaries.slice(0, lastPoint + 1)) {
      turn.begin(
        FUNNEL,
        0,
        'judge',
        () => {},
        () => 0,
      );
      behaviour.receive(state, summary, turn);
    }
    return toJson(behaviour.encode(state));
  }

  #note(summary: PointSummarised): void {
    const { pointIndex } = summary;
    const text = toJson(summary);
    const before = this.#texts[pointIndex];
    if (before === undefined) {
      this.#texts[pointIndex] = text;
      this.#summaries[pointIndex] = summary;
    } else if (before !== text) {
      this.problem ??= `expected the funnel to hear ${before} again, was ${text}`;
    }
  }
}
