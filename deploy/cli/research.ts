// `funnel compare` and `funnel study`: the funnel over history, against the stream and the market.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../engine/index.js';
import { Market } from '../app/market/market.js';
import { readSettings, wholeFlag } from '../app/settings.js';
import { type FeatureWays, waysOf } from '../research/feature-sql.js';
import {
  assertHistorical,
  compareFunnel,
  featuresIn,
  runFunnelHistory,
  type StagesByDate,
} from '../research/funnel-history.js';
import { runStudy, studyText } from '../research/study.js';
import { dateText, EXIT, print, say } from './output.js';
import type { RunOptions } from './run-options.js';

/** Streams the market and compares every symbol at every close with DuckDB over history. */
export async function funnelCompare(options: RunOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-compare-'));
  try {
    const settings = readSettings({ ...options, dataDir: folder, pace: 'max' });
    assertHistorical(settings.funnel);
    say('sluice: streaming ...');
    const { streamed, market } = await streamStages(settings);
    const { bars } = market.file;
    say('sluice: the same over history in DuckDB ...');
    const history = await runFunnelHistory({
      dataFile: settings.dataFile,
      symbols: bars.symbols,
      funnel: settings.funnel,
      warmDate: bars.dates[market.firstDay - 1]!,
      lastDate: bars.dates[market.endDay - 1]!,
    });
    const result = compareFunnel(streamed, history);
    const features = waysOf(featuresIn(settings.funnel));
    print({ ...result, features }, options.json === true, () =>
      [
        ...result.first.map(
          ({ date, symbol, streamed: a, history: b }) =>
            `${dateText(date)} ${symbol}: streamed stage ${a}, history stage ${b}`,
        ),
        waysText(features),
        `${result.compared} symbols and closes compared, ${result.differences} differences`,
      ].join('\n'),
    );
    if (result.differences > 0) process.exitCode = EXIT.failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function waysText({ inSql, recomputed }: FeatureWays): string {
  const all = inSql.length + recomputed.length;
  const again =
    recomputed.length === 0
      ? ''
      : `; without a form in SQL are ${recomputed.join(', ')}: their own code was run again over the database's bars, which leaves their formulas to \`sluice verify\``;
  return `${inSql.length} of the ${all} features in the conditions were made in SQL of their own${again}`;
}

/** Streams at full speed and keeps the stage of every symbol at every close. */
async function streamStages(
  settings: ReturnType<typeof readSettings>,
): Promise<{ readonly streamed: StagesByDate; readonly market: Market }> {
  const changes = new Map<number, { readonly row: number; readonly toStage: number }[]>();
  const market = await Market.start(settings, {
    onEvent(_shard, message) {
      if (message.kind !== 'changes') return;
      changes.set(message.date, [...(changes.get(message.date) ?? []), ...message.changes]);
    },
    onSession() {},
    onRestart() {},
  });
  try {
    await market.stream();
  } finally {
    await market.close(2_000);
  }
  const { symbols, dates } = market.file.bars;
  const current = new Map<string, number>();
  const streamed = new Map<number, ReadonlyMap<string, number>>();
  for (let day = market.firstDay - 1; day < market.endDay; day++) {
    const date = dates[day]!;
    for (const { row, toStage } of changes.get(date) ?? []) current.set(symbols[row]!, toStage);
    if (day >= market.firstDay) streamed.set(date, new Map(current));
  }
  return { streamed, market };
}

/** Forward returns of each stage against the universe, over all history. */
export async function funnelStudy(
  options: RunOptions & { readonly costsBps: string; readonly seed: string },
): Promise<void> {
  const costsBps = Number(options.costsBps);
  if (options.costsBps.trim() === '' || !(costsBps >= 0 && costsBps <= 10_000)) {
    const text = `--costs-bps: expected basis points from 0 to 10000, was "${options.costsBps}"`;
    throw new Fault('flag.invalid', text);
  }
  const seed = wholeFlag('--seed', options.seed, 0, 2 ** 32 - 1);
  const settings = readSettings({ ...options, pace: 'max' });
  assertHistorical(settings.funnel);
  say('sluice: stages and forward returns over all history in DuckDB ...');
  const study = await runStudy({
    dataFile: settings.dataFile,
    symbols: settings.symbols,
    funnel: settings.funnel,
    costsBps,
    seed,
  });
  print(study, options.json === true, () => studyText(study));
}
