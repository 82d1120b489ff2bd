// `sluice data quality` without a file: the quality of what streams in, or of the last run.

import { create, toJson } from '@bufbuild/protobuf';
import {
  GetQualityRequestSchema,
  Quality,
  type QualityReport,
  QualityReportSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { askOrLastRun, type ViewOptions } from './ask.js';
import { dateText, print, table } from './output.js';

/** Sessions shown. */
const SESSIONS_SHOWN = 10;

/** Asks and prints. Errors: `run.none`, `grpc.*`, `flag.invalid`. */
export async function liveQuality(options: ViewOptions): Promise<void> {
  const report = await askOrLastRun(
    Quality,
    options,
    (client) => client.call('get', create(GetQualityRequestSchema)),
    { schema: QualityReportSchema, name: 'quality' },
  );
  print(toJson(QualityReportSchema, report), options.json === true, () => reportText(report));
}

function reportText(report: QualityReport): string {
  const rules = report.rules.filter(({ records }) => records > 0n);
  return [
    table([
      ['source', 'accepted', 'refused', 'marked'],
      ...report.sources.map((one) => [
        one.source,
        String(one.accepted),
        String(one.refused),
        String(one.marked),
      ]),
    ]),
    rules.length === 0
      ? 'no rule refused or marked anything'
      : table([
          ['code', 'records', 'then', 'meaning'],
          ...rules.map((one) => [one.code, String(one.records), one.action, one.text]),
        ]),
    table([
      ['session', 'symbols', 'seen', 'prints', 'refused'],
      ...report.sessions
        .slice(0, SESSIONS_SHOWN)
        .map((one) => [
          dateText(one.date),
          one.symbols,
          one.streamed ? one.seen : 'missing',
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
              .slice(0, SESSIONS_SHOWN)
              .map((one) => [one.symbol, one.seen, one.expected, String(one.refused)]),
          ]),
        ]),
    `${(report.completeness * 100).toFixed(2)} % of the symbols and sessions that the exchange's calendar expects; ${report.accepted} prints taken, ${report.refused} refused, ${report.quarantined} in the quarantine`,
  ].join('\n\n');
}
