// Alerts as they come: searched, the newest first, each leading to what it is about.

import { type Row, useTopic } from './live.js';
import { AddressLink, number, percent, SearchField, timeText } from './parts.jsx';
import { useChoices } from './route.js';
import { Table, useFirst } from './tables.jsx';

/** Alerts on the page unless more are asked for. */
const SHOWN = 8;

/** Kinds of alerts that something begins with. */
const BEGINS: ReadonlySet<unknown> = new Set(['limit_breached', 'alert_raised']);

const USUAL = { alerts: '' } as const;

/** A limit's name in words. */
export function limitName(name: unknown): string {
  return String(name).replaceAll('_', ' ').replace('var99', 'VaR 99');
}

/** The latest transitions of limits and rules, as they come. */
export function Alerts() {
  const { rows } = useTopic('alerts');
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

/** A limit in per cent, as in the tables here; a rule in its own words. */
function alertText(alert: Row): string {
  const { scope, severity, measure, kind, value, limit, text } = alert;
  if (kind === 'alert_raised' || kind === 'alert_released') return String(text);
  const verb = kind === 'limit_breached' ? 'broken' : 'kept again';
  const share = `${percent(value, 1)}, limit ${percent(limit, 1)}`;
  return `${scope}: ${severity} ${limitName(measure)} ${verb} at ${share}`;
}
