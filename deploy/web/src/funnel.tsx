// The funnel narrowing live, its days, what changed at the last close, the survivors.

import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { Members } from './members.jsx';
import { Card, Derived, day, Line, list, number, SymbolLink } from './parts.jsx';
import { useFirst } from './tables.jsx';

/** Rows of one kind of change unless all are asked for. */
const CHANGES_MAX = 8;

/** The funnel page. */
export function FunnelPage() {
  const { value, isLoaded } = useTopic('funnel');
  if (!isLoaded) {
    return (
      <Card title="Funnel" wide>
        <p class="soft">asking …</p>
      </Card>
    );
  }
  const stages = list(value['stages']);
  const days = list(value['days']);
  return (
    <>
      <Stages value={value} stages={stages} days={days} />
      <Members members={list(value['members'])} stages={stages} />
      <Diff tick={days.at(-1)?.['date'] ?? 0} stages={stages} />
      <Survivors survivors={list(value['survivors'])} />
    </>
  );
}

function Stages(props: { value: Row; stages: readonly Row[]; days: readonly Row[] }) {
  const { value, stages, days } = props;
  const counts = (value['counts'] ?? {}) as Row;
  const universe = number(value['universe']);
  // While a session runs, the last close; after it, the close before.
  const against = days.at(-1)?.['date'] === value['date'] ? -2 : -1;
  return (
    <Card title={`Funnel on ${day(value['date'])}`} wide>
      <p class="soft lead">
        Symbols that pass each stage now, the change since the close before, the closes so far (
        {days.length}). <Derived />
      </p>
      <Stage
        title="Universe"
        meaning="Every symbol of the file."
        size={universe}
        universe={universe}
      />
      {stages.map((stage) => {
        const name = String(stage['name']);
        const history = days.map((entry) => number(((entry['stages'] ?? {}) as Row)[name]));
        return (
          <Stage
            key={name}
            title={String(stage['title'])}
            meaning={String(stage['meaning'] ?? '')}
            size={number(counts[name])}
            universe={universe}
            history={history}
            before={history.at(against)}
          />
        );
      })}
    </Card>
  );
}

function Stage(props: {
  title: string;
  meaning: string;
  size: number;
  universe: number;
  history?: readonly number[];
  before?: number | undefined;
}) {
  const { title, meaning, size, universe, history = [], before = size } = props;
  const range = history.length > 0 ? `${Math.min(...history)} – ${Math.max(...history)}` : '';
  return (
    <div class="stage">
      <span class="name">
        {title}
        <small class="soft">{meaning}</small>
      </span>
      <div class="track">
        <div class="bar" style={{ transform: `scaleX(${size / Math.max(1, universe)})` }} />
      </div>
      <b class="n size">{size}</b>
      <Change by={size - before} />
      {history.length > 1 ? (
        <Line spark values={history} label={`${title} by day, ${range}`} />
      ) : (
        <i />
      )}
      <small class="soft n range">{range}</small>
    </div>
  );
}

/** A change of a count, with its sign. */
function Change(props: { by: number }) {
  const { by } = props;
  return (
    <span class="soft n change" title="since the close before">
      {by === 0 ? '' : by > 0 ? `+${by}` : `−${-by}`}
    </span>
  );
}

/** The kinds of change and what each means: the better news at left, the worse at right. */
const KINDS = [
  [
    ['entered', 'newly in the funnel'],
    ['promoted', 'further down the funnel'],
  ],
  [
    ['demoted', 'back to an earlier stage'],
    ['left', 'out of the funnel'],
  ],
] as const;

function Diff(props: { tick: unknown; stages: readonly Row[] }) {
  const { value, problem } = useJson(props.tick ? 'funnel/diff' : '', 0, props.tick);
  return (
    <Card title={`Who moved at the close of ${day(value?.['date'])}, and why`} wide>
      {problem === undefined ? null : <p class="soft">{problem}</p>}
      {value === undefined ? <p class="soft">shown after the first close</p> : null}
      <div class="halves">
        {KINDS.map((half) => (
          <div key={half[0][0]}>
            {half.map(([kind, meaning]) => (
              <Changes
                key={kind}
                title={kind}
                meaning={meaning}
                changes={list(value?.[kind])}
                stages={props.stages}
              />
            ))}
          </div>
        ))}
      </div>
    </Card>
  );
}

function Changes(props: {
  title: string;
  meaning: string;
  changes: readonly Row[];
  stages: readonly Row[];
}) {
  const { title, meaning, changes, stages } = props;
  const { shown, rest } = useFirst(changes, CHANGES_MAX);
  if (changes.length === 0) return null;
  const nameOf = (stage: unknown): string => String(stages[number(stage) - 1]?.['name'] ?? 'out');
  return (
    <>
      <h3>
        {title} <span class="soft">{changes.length}</span> <small class="soft">{meaning}</small>
      </h3>
      <table class="moves">
        <tbody>
          {shown.map((change) => (
            <tr key={change['symbol']}>
              <td>
                <SymbolLink symbol={change['symbol']} />
              </td>
              <td class="wrap">
                <b>
                  {nameOf(change['fromStage'])} → {nameOf(change['toStage'])}
                </b>{' '}
                <span class="soft">{String(change['why'] ?? '')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest}
    </>
  );
}

function Survivors(props: { survivors: readonly Row[] }) {
  const { survivors } = props;
  return (
    <Card title={`${survivors.length} survivors of the last close`} wide>
      {survivors.length === 0 ? <p class="soft">none passed every stage</p> : null}
      <div class="columns">
        {survivors.map((survivor) => (
          <p key={survivor['symbol']}>
            <SymbolLink symbol={survivor['symbol']} />{' '}
            {String(survivor['text']).replace(`${survivor['symbol']} `, '')}
          </p>
        ))}
      </div>
    </Card>
  );
}
