// The views of the last finished run, kept in its data directory for when nothing is running.

import { join, resolve } from 'node:path';
import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { Fault, Journal } from '../../engine/index.js';
import {
  ExplanationSchema,
  FunnelDiffSchema,
  FunnelSnapshotSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  PortfolioBatchSchema,
  PortfolioDetailSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { QualityReportSchema } from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { RiskDetailSchema } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { Answer, SluicePort } from '../app/port.js';

/** Name of the view that says which others are of the last run: older ones may lie beside them. */
const INDEX = 'last-run';

/** Portfolios of the list that is kept. */
const LISTED_MAX = 2_000;

/** Those of them that are kept in detail: each is asked twice, and a stop has seconds. */
const DETAILED_MAX = 500;

/** Where a view is kept when its system has ended. */
export interface StoredView<D extends DescMessage> {
  readonly schema: D;
  readonly name: string;
  /** What a run that lacks it is told; there are views that every run has. */
  readonly unknown?: { readonly code: string; readonly expected: string };
}

/** What a run left behind. */
interface LastRun {
  /** Last session, yyyymmdd. */
  readonly date: number;
  /** Names of its views. */
  readonly views: readonly string[];
}

/** Keeps what people ask for after a run: funnel, explanations, differences, portfolios, risk. */
export async function storeLastRun(
  journal: Journal,
  port: SluicePort,
  symbols: readonly string[],
): Promise<void> {
  const views = new Map<string, Uint8Array>();
  const keep = <D extends DescMessage>(name: string, schema: D, message: MessageShape<D>): void => {
    views.set(name, toBinary(schema, message));
  };
  const keepAnswer = <D extends DescMessage>(
    name: string,
    schema: D,
    answer: Answer<MessageShape<D>>,
  ): void => {
    // What the system itself refuses to show is not kept either.
    if (answer.ok) keep(name, schema, answer.value);
  };
  const funnel = port.funnel.snapshot();
  keep('funnel', FunnelSnapshotSchema, funnel);
  for (const date of [0, ...funnel.days.map((day) => day.date)]) {
    keepAnswer(`diff/${date}`, FunnelDiffSchema, port.funnel.diff(date));
  }
  for (const symbol of symbols) {
    keepAnswer(`explanation/${symbol}`, ExplanationSchema, port.funnel.explain(symbol));
  }
  keep('quality', QualityReportSchema, await port.quality.report());
  const listed = port.portfolios.list({ limit: LISTED_MAX, offset: 0 });
  keep('portfolios', PortfolioBatchSchema, listed);
  const opened = listed.portfolios.filter(({ unopened }) => !unopened);
  for (const { id } of opened.slice(0, DETAILED_MAX)) {
    keepAnswer(`portfolio/${id}`, PortfolioDetailSchema, await port.portfolios.get(id));
    keepAnswer(`risk/${id}`, RiskDetailSchema, await port.risk.get(id));
  }
  await Promise.all([...views].map(([name, bytes]) => journal.putView(name, bytes)));
  const run: LastRun = { date: funnel.date, views: [...views.keys()] };
  await journal.putView(INDEX, Buffer.from(JSON.stringify(run)));
}

/** A view of the last finished run, and the session it is of; undefined where there was no run. */
export async function readLastRun<D extends DescMessage>(
  dataDir: string,
  { schema, name, unknown }: StoredView<D>,
): Promise<{ readonly message: MessageShape<D>; readonly date: number } | undefined> {
  let journal: Journal;
  try {
    journal = Journal.open(join(resolve(dataDir), 'store'), { readOnly: true });
  } catch (error) {
    if (error instanceof Fault && error.code === 'journal.missing') return undefined;
    throw error;
  }
  try {
    const index = journal.view(INDEX);
    if (index === undefined) return undefined;
    // Written above.
    const { date, views } = JSON.parse(index.toString()) as LastRun;
    const bytes = views.includes(name) ? journal.view(name) : undefined;
    if (bytes === undefined) {
      const { code = 'run.no_view', expected = 'a view' } = unknown ?? {};
      const was = name.slice(name.indexOf('/') + 1, 64);
      throw new Fault(code, `expected ${expected} of the last run, was "${was}"`);
    }
    return { message: fromBinary(schema, bytes), date };
  } finally {
    await journal.close();
  }
}
