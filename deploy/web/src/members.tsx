// The symbols in the column of the stage they reach; a chip that changes column flies there.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from './live.js';
import { Card, number, percent, sign } from './parts.jsx';

/** Chips drawn in a column unless all are asked for. */
const CHIPS_MAX = 40;

/** Only moves to or from this stage and later ones fly: of the others there are too many. */
const FLIGHT_STAGE_MIN = 5;
/** Chips in the air at once; the rest of an update changes place at once. */
const FLIGHTS_MAX = 3;
const FLIGHT_MS = 400;

/** How long a chip shows that it moved. A mark, not an animation, which would cost every frame. */
const MARK_MS = 1500;

interface Place {
  readonly left: number;
  readonly top: number;
}

/** Remembers where each chip was, and lets those that changed stage fly from there. */
function useFlights(stages: ReadonlyMap<string, number>) {
  const host = useRef<HTMLDivElement>(null);
  const before = useRef({ stages, places: new Map<string, Place>() });
  useLayoutEffect(() => {
    const places = new Map<string, Place>();
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let flights = 0;
    for (const chip of host.current?.querySelectorAll<HTMLElement>('.chip') ?? []) {
      const symbol = chip.dataset['symbol'] ?? '';
      const place = { left: chip.offsetLeft, top: chip.offsetTop };
      places.set(symbol, place);
      const from = before.current.places.get(symbol);
      const now = stages.get(symbol) ?? 0;
      const was = before.current.stages.get(symbol) ?? 0;
      if (isStill || now === was || before.current.places.size === 0) continue;
      if (Math.max(now, was) < FLIGHT_STAGE_MIN || ++flights > FLIGHTS_MAX) continue;
      fly(chip, place, from ?? { left: place.left, top: place.top - 8 });
    }
    before.current = { stages, places };
  });
  return host;
}

function fly(chip: HTMLElement, to: Place, from: Place): void {
  chip.animate(
    [
      { transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)`, zIndex: 1 },
      { transform: 'none', zIndex: 1 },
    ],
    { duration: FLIGHT_MS, easing: 'ease-in-out' },
  );
}

/** Which way each symbol moved lately, so that its chip can show it for a while. */
function useMoves(stages: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const last = useRef(stages);
  const moves = useRef(new Map<string, string>());
  const ends = useRef(new Map<string, number>());
  const [, redraw] = useState(0);
  const nowMs = performance.now();
  for (const [symbol, endMs] of ends.current) {
    if (endMs > nowMs) continue;
    ends.current.delete(symbol);
    moves.current.delete(symbol);
  }
  for (const [symbol, stage] of last.current.size > 0 ? stages : []) {
    const before = last.current.get(symbol) ?? 0;
    if (stage === before) continue;
    moves.current.set(symbol, stage > before ? 'rose' : 'fell');
    ends.current.set(symbol, nowMs + MARK_MS);
  }
  last.current = stages;
  // The feed may say nothing more: the last marks go all the same.
  useEffect(() => {
    if (ends.current.size === 0) return undefined;
    const timer = setTimeout(() => redraw((n) => n + 1), MARK_MS);
    return () => clearTimeout(timer);
  });
  return moves.current;
}

/** One column for each stage, the earliest first; on a phone the latest is on top. */
export function Members(props: { members: readonly Row[]; stages: readonly Row[] }) {
  const { members, stages } = props;
  const reached = new Map(members.map((m) => [String(m['symbol']), number(m['stage'])]));
  const moves = useMoves(reached);
  const host = useFlights(reached);
  const [opened, open] = useState<readonly unknown[]>([]);
  return (
    <Card title="Symbols at the stage they reach" wide>
      <div class="reached" ref={host}>
        {stages.map((stage, index) => {
          const here = members.filter((member) => number(member['stage']) === index + 1);
          const shown = opened.includes(stage['name']) ? here : here.slice(0, CHIPS_MAX);
          return (
            <div key={stage['name']}>
              <h3>
                <span>{String(stage['title'])}</span> <span class="soft">{here.length}</span>
              </h3>
              <div class="chips">
                {shown.map((member) => (
                  <Chip
                    key={`${member['symbol']}-${index}`}
                    member={member}
                    move={moves.get(String(member['symbol'])) ?? ''}
                  />
                ))}
              </div>
              {here.length > shown.length ? (
                <button
                  type="button"
                  aria-label={`show all of ${stage['title']}`}
                  onClick={() => open([...opened, stage['name']])}
                >
                  Show {here.length - shown.length} more
                </button>
              ) : null}
            </div>
          );
        })}
      </div>
    </Card>
  );
}

function Chip(props: { member: Row; move: string }) {
  const { member, move } = props;
  const symbol = String(member['symbol']);
  // What is shown as 0.0 is neither a gain nor a loss.
  const tone = sign(Math.round(number(member['change']) * 1000));
  return (
    <a class={`chip ${move}`} data-symbol={symbol} href={`#/symbol/${encodeURIComponent(symbol)}`}>
      {symbol} <span class={`n ${tone}`}>{percent(member['change'], 1)}</span>
    </a>
  );
}
