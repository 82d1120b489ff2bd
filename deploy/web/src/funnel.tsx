// The funnel narrowing live, its days, what changed at the last close, the survivors.

import { useRef } from 'preact/hooks';
import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { Card, Derived, day, Line, list, number, percent, sign } from './parts.jsx';

/** Chips and rows drawn at once; the others are counted. */
const CHIPS_MAX = 60;
const CHANGES_MAX = 8;

/** The funnel page. */
export function FunnelPage() {
  const { value } = useTopic('funnel');
  const stages = list(value['stages']);
  const days = list(value['days']);
  const survivors = list(value['survivors']);
  return (
    <>
      <Stages value={value} stages={stages} />
      <Days days={days} stages={stages} />
      <Members members={list(value['members'])} stages={stages} />
      <Diff tick={days.length} />
      <Card title="Survivors of the last close">
        {survivors.length === 0 ? <p class="soft">none passed every stage</p> : null}
        {survivors.map((survivor) => (
          <p key={survivor['symbol']}>
            <a href={`#/symbol/${survivor['symbol']}`}>{String(survivor['symbol'])}</a>{' '}
            {String(survivor['text']).replace(`${survivor['symbol']} `, '')}
          </p>
        ))}
      </Card>
    </>
  );
}

function Stages(props: { value: Row; stages: readonly Row[] }) {
  const { value, stages } = props;
  const counts = (value['counts'] ?? {}) as Row;
  const universe = number(value['universe']);
  const bars: readonly (readonly [string, string, number])[] = [
    ['universe', 'every symbol of the file', universe],
    ...stages.map((stage) => {
      const name = String(stage['name']);
      return [name, String(stage['meaning'] ?? ''), number(counts[name])] as const;
    }),
  ];
  return (
    <Card title={`Funnel on ${day(value['date'])}`}>
      {bars.map(([name, meaning, size]) => (
        <div class="stage" key={name}>
          <span>{name}</span>
          <div class="bar" style={{ width: `${(size / Math.max(1, universe)) * 100}%` }} />
          <b class="n">{size}</b>
          <small class="soft">{meaning}</small>
        </div>
      ))}
      <Derived />
    </Card>
  );
}

function Days(props: { days: readonly Row[]; stages: readonly Row[] }) {
  return (
    <Card title={`Counts at each of ${props.days.length} closes`}>
      {props.stages.map((stage) => {
        const name = String(stage['name']);
        const values = props.days.map((entry) => number(((entry['stages'] ?? {}) as Row)[name]));
        const range =
          values.length > 0 ? `${Math.min(...values)} to ${Math.max(...values)}` : 'no close yet';
        return (
          <div key={name}>
            <span>{name}</span> <span class="soft">{range}</span>
            {values.length > 1 ? <Line values={values} label={`${name} by day, ${range}`} /> : null}
          </div>
        );
      })}
    </Card>
  );
}

/** Remembers which way each symbol moved last, so that its chip can show it. */
function useMoves(members: readonly Row[]): ReadonlyMap<string, string> {
  const stages = useRef(new Map<string, number>());
  const moves = useRef(new Map<string, string>());
  const now = new Map(members.map((m) => [String(m['symbol']), number(m['stage'])]));
  if (stages.current.size > 0) {
    for (const [symbol, stage] of now) {
      const before = stages.current.get(symbol) ?? 0;
      if (stage !== before) moves.current.set(symbol, stage > before ? 'rose' : 'fell');
    }
  }
  stages.current = now;
  return moves.current;
}

function Members(props: { members: readonly Row[]; stages: readonly Row[] }) {
  const { members, stages } = props;
  const moves = useMoves(members);
  return (
    <Card title="Symbols by stage reached" wide>
      {[...stages].reverse().map((stage, index) => {
        const reached = stages.length - index;
        const here = members.filter((member) => number(member['stage']) === reached);
        return (
          <div key={stage['name']}>
            <h3>
              {String(stage['title'])} <span class="soft">{here.length}</span>
            </h3>
            <div class="chips">
              {here.slice(0, CHIPS_MAX).map((member) => (
                <a
                  class={`chip ${moves.get(String(member['symbol'])) ?? ''}`}
                  key={`${member['symbol']}-${reached}`}
                  href={`#/symbol/${member['symbol']}`}
                >
                  {String(member['symbol'])}{' '}
                  <span class={sign(member['change'])}>{percent(member['change'], 1)}</span>
                </a>
              ))}
              {here.length > CHIPS_MAX ? (
                <span class="soft">and {here.length - CHIPS_MAX} more</span>
              ) : null}
            </div>
          </div>
        );
      })}
    </Card>
  );
}

function Diff(props: { tick: number }) {
  const { value, problem } = useJson(props.tick > 0 ? 'funnel/diff' : '', 0, props.tick);
  return (
    <Card title={`Changes at the close of ${day(value?.['date'])}`}>
      {problem === undefined ? null : <p class="soft">{problem}</p>}
      {['promoted', 'entered', 'demoted', 'left'].map((kind) => {
        const changes = list(value?.[kind]);
        if (changes.length === 0) return null;
        return (
          <div key={kind}>
            <h3>
              {kind} <span class="soft">{changes.length}</span>
            </h3>
            <table>
              <tbody>
                {changes.slice(0, CHANGES_MAX).map((change) => (
                  <tr key={change['symbol']}>
                    <td>
                      <a href={`#/symbol/${change['symbol']}`}>{String(change['symbol'])}</a>
                    </td>
                    <td>
                      {number(change['fromStage'])} → {number(change['toStage'])}
                    </td>
                    <td class="wrap soft">{String(change['why'] ?? '')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {changes.length > CHANGES_MAX ? (
              <span class="soft">and {changes.length - CHANGES_MAX} more</span>
            ) : null}
          </div>
        );
      })}
    </Card>
  );
}
