// `npm run bench`: every suite in fresh processes where it matters, results as JSON and a table.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, measure, short } from './lib/measure.js';
import { featureFigures } from './micro/features.js';
import { hopFigures } from './micro/hop.js';

const isShort = process.argv.includes('--short');
const rounds = isShort ? 3 : 7;

interface Report {
  readonly ticksPerSecond: number;
  readonly rssMb: number;
  readonly latencyUs: { readonly p99: number };
}

/** Runs the whole product once in a process of its own. */
function runOnce(ticksPerBar: number): Report {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const report = join(folder, 'report.json');
  const cli = fileURLToPath(new URL('../deploy/cli/sluice.js', import.meta.url));
  try {
    execFileSync(
      process.execPath,
      [
        cli,
        'run',
        '--once',
        '--quiet',
        '--pace',
        'max',
        '--shards',
        '1',
        '--data-dir',
        folder,
        '--report',
        report,
        '--ticks-per-bar',
        String(ticksPerBar),
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    return JSON.parse(readFileSync(report, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function wholeRun(ticksPerBar: number, runs: number): Promise<Figure[]> {
  const reports: Report[] = [];
  const speed = await measure(
    `run --once --pace max, one shard, ${ticksPerBar} ticks a bar`,
    'ticks per second',
    runs,
    () => {
      const report = runOnce(ticksPerBar);
      reports.push(report);
      return report.ticksPerSecond;
    },
  );
  const rss = Math.max(...reports.map(({ rssMb }) => rssMb));
  const memory = { name: 'memory of that run, most', unit: 'MB', median: rss, low: rss, high: rss };
  return [speed, memory];
}

const figures = [
  ...(await featureFigures(rounds)),
  ...(await hopFigures(rounds)),
  ...(await wholeRun(8, isShort ? 1 : 3)),
  ...(await wholeRun(isShort ? 40 : 100, isShort ? 1 : 3)),
];
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const rows = figures.map(
  ({ name, unit, median, low, high }) =>
    `| ${name} | ${short(median)} | ${short(low)} to ${short(high)} | ${unit} |`,
);
const table = ['| figure | median | range | unit |', '| --- | ---: | --- | --- |', ...rows].join(
  '\n',
);
process.stdout.write(`${machine}\n\n${table}\n`);
if (!isShort) {
  const readme = fileURLToPath(new URL('../../bench/README.md', import.meta.url));
  const text = readFileSync(readme, 'utf8');
  const [before] = text.split('<!-- table -->');
  writeFileSync(readme, `${before}<!-- table -->\n\n${machine}\n\n${table}\n`);
  writeFileSync(
    readme.replace('README.md', 'results.json'),
    `${JSON.stringify({ machine, figures }, null, 2)}\n`,
  );
}
