// Alerts of limits and rules: the latest as they come, older ones page by page, and their webhook.

import { useState } from 'preact/hooks';
import { useJson } from './fetch.js';
import { limitName } from './limit-names.js';
import { type Row, useTopic } from './live.js';
import { list, number, percent, timeText } from './parts.jsx';
import { Table } from './tables.jsx';

const REFRESH_MS = 1000;

/** Alerts of a page. */
const SHOWN = 8;

/** Kinds of alerts that something begins with. */
const BEGINS: ReadonlySet<unknown> = new Set(['limit_breached', 'alert_raised']);

/** The latest transitions of limits and rules, as they come; on demand those before them. */
export function Alerts() {
  // The number that a page ends before; 0 for the latest, which come by themselves.
  const [before, setBefore] = useState(0);
  const { rows } = useTopic('alerts');
  const { value, problem } = useJson(`alerts?limit=${SHOWN}&before=${before}`, REFRESH_MS);
  const asked = list(value?.['alerts']);
  const shown = (before === 0 && rows.length > 0 ? rows : asked)
    .toSorted((a, b) => number(b['number']) - number(a['number']))
    .slice(0, SHOWN);
  if (shown.length === 0 && before === 0) return null;
  const kept = number(value?.['kept']);
  const oldest = number(shown.at(-1)?.['number']);
  const hasOlder = oldest > number(value?.['stamp']) - kept + 1;
  return (
    <>
      <h3>
        {before === 0 ? 'Latest alerts' : 'Older alerts'}{' '}
        <span class="soft">of the last {kept}</span>
      </h3>
      {value === undefined ? null : <Delivery batch={value} />}
      <AlertTable alerts={shown} />
      <p>
        {before === 0 ? null : (
          <button type="button" onClick={() => setBefore(0)}>
            Latest
          </button>
        )}{' '}
        {hasOlder ? (
          <button type="button" onClick={() => setBefore(oldest)}>
            Older
          </button>
        ) : null}{' '}
        <span class="bad" role="status">
          {problem ?? ''}
        </span>
      </p>
    </>
  );
}

function AlertTable({ alerts }: { alerts: readonly Row[] }) {
  return (
    <Table
      columns={[['market time (UTC)', 'low'], ['level', 'slim'], ['what happened']]}
      rows={alerts}
    >
      {(alert) => {
        const isGrave = alert['severity'] === 'hard' || alert['severity'] === 'critical';
        const tone = !BEGINS.has(alert['kind']) ? 'soft' : isGrave ? 'bad' : 'warned';
        return (
          <tr key={alert['id']}>
            <td class="low">{timeText(alert['asOfUs'])}</td>
            <td class={`slim ${tone}`}>{String(alert['severity'])}</td>
            <td class={`wrap ${tone}`}>{alertText(alert)}</td>
          </tr>
        );
      }}
    </Table>
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
