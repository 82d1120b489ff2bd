// `sluice data quality` without a file: the quality of what streams in, or of the last run.

import { create, toJson } from '@bufbuild/protobuf';
import {
  GetQualityRequestSchema,
  type LiveSource,
  Quality,
  type QualityReport,
  QualityReportSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { wholeFlag } from '../app/settings.js';
import { askOrLastRun, type ViewOptions } from './ask.js';
import { dateText, print, table } from './output.js';

/** Flags of `data quality` without a file. */
export interface LiveQualityFlags extends ViewOptions {
  /** Sessions and symbols shown; 0 for all. */
  readonly last: string;
}

/** Asks and prints. Errors: `run.none`, `grpc.*`, `flag.invalid`. */
export async function liveQuality(options: LiveQualityFlags): Promise<void> {
  const shown = wholeFlag('--last', options.last, 0, 1_000_000) || undefined;
  const report = await askOrLastRun(
    Quality,
    options,
    (client) => client.call('get', create(GetQualityRequestSchema)),
    { schema: QualityReportSchema, name: 'quality' },
  );
  print(toJson(QualityReportSchema, report), options.json === true, () =>
    reportText(report, shown),
  );
}

/** Columns of the table of live sources. */
const LIVE = ['live source', 'state', 'delivered', 'holes', 'counted'];

function liveRow({ source, state, counts }: LiveSource): string[] {
  const { delivered = 0n, holes = 0n, ...others } = counts;
  const counted = Object.entries(others).filter(([, count]) => count > 0n);
  const told = counted.map(([name, count]) => `${name} ${count}`).join(', ');
  return [source, state, String(delivered), String(holes), told];
}

function reportText(report: QualityReport, shown: number | undefined): string {
  const rules = report.rules.filter(({ records }) => records > 0n);
  return [
    table([
      ['source', 'accepted', 'refused', 'marked', 'missing'],
      ...report.sources.map((one) => [
        one.source,
        String(one.accepted),
        String(one.refused),
        String(one.marked),
        String(one.byCode['gap'] ?? 0n),
      ]),
    ]),
    ...(report.live.length === 0 ? [] : [table([LIVE, ...report.live.map(liveRow)])]),
    rules.length === 0
      ? 'no rule refused or marked anything'
      : table([
          ['code', 'records', 'then', 'meaning'],
          ...rules.map((one) => [one.code, String(one.records), one.action, one.text]),
        ]),
    table([
      ['session', 'symbols', 'seen', 'prints', 'refused'],
      ...report.sessions
        .slice(0, shown)
        .map((one) => [
          dateText(one.date),
          one.symbols,
          one.underWay ? `${one.seen} so far` : one.streamed ? one.seen : 'missing',
          String(one.accepted),
          String(one.refused),
        ]),
    ]),
    ...(report.symbols.length === 0
      ? []
      : [
          table([
            ['symbol', 'sessions seen', 'of', 'refused'],
            ...report.symbols
              .slice(0, shown)
              .map((one) => [one.symbol, one.seen, one.expected, String(one.refused)]),
          ]),
        ]),
    `${(report.completeness * 100).toFixed(2)} % of the symbols and sessions that the exchange's calendar expects; ${report.accepted} prints taken, ${report.refused} refused, ${report.quarantined} in the quarantine`,
  ].join('\n\n');
}
