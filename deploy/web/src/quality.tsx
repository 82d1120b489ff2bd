// Quality of the data that streams in: rejects by rule, completeness by session, newest rejects.

import { useState } from 'preact/hooks';
import { useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, count, day, Facts, fields, list, number, percent, SymbolLink } from './parts.jsx';
import { Table } from './tables.jsx';

/** Time between two looks. Units: milliseconds. */
const LOOK_MS = 2_000;

/** Sessions that are drawn, and symbols and rejects that are listed. */
const SESSIONS = 75;
const LISTED = 20;

/** The page of data quality. */
export function QualityPage() {
  const { value, problem } = useJson('quality', LOOK_MS);
  const [code, choose] = useState('');
  if (value === undefined) {
    // Figures of nothing would look as if they had been measured.
    return (
      <Card title="Data quality">
        <p class={problem === undefined ? 'soft' : 'bad'}>{problem ?? 'asking …'}</p>
      </Card>
    );
  }
  return (
    <>
      <Card title="Data quality">
        <Facts
          rows={[
            ['complete, by the calendar', percent(value['completeness'], 2)],
            ['prints taken', count(value['accepted'])],
            ['refused', count(value['refused']), number(value['refused']) > 0 ? 'bad' : ''],
            ['in the quarantine', count(value['quarantined'])],
            ['not kept', count(value['unkept']), number(value['unkept']) > 0 ? 'bad' : ''],
          ]}
        />
        {problem !== undefined && <p class="bad">{problem}</p>}
      </Card>
      <Sources rows={list(value['sources'])} />
      <LiveSources rows={list(value['live'])} />
      <Rules rows={list(value['rules'])} code={code} choose={choose} />
      <Completeness rows={list(value['sessions'])} />
      <Symbols rows={list(value['symbols'])} />
      <Rejects code={code} />
    </>
  );
}

function Sources(props: { rows: readonly Row[] }) {
  return (
    <Card title="By source">
      <Table
        columns={[['source'], ['taken', 'n'], ['refused', 'n'], ['marked', 'n'], ['missing', 'n']]}
        rows={props.rows}
      >
        {(row) => (
          <tr key={row['source']}>
            <td class="wrap">{String(row['source'])}</td>
            <td class="n">{count(row['accepted'])}</td>
            <td class="n">{count(row['refused'])}</td>
            <td class="n">{count(row['marked'])}</td>
            <td class="n">{count(fields(row['byCode'])['gap'])}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}

/** What the sources of this run have seen; nothing where none feeds it. */
function LiveSources(props: { rows: readonly Row[] }) {
  if (props.rows.length === 0) return null;
  return (
    <Card title="Live sources" wide>
      <Table
        columns={[['source'], ['state'], ['delivered', 'n'], ['holes', 'n'], ['counted', 'roomy']]}
        rows={props.rows}
      >
        {(row) => {
          const { delivered, holes, ...others } = fields(row['counts']);
          const counted = Object.entries(others).filter(([, value]) => number(value) > 0);
          return (
            <tr key={row['source']}>
              <td class="wrap">{String(row['source'])}</td>
              <td>{String(row['state'])}</td>
              <td class="n">{count(delivered)}</td>
              <td class={`n ${number(holes) > 0 ? 'bad' : ''}`}>{count(holes)}</td>
              <td class="soft roomy wrap">
                {counted.map(([name, value]) => `${name} ${count(value)}`).join(', ')}
              </td>
            </tr>
          );
        }}
      </Table>
    </Card>
  );
}

function Rules(props: { rows: readonly Row[]; code: string; choose: (code: string) => void }) {
  const { rows, code, choose } = props;
  const most = Math.max(1, ...rows.map((row) => number(row['records'])));
  return (
    <Card title="Rejects and marks, by rule" wide>
      <Table columns={[['rule'], ['then'], ['records', 'n'], ['meaning', 'roomy']]} rows={rows}>
        {(row) => {
          const name = String(row['code']);
          const records = number(row['records']);
          return (
            <tr key={name}>
              <td>
                <button
                  type="button"
                  aria-pressed={code === name}
                  onClick={() => choose(code === name ? '' : name)}
                >
                  {name}
                </button>
              </td>
              <td class={row['action'] === 'refuse' ? '' : 'soft'}>
                {row['action'] === 'refuse' ? 'refused' : 'marked'}
              </td>
              <td class={`n ${records > 0 && row['action'] === 'refuse' ? 'bad' : ''}`}>
                {count(records)} <meter min={0} max={most} value={records} aria-label={name} />
              </td>
              <td class="soft roomy wrap">{String(row['text'] ?? '')}</td>
            </tr>
          );
        }}
      </Table>
    </Card>
  );
}

/** A column for each session, as high as the share of symbols that were seen in it. */
function Completeness(props: { rows: readonly Row[] }) {
  const closed = props.rows.filter((row) => row['underWay'] !== true);
  const sessions = closed.slice(0, SESSIONS).reverse();
  if (sessions.length === 0) return null;
  const shares = sessions.map((row) => number(row['seen']) / Math.max(1, number(row['symbols'])));
  const whole = shares.filter((share) => share >= 1).length;
  const told = `${whole} of ${sessions.length} sessions with every symbol`;
  return (
    <Card title="Symbols seen, by session of the exchange">
      <svg viewBox={`0 0 ${sessions.length * 8} 60`} class="sessions" role="img" aria-label={told}>
        {sessions.map((row, index) => (
          <rect
            key={row['date']}
            x={index * 8 + 1}
            width={6}
            y={60 - 60 * shares[index]!}
            height={Math.max(1, 60 * shares[index]!)}
            class={shares[index]! < 1 ? 'short' : 'whole'}
          >
            <title>
              {day(row['date'])}: {count(row['seen'])} of {count(row['symbols'])}
              {row['streamed'] === true ? '' : ', not streamed'}
            </title>
          </rect>
        ))}
      </svg>
      <p class="soft">
        {told}, {day(sessions[0]!['date'])} to {day(sessions.at(-1)!['date'])}
      </p>
    </Card>
  );
}

function Symbols(props: { rows: readonly Row[] }) {
  const { rows } = props;
  return (
    <Card title="Symbols that miss sessions or were refused">
      <Table
        columns={[['symbol'], ['sessions', 'n'], ['refused', 'n']]}
        rows={rows.slice(0, LISTED)}
        empty="Every symbol has a print in every session so far."
      >
        {(row) => (
          <tr key={row['symbol']}>
            <td>
              <SymbolLink symbol={row['symbol']} />
            </td>
            <td class="n">
              {count(row['seen'])} of {count(row['expected'])}
            </td>
            <td class="n">{count(row['refused'])}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}

/** The newest refused records, of one rule where it was chosen. */
function Rejects(props: { code: string }) {
  const { code } = props;
  const path = `quality/rejects?limit=${LISTED}&code=${encodeURIComponent(code)}`;
  const { value = {} } = useJson(path, LOOK_MS);
  const rejects = list(value['rejects']);
  return (
    <Card title={code === '' ? 'Newest refused records' : `Newest refused: ${code}`} wide>
      <Table
        columns={[['rule'], ['source'], ['symbol'], ['record', 'roomy']]}
        rows={rejects}
        empty="A refused record is kept here as it came."
      >
        {(row, index) => (
          // Records may be alike: their place tells them apart.
          <tr key={`${index} ${String(row['raw'])}`}>
            <td>{String(row['code'])}</td>
            <td class="wrap">{String(row['source'] ?? '')}</td>
            <td>{String(row['symbol'] ?? '')}</td>
            <td class="soft roomy wrap">{String(row['raw'] ?? '')}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}
