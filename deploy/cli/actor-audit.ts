// `sluice actors audit`: every lever that was pulled, of a running system or of its journal.

import { join, resolve } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
import { Fault, Journal } from '../../engine/index.js';
import {
  type AuditEntry,
  AuditRequestSchema,
  type AuditResponse,
  AuditResponseSchema,
  Supervision,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { readAudit } from '../app/journal/lever-audit.js';
import { wholeFlag } from '../app/settings.js';
import { askSystem, type ViewOptions } from './ask.js';
import { print, say, table } from './output.js';

/** `actors audit`: asks the running system, or reads the journal where none runs. */
export async function actorsAudit(
  options: ViewOptions & { readonly limit: string; readonly offset: string },
): Promise<void> {
  const limit = wholeFlag('--limit', options.limit, 1, 1_000);
  const offset = wholeFlag('--offset', options.offset, 0, 1_000_000_000);
  const request = create(AuditRequestSchema, { limit, offset });
  const audit = await askOrJournal(options, request);
  print(toJson(AuditResponseSchema, audit), options.json === true, () =>
    [
      table([
        ['number', 'when', 'by', 'door', 'lever', 'target', 'outcome', 'code', 'reason'],
        ...audit.entries.map(auditRow),
      ]),
      `${audit.entries.length} of ${audit.total} levers pulled${lost(audit)}`,
    ].join('\n'),
  );
}

function lost({ outcomesLost }: AuditResponse): string {
  return outcomesLost === 0 ? '' : `, ${outcomesLost} outcomes not recorded`;
}

async function askOrJournal(
  options: ViewOptions,
  request: Parameters<typeof readAudit>[1],
): Promise<AuditResponse> {
  try {
    return await askSystem(Supervision, options, (client) => client.call('audit', request));
  } catch (error) {
    const isNobodyThere = error instanceof Fault && error.code === 'grpc.unavailable';
    if (!isNobodyThere || options.address !== undefined) throw error;
    const journal = Journal.open(join(resolve(options.dataDir), 'store'), { readOnly: true });
    try {
      say(`sluice: nothing is running; this is the record in ${options.dataDir}`);
      return readAudit(journal, request);
    } finally {
      await journal.close();
    }
  }
}

function auditRow(entry: AuditEntry): (string | number)[] {
  const { number, by, door, lever, target, outcome, code, reason } = entry;
  const when = new Date(entry.askedUs / 1000).toISOString();
  return [number, when, by, door, lever, target, outcome, code, reason];
}
