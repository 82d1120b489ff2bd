// Health of the feed: how far, how fast, how late, what was refused.

import { gapCount, listen, type Row, useTopic } from './live.js';
import { Card, count, Derived, day, duration, Facts, Line, number, percent } from './parts.jsx';

/** Messages of the feed that are kept, about a minute of them. */
const SAMPLES_MAX = 300;

/** What of one message is drawn as a line. */
interface Sample {
  readonly ticksPerSecond: number;
  readonly p99Us: number;
  readonly rssMb: number;
}

const samples: Sample[] = [];

/** Keeps what the feed says from now on, whichever page is open. */
export function keepFeed(): void {
  listen('feed', (value) => {
    if (value['state'] === undefined) return;
    samples.push({
      ticksPerSecond: number(value['ticksPerSecond']),
      p99Us: number(((value['latencyUs'] ?? {}) as Row)['p99']),
      rssMb: number(value['rssMb']),
    });
    if (samples.length > SAMPLES_MAX) samples.shift();
  });
}

/** The page of the feed. */
export function FeedPage() {
  const { value } = useTopic('feed');
  const latency = (value['latencyUs'] ?? {}) as Row;
  const dayCount = number(value['dayCount']);
  return (
    <>
      <Card title="Feed">
        <Facts
          rows={[
            ['state', String(value['state'] ?? '–')],
            ['session', `${day(value['date'])}, ${number(value['dayIndex'])} of ${dayCount}`],
            ['of the session', percent(value['sessionFraction'], 0)],
            ['pace', String(value['pace'] ?? '–')],
            ['ticks', count(value['ticks'])],
            ['of them from outside', count(value['outsideTicks'])],
            ['ticks a second', count(Math.round(number(value['ticksPerSecond'])))],
          ]}
        />
        <Trend name="ticks a second" values={samples.map((sample) => sample.ticksPerSecond)} />
        <Derived />
      </Card>
      <Card title="Latency, from arrival to published row">
        <Facts
          rows={[
            ['p50', duration(latency['p50'])],
            ['p99', duration(latency['p99'])],
            ['p99.9', duration(latency['p999'])],
          ]}
        />
        <Trend name="p99" values={samples.map((sample) => sample.p99Us)} text={duration} />
      </Card>
      <Process value={value} />
      <Rejected value={value} />
    </>
  );
}

/** A line of what this page has seen, with its ends in words. */
function Trend(props: {
  name: string;
  values: readonly number[];
  text?: (value: unknown) => string;
}) {
  const { name, values, text = (value) => count(Math.round(number(value))) } = props;
  if (values.length < 2) return null;
  const range = `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
  return (
    <>
      <h3>
        {name} <span class="soft">{range} since the page was opened</span>
      </h3>
      <Line values={values} floor={0} label={`${name}, ${range}`} />
    </>
  );
}

function Process(props: { value: Row }) {
  const { value } = props;
  return (
    <Card title="Process">
      <Facts
        rows={[
          ['shards', count(value['shards'])],
          ['restarts', count(value['restarts']), number(value['restarts']) > 0 ? 'warned' : ''],
          ['memory', `${number(value['rssMb']).toFixed(0)} MB`],
          ['clients', count(value['clients'])],
          ['clients shed', count(value['shed']), number(value['shed']) > 0 ? 'bad' : ''],
          ['gaps on this page, mended', count(gapCount())],
        ]}
      />
      <Trend name="memory, MB" values={samples.map((sample) => sample.rssMb)} />
    </Card>
  );
}

function Rejected(props: { value: Row }) {
  const rejected = Object.entries((props.value['rejectedByReason'] ?? {}) as Row);
  const gaps = number(props.value['gaps']);
  return (
    <Card title="Rejected, by reason">
      <Facts
        rows={[
          ...(rejected.length === 0 ? [['nothing was rejected', ''] as const] : []),
          ...rejected.map(([reason, size]) => [reason, count(size), 'bad'] as const),
          ['frames missing (gaps)', count(gaps), gaps > 0 ? 'bad' : ''],
          ['live source had to wait', count(props.value['sourcePauses'])],
        ]}
      />
    </Card>
  );
}
