// Asks a vendor for the past, page by page: within its limits, with patience, never for ever.

import { no } from '../../app/answers.js';
import type { Answer } from '../../app/port.js';
import type { HistoryDialect, PageReading } from './dialect.js';
import type { PatientCaller } from './patient-caller.js';
import type { RawSink } from './raw.js';
import { faultOfRecord, type MarketRecord } from './record.js';
import type { Capabilities, HistoryPage, HistoryRequest, MarketDataSource } from './source.js';

/** Pages of one request: a year of a liquid stock's trades in pages of ten thousand. */
const PAGES_MAX = 100_000;

/** What a client is made of. */
export interface HistoryClientOptions {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly dialect: HistoryDialect;
  readonly caller: PatientCaller;
  readonly onRaw?: RawSink;
}

/** Asks one vendor. */
export class HistoryClient {
  readonly #options: HistoryClientOptions;

  constructor(options: HistoryClientOptions) {
    this.#options = options;
  }

  /** The past of a symbol, as `MarketDataSource.history`. */
  async *history(request: HistoryRequest): AsyncGenerator<Answer<HistoryPage>, void> {
    const unsupported = unsupportedOf(this.#options, request);
    if (unsupported !== undefined) {
      yield unsupported;
      return;
    }
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await this.#page(request, cursor);
      if (!answer.ok) {
        yield answer;
        return;
      }
      const { records, next, sinceUs } = answer.value;
      const isLast = next === undefined || next === cursor;
      const value = { ...sifted(records, request), isLast };
      yield { ok: true, value: sinceUs === undefined ? value : { ...value, sinceUs } };
      if (isLast) return;
      cursor = next;
    }
    yield no('source.unreadable', `expected at most ${PAGES_MAX} pages of ${request.symbol}`);
  }

  #page(
    request: HistoryRequest,
    cursor: string | undefined,
  ): Promise<Answer<Extract<PageReading, { kind: 'page' }>>> {
    const { caller, dialect, name, onRaw } = this.#options;
    const asked = { request, ...(cursor === undefined ? {} : { cursor }) };
    return caller.ask(dialect.call(request, cursor), (reply) => {
      const { status, body: message } = reply;
      onRaw?.({ form: 'reply', source: name, asked, status, message });
      if (status === 200) return dialect.read(reply, request, cursor);
      return dialect.readFailure?.(reply);
    });
  }
}

/** The refusal of what a source does not have; undefined where it has it. */
export function unsupportedOf(
  { name, capabilities }: Pick<MarketDataSource, 'name' | 'capabilities'>,
  { kind, every, afterSequence }: HistoryRequest,
): Answer<never> | undefined {
  const { history, bars, repair } = capabilities;
  const isRepair = afterSequence !== undefined && repair.includes(kind);
  if (!history.includes(kind) && !isRepair) {
    const has = history.join(', ') || 'no history';
    return no('source.unsupported', `${name}: expected one of ${has}, was ${kind}`);
  }
  if (kind !== 'bar' || bars.includes(every)) return undefined;
  return no('source.unsupported', `${name}: expected bars of ${bars.join(', ')}, was ${every}`);
}

/** A page without what can't be right and what lies outside of the request. */
export function sifted(records: readonly MarketRecord[], request: HistoryRequest): HistoryPage {
  const rejected: Record<string, number> = {};
  const { fromUs, toUs, afterSequence } = request;
  const kept = records.filter((record) => {
    const fault = faultOfRecord(record);
    if (fault !== undefined) {
      rejected[fault] = (rejected[fault] ?? 0) + 1;
      return false;
    }
    if (afterSequence !== undefined && record.kind === 'trade') {
      return record.sequence > afterSequence;
    }
    return record.timeUs >= fromUs && record.timeUs < toUs;
  });
  return { records: kept, rejectedByReason: rejected };
}
