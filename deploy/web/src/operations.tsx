// For operations: the feed's health and the actor tree with its levers.

import { useState } from 'preact/hooks';
import { post, type Row, useTopic } from './live.js';
import { Card, day, number } from './parts.jsx';

/** Health of the feed. */
export function FeedPage() {
  const { value } = useTopic('feed');
  const latency = (value['latencyUs'] ?? {}) as Row;
  const rejected = Object.entries((value['rejectedByReason'] ?? {}) as Row);
  const rows: readonly (readonly [string, string])[] = [
    ['state', String(value['state'] ?? '–')],
    [
      'session',
      `${day(value['date'])}, ${number(value['dayIndex'])} of ${number(value['dayCount'])}`,
    ],
    ['pace', String(value['pace'] ?? '–')],
    ['ticks', number(value['ticks']).toLocaleString('en-US')],
    ['ticks a second', Math.round(number(value['ticksPerSecond'])).toLocaleString('en-US')],
    [
      'latency p50 / p99 / p999',
      `${number(latency['p50'])} / ${number(latency['p99'])} / ${number(latency['p999'])} us`,
    ],
    ['gaps', String(number(value['gaps']))],
    ['shards', String(number(value['shards']))],
    ['restarts', String(number(value['restarts']))],
    ['memory', `${number(value['rssMb']).toFixed(0)} MB`],
    ['clients / shed', `${number(value['clients'])} / ${number(value['shed'])}`],
  ];
  return (
    <>
      <Card title="Feed">
        <p>
          <span class="tag">derived prints</span>{' '}
          <span class="soft">from daily bars, never traded</span>
        </p>
        <progress
          max={number(value['dayCount']) || 1}
          value={number(value['dayIndex'])}
          style={{ width: '100%' }}
          aria-label="progress"
        />
        <table>
          <tbody>
            {rows.map(([name, text]) => (
              <tr key={name}>
                <td class="soft">{name}</td>
                <td class="n">{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      <Card title="Rejected, by reason">
        {rejected.length === 0 ? <p class="soft">nothing was rejected</p> : null}
        <table>
          <tbody>
            {rejected.map(([reason, count]) => (
              <tr key={reason}>
                <td>{reason}</td>
                <td class="n">{number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </>
  );
}

/** Rows of the tree drawn at once; the search finds the others. */
const ROWS_MAX = 150;

/** The actor tree. */
export function ActorsPage() {
  const { value } = useTopic('actors');
  const [match, setMatch] = useState('');
  const [answer, setAnswer] = useState('');
  const actors = ((value['actors'] ?? []) as Row[]).filter((actor) =>
    String(actor['address']).includes(match),
  );
  const lever = async (kind: string, address: string): Promise<void> => {
    if (!confirm(`${kind} ${address}?`)) return;
    setAnswer(await post(`actors/${kind}`, { address }));
  };
  return (
    <Card title={`${actors.length} actors`} wide>
      <p>
        <input
          placeholder="search"
          aria-label="search"
          value={match}
          onInput={(event) => setMatch(event.currentTarget.value)}
        />{' '}
        <span class="soft" role="status">
          {answer}
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th>address</th>
            <th>state</th>
            <th class="n">shard</th>
            <th class="n">mailbox</th>
            <th class="n">turns</th>
            <th class="n">restarts</th>
            <th>levers</th>
            <th>last failure</th>
          </tr>
        </thead>
        <tbody>
          {actors.slice(0, ROWS_MAX).map((actor) => {
            const address = String(actor['address']);
            return (
              <tr key={address}>
                <td>{address}</td>
                <td class={actor['state'] === 'running' ? 'good' : 'bad'}>
                  {String(actor['state'])}
                </td>
                <td class="n">{number(actor['shard'])}</td>
                <td class="n">{number(actor['mailbox'])}</td>
                <td class="n">{number(actor['turns'])}</td>
                <td class="n">{number(actor['restarts'])}</td>
                <td>
                  <button type="button" onClick={() => void lever('restart', address)}>
                    Restart
                  </button>{' '}
                  {address.startsWith('portfolio/') ? (
                    <button type="button" onClick={() => void lever('stop', address)}>
                      Stop
                    </button>
                  ) : null}
                </td>
                <td class="soft">{String(actor['lastFailure'] ?? '').split('\n')[0]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {actors.length > ROWS_MAX ? (
        <p class="soft">{actors.length - ROWS_MAX} more: search for them</p>
      ) : null}
    </Card>
  );
}
