// A fan: how far the profit of today's weights may spread with time, as bands about the median.

import { axisSteps, colour, fixed, type Picture, percent, textAt } from './svg.js';

/** One step to the right. Shares of equity. */
export interface DrawnFanStep {
  readonly sessions: number;
  /** At 1, 5, 25, 50, 75, 95 and 99 %. */
  readonly quantiles: readonly number[];
  readonly worst: number;
}

/** A fan to draw. */
export interface FanChart {
  readonly title: string;
  readonly subtitle: string;
  readonly steps: readonly DrawnFanStep[];
  readonly width?: number;
}

// Units: pixels of the picture's own grid.
const LEFT = 58;
const RIGHT = 64;
const TOP = 58;
const HEIGHT = 230;
const BOTTOM = 44;

/** Places of the lower and the upper edge of each band in the quantiles, the widest first. */
const BANDS = [
  [0, 6],
  [1, 5],
  [2, 4],
] as const;
const MEDIAN = 3;

/** Lines that are named at the right edge, by their place; they may not come closer than this. */
const NAMED = [
  [0, '1 %'],
  [1, '5 %'],
  [MEDIAN, 'half'],
  [5, '95 %'],
  [6, '99 %'],
] as const;
const NAMES_APART = 13;

/** Draws a fan that begins at nothing. */
export function fanChart({ title, subtitle, steps, width = 760 }: FanChart): Picture {
  const last = steps[steps.length - 1];
  const low = Math.min(0, ...steps.map(({ worst }) => worst));
  const high = Math.max(0, ...steps.map(({ quantiles }) => quantiles[6]!));
  const span = high - low || 1;
  const x = (sessions: number): number =>
    LEFT + (sessions / Math.max(1, last?.sessions ?? 1)) * (width - LEFT - RIGHT);
  const y = (value: number): number => TOP + ((high - value) / span) * HEIGHT;
  const line = (of: (step: DrawnFanStep) => number): string =>
    `M${fixed(x(0))} ${fixed(y(0))}${steps.map((step) => `L${fixed(x(step.sessions))} ${fixed(y(of(step)))}`).join('')}`;
  const bands = BANDS.map(([from, to]) => {
    const back = [...steps].reverse().map((step) => {
      return `L${fixed(x(step.sessions))} ${fixed(y(step.quantiles[from]!))}`;
    });
    const edge = line(({ quantiles }) => quantiles[to]!);
    return `<path fill="${colour('own')}" fill-opacity="0.16" d="${edge}${back.join('')}Z"/>`;
  });
  return {
    title,
    width,
    height: TOP + HEIGHT + BOTTOM,
    body: [
      textAt([12, 22], title, 'start', 'title'),
      textAt([12, 41], subtitle, 'start', 'small'),
      ...axisSteps(low, high, 5).flatMap((value) => [
        `<path class="${value === 0 ? 'base' : 'rule'}" d="M${LEFT} ${fixed(y(value))}H${fixed(width - RIGHT)}"/>`,
        textAt([LEFT - 6, y(value) + 4], percent(value, 0), 'end', 'small'),
      ]),
      ...bands,
      `<path class="line" stroke="${colour('own')}" d="${line(({ quantiles }) => quantiles[MEDIAN]!)}"/>`,
      `<path class="line" stroke="${colour('bad')}" stroke-dasharray="4 3" d="${line(({ worst }) => worst)}"/>`,
      ...[1, 5, 10, 15, 21]
        .filter((sessions) => sessions <= (last?.sessions ?? 0))
        .map((sessions) =>
          textAt([x(sessions), TOP + HEIGHT + 18], String(sessions), 'middle', 'small'),
        ),
      textAt([(LEFT + width - RIGHT) / 2, TOP + HEIGHT + 36], 'sessions ahead', 'middle', 'small'),
      ...(last === undefined ? [] : namesOf(last, width, y)),
    ],
  };
}

/** Names of the lines at the right edge, moved apart where they would touch. */
function namesOf(last: DrawnFanStep, width: number, y: (value: number) => number): string[] {
  const wanted = [
    { text: 'worst', at: y(last.worst) },
    ...NAMED.map(([place, text]) => ({ text, at: y(last.quantiles[place]!) })),
  ].sort((a, b) => a.at - b.at);
  let below = Number.NEGATIVE_INFINITY;
  return wanted.map(({ text, at }) => {
    below = Math.max(at, below + NAMES_APART);
    return textAt([width - RIGHT + 6, below + 4], text, 'start', 'small');
  });
}
