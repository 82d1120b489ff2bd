// Alerts as they come, each leading to what it is about, with a search; and their webhook.

import { useJson } from './fetch.js';
import { limitName } from './limit-names.js';
import { type Row, useTopic } from './live.js';
import { AddressLink, number, percent, SearchField, timeText } from './parts.jsx';
import { useChoices } from './route.js';
import { Table, useFirst } from './tables.jsx';

/** Alerts on the page unless more are asked for. */
const SHOWN = 8;

/** Kinds of alerts that something begins with. */
const BEGINS: ReadonlySet<unknown> = new Set(['limit_breached', 'alert_raised']);

const REFRESH_MS = 1000;

const USUAL = { alerts: '' } as const;

/** The latest transitions of limits and rules, as they come. */
export function Alerts() {
  const { rows } = useTopic('alerts');
  // Of the alerts one will do: the rest is what has become of all of them.
  const { value: batch } = useJson('alerts?limit=1', REFRESH_MS);
  const [chosen, choose] = useChoices<Record<keyof typeof USUAL, string>>(USUAL);
  const wanted = chosen.alerts.trim().toLowerCase();
  const found = rows
    .filter((alert) => alertText(alert).toLowerCase().includes(wanted))
    .toSorted((a, b) => number(b['number']) - number(a['number']));
  const { shown, rest } = useFirst(found, SHOWN);
  if (rows.length === 0) return null;
  return (
    <>
      <h3>
        Latest alerts{' '}
        <span class="soft">
          {found.length} of the last {rows.length}
        </span>
      </h3>
      {batch === undefined ? null : <Delivery batch={batch} />}
      <SearchField
        what="the alerts"
        value={chosen.alerts}
        onChange={(alerts) => choose({ alerts })}
      />
      <Table
        columns={[['market time (UTC)', 'low'], ['level', 'slim'], ['what happened']]}
        rows={shown}
        empty="No alert says that."
      >
        {(alert) => <Alert key={alert['id']} alert={alert} />}
      </Table>
      {rest}
    </>
  );
}

function Alert({ alert }: { alert: Row }) {
  const isGrave = alert['severity'] === 'hard' || alert['severity'] === 'critical';
  const tone = !BEGINS.has(alert['kind']) ? 'soft' : isGrave ? 'bad' : 'warned';
  const timed = timeText(alert['asOfUs']);
  const [before = '', ...after] = alertText(alert).split(String(alert['scope']));
  return (
    <tr>
      <td class="low">{timed}</td>
      <td class={`slim ${tone}`}>{String(alert['severity'])}</td>
      <td class={`wrap ${tone}`}>
        <span class="instead soft">{timed} UTC</span>
        {before}
        <AddressLink address={alert['scope']} />
        {after.join(String(alert['scope']))}
      </td>
    </tr>
  );
}

/** What the webhook has not been told: what waits, what is offered no more, and why. */
function Delivery({ batch }: { batch: Row }) {
  const waiting = number(batch['undelivered']);
  const lost = number(batch['givenUp']);
  const trouble = String(batch['trouble'] ?? '');
  if (batch['hasWebhook'] !== true) {
    return <p class="soft">No webhook is configured: alerts are here, in the log and by stream.</p>;
  }
  if (waiting + lost === 0) return <p class="soft">The webhook has taken all of them.</p>;
  return (
    <p class={lost > 0 ? 'bad' : 'warned'} role="status">
      {waiting} {waiting === 1 ? 'waits' : 'wait'} for the webhook
      {lost === 0 ? '' : `, ${lost} failed: offered again after the next start`}
      {trouble === '' ? '.' : `. The last offer was not taken: ${trouble}.`}
    </p>
  );
}

/** A limit in per cent, as in the tables here; a rule in its own words. */
function alertText(alert: Row): string {
  const { scope, severity, measure, kind, value, limit, text } = alert;
  if (kind === 'alert_raised' || kind === 'alert_released') return String(text);
  const verb = kind === 'limit_breached' ? 'broken' : 'kept again';
  const share = `${percent(value, 1)}, limit ${percent(limit, 1)}`;
  return `${scope}: ${severity} ${limitName(measure)} ${verb} at ${share}`;
}
