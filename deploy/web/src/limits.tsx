// Limits of groups with how much is used, what broken ones let pass, overrides and the kill switch.

import { useState } from 'preact/hooks';
import { Alerts } from './alerts.jsx';
import { post, useJson } from './fetch.js';
import { limitName } from './limit-names.js';
import type { Row } from './live.js';
import { AddressLink, Card, list, money, number, percent, SymbolLink } from './parts.jsx';

const REFRESH_MS = 1000;

/** What it means that a symbol does not trade freely. */
const HALTS: Readonly<Record<string, string>> = {
  halted: 'halted: its price moved too far',
  wide: 'wide: its bid and ask are too far apart',
  stale: 'stale: no print of it has come lately',
};

/** Limits as gauges. */
export function LimitTable(props: { limits: readonly Row[] }) {
  return (
    <table class="limits">
      <thead>
        <tr>
          <th>limit</th>
          <th class="low" />
          <th class="n slim">now</th>
          <th class="n">limit</th>
          <th class="n">used</th>
        </tr>
      </thead>
      <tbody>
        {props.limits.map((limit) => {
          const isOver = limit['breached'] === true;
          const tone = isOver ? (limit['severity'] === 'hard' ? 'bad' : 'warned') : '';
          return (
            <tr key={`${limit['name']}${limit['severity']}`}>
              <td>
                {limitName(limit['name'])} <span class="soft">{String(limit['severity'])}</span>
              </td>
              <td class="gauge low">
                <div class="bar rail">
                  <div
                    class={`bar ${tone}`}
                    style={{ width: `${Math.min(100, number(limit['utilisation']) * 100)}%` }}
                  />
                </div>
              </td>
              <td class="n slim">{percent(limit['value'], 1)}</td>
              <td class="n soft">{percent(limit['limit'], 1)}</td>
              <td class={`n ${tone}`}>{percent(limit['utilisation'], 0)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Strategies, desks and the firm; portfolios that may not trade freely; who decided what. */
export function LimitsCard() {
  const [decided, setDecided] = useState(0);
  const { value, problem } = useJson('limits', REFRESH_MS, decided);
  if (value === undefined) {
    return (
      <Card title="Limits" wide>
        <p class="soft">{problem ?? 'asking …'}</p>
      </Card>
    );
  }
  const scopes = list(value['scopes']);
  const groups = scopes.filter(({ level }) => level !== 'portfolio');
  const halts = list(value['halts']);
  const held = scopes.filter(({ standing }) => standing !== 'alert');
  return (
    <Card title="Limits of the firm, its desks, strategies and sectors" wide>
      {value['killed'] === true ? (
        <p class="bad" role="alert">
          The kill switch is on: no trade passes. {String(value['killedWhy'] ?? '')}
        </p>
      ) : null}
      {number(value['unwatched']) > 0 ? (
        <p class="warned" role="status">
          {number(value['unwatched'])} portfolios are not opened: nobody watches their limits, and
          groups lack them.
        </p>
      ) : null}
      <ul class="reasons">
        {halts.map(({ symbol, state }) => (
          <li key={symbol} class="warned">
            symbol <SymbolLink symbol={symbol} />: {HALTS[String(state)] ?? String(state)}
          </li>
        ))}
        {held.map(({ scope, standing, why }) => (
          <li key={scope} class="warned">
            <AddressLink address={scope} />: {String(standing).replaceAll('_', ' ')}. {String(why)}
          </li>
        ))}
      </ul>
      <div class="halves">
        {groups.map((group) => (
          <Group key={group['scope']} group={group} />
        ))}
      </div>
      <Alerts />
      <Overrides
        overrides={list(value['overrides'])}
        done={() => setDecided((times) => times + 1)}
      />
      <KillSwitch isOn={value['killed'] === true} done={() => setDecided((times) => times + 1)} />
    </Card>
  );
}

function Group(props: { group: Row }) {
  const { group } = props;
  const behind = number(group['behind']);
  const unmarked = number(group['unmarked']);
  return (
    <div>
      <h3>
        {String(group['scope']).replace('group/', '')}{' '}
        <span class="soft">
          {String(group['level'])} of {number(group['members'])}, equity {money(group['equity'])},
          VaR 99 {money(group['var99'])}
          {behind > 0 ? `, ${behind} as of an earlier point` : ''}
          {unmarked > 0 ? `; not judged: ${unmarked} have told nothing yet` : ''}
        </span>
      </h3>
      <LimitTable limits={list(group['limits'])} />
    </div>
  );
}

/** States of overrides that may be taken back. */
const STANDING = new Set(['requested', 'in_force', 'ahead']);

function Overrides(props: { overrides: readonly Row[]; done: () => void }) {
  const [answer, setAnswer] = useState('');
  const [by, setBy] = useState('');
  const decide = async (what: 'approve' | 'revoke', id: unknown): Promise<void> => {
    const outcome = await post(`limits/${what}`, { id, by });
    setAnswer(outcome.accepted ? '' : outcome.text);
    props.done();
  };
  if (props.overrides.length === 0) return null;
  return (
    <>
      <h3>Overrides</h3>
      <ul class="reasons">
        {props.overrides.map((one) => (
          <li key={one['id']}>
            {String(one['scope'])}, {String(one['severity'])} {limitName(one['measure'])}:{' '}
            {String(one['state']).replace('_', ' ')}, asked by {String(one['requestedBy'])}
            {one['approvedBy'] === undefined ? '' : `, approved by ${one['approvedBy']}`}
            {one['revokedBy'] === undefined ? '' : `, revoked by ${one['revokedBy']}`}.{' '}
            {String(one['reason'])}{' '}
            {one['state'] === 'requested' ? (
              <button type="button" onClick={() => void decide('approve', one['id'])}>
                Approve
              </button>
            ) : null}{' '}
            {STANDING.has(String(one['state'])) ? (
              <button type="button" onClick={() => void decide('revoke', one['id'])}>
                Revoke
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <input
        placeholder="your name"
        aria-label="who approves or revokes"
        value={by}
        onInput={(event) => setBy(event.currentTarget.value)}
      />{' '}
      <span class="bad" role="status">
        {answer}
      </span>
    </>
  );
}

function KillSwitch(props: { isOn: boolean; done: () => void }) {
  const [answer, setAnswer] = useState('');
  const turn = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    const field = (name: string): string => String(data.get(name) ?? '').trim();
    const decision = { on: !props.isOn, by: field('by'), reason: field('reason') };
    const outcome = await post('limits/kill', decision);
    setAnswer(outcome.accepted ? '' : outcome.text);
    props.done();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void turn(event.currentTarget as HTMLFormElement);
      }}
    >
      <h3>Kill switch</h3>
      <input name="by" placeholder="your name" aria-label="who turns it" size={10} required />{' '}
      <input name="reason" placeholder="why" aria-label="why it is turned" required />{' '}
      <button type="submit" class={props.isOn ? '' : 'danger'}>
        {props.isOn ? 'Let trades pass again' : 'Stop every trade'}
      </button>{' '}
      <span class="bad" role="status">
        {answer}
      </span>
    </form>
  );
}
