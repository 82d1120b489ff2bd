// The funnel narrowing live, its days, what changed at the last close, the survivors.

import { type Row, useJson, useTopic } from './live.js';
import { Card, day, Line, number, percent } from './parts.jsx';

const SHOWN_MAX = 60;

/** The funnel page. */
export function FunnelPage() {
  const { value } = useTopic('funnel');
  const stages = (value['stages'] ?? []) as Row[];
  const members = (value['members'] ?? []) as Row[];
  const counts = (value['counts'] ?? {}) as Row;
  const days = (value['days'] ?? []) as Row[];
  const survivors = (value['survivors'] ?? []) as Row[];
  const universe = number(value['universe']);
  return (
    <>
      <Card title={`Funnel on ${day(value['date'])}`}>
        <Stage name="universe" count={universe} of={universe} />
        {stages.map((stage) => (
          <Stage
            key={stage['name']}
            name={String(stage['name'])}
            count={number(counts[String(stage['name'])])}
            of={universe}
          />
        ))}
        <p class="soft">
          <span class="tag">derived prints</span> built from daily bars, never traded
        </p>
      </Card>
      <Card title="Counts at each close">
        {stages.map((stage) => {
          const values = days.map((entry) =>
            number(((entry['stages'] ?? {}) as Row)[String(stage['name'])]),
          );
          return (
            <div key={stage['name']}>
              <span class="soft">
                {String(stage['name'])}{' '}
                {values.length > 0 ? `${Math.min(...values)} to ${Math.max(...values)}` : ''}
              </span>
              {values.length > 1 ? (
                <Line values={values} label={`${stage['name']} by day`} />
              ) : null}
            </div>
          );
        })}
      </Card>
      <Card title="Symbols by stage reached" wide>
        {[...stages].reverse().map((stage, index) => {
          const reached = stages.length - index;
          const here = members.filter((member) => number(member['stage']) === reached);
          return (
            <div key={stage['name']}>
              <h3 title={String(stage['meaning'])}>
                {String(stage['title'])} <span class="soft">{here.length}</span>
              </h3>
              <div class="chips">
                {here.slice(0, SHOWN_MAX).map((member) => (
                  <a
                    class="chip"
                    key={`${member['symbol']}-${reached}`}
                    href={`#/symbol/${member['symbol']}`}
                  >
                    {String(member['symbol'])}{' '}
                    <span class={number(member['change']) >= 0 ? 'good' : 'bad'}>
                      {percent(member['change'], 1)}
                    </span>
                  </a>
                ))}
                {here.length > SHOWN_MAX ? (
                  <span class="soft">and {here.length - SHOWN_MAX} more</span>
                ) : null}
              </div>
            </div>
          );
        })}
      </Card>
      <Diff tick={days.length} />
      <Card title="Survivors of the last close">
        {survivors.length === 0 ? <p class="soft">none</p> : null}
        {survivors.map((survivor) => (
          <p key={survivor['symbol']}>{String(survivor['text'])}</p>
        ))}
      </Card>
    </>
  );
}

function Stage(props: { name: string; count: number; of: number }) {
  return (
    <div class="stage">
      <span>{props.name}</span>
      <div
        class="bar"
        style={{ width: `${props.of === 0 ? 0 : (props.count / props.of) * 100}%` }}
      />
      <b class="n">{props.count}</b>
    </div>
  );
}

function Diff(props: { tick: number }) {
  const diff = useJson('funnel/diff', props.tick);
  const rows = ['promoted', 'entered', 'demoted', 'left'].flatMap((kind) =>
    ((diff?.[kind] ?? []) as Row[]).slice(0, 8).map((change) => ({ kind, change })),
  );
  return (
    <Card title={`Changes at the close of ${day(diff?.['date'])}`}>
      <table>
        <tbody>
          {rows.map(({ kind, change }) => (
            <tr key={`${kind}${change['symbol']}`}>
              <td>{kind}</td>
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
    </Card>
  );
}
