// The checks of the past, H1 to H9.

import type { BarLength, RecordKind } from '../record.js';
import type { HistoryRequest } from '../source.js';
import { ask, type Check, difference, type Rig, type Verdict } from './checks.js';
import { json, taped } from './loopback-vendor.js';

const KINDS: readonly (readonly [RecordKind, BarLength])[] = [
  ['trade', '1m'],
  ['quote', '1m'],
  ['bar', '1m'],
  ['bar', '1d'],
];

const hasHistory = ({ source }: Rig): string | undefined =>
  source.capabilities.history.length > 0 ? undefined : 'has no past';
const hasVendor = (rig: Rig): string | undefined =>
  hasHistory(rig) ?? (rig.vendor === undefined ? 'asks nobody over a network' : undefined);

function has({ source }: Rig, kind: RecordKind, every: BarLength): boolean {
  const { history, bars } = source.capabilities;
  return history.includes(kind) && (kind !== 'bar' || bars.includes(every));
}

/** The whole of the tape, of a kind. */
function wholeOf({ tape }: Rig, kind: RecordKind, every: BarLength): HistoryRequest {
  const all = taped(tape, kind, every, tape.trades.length);
  const toUs = all.at(-1)!.timeUs + 1_000_000;
  return { kind, every, symbol: tape.symbol, fromUs: all[0]!.timeUs, toUs };
}

/** A request that every source with a past has an answer to. */
function anyOf(rig: Rig): HistoryRequest {
  const [kind, every] = KINDS.find(([kind, every]) => has(rig, kind, every))!;
  return wholeOf(rig, kind, every);
}

async function eachKind(
  rig: Rig,
  run: (request: HistoryRequest) => Promise<Verdict>,
): Promise<Verdict> {
  for (const [kind, every] of KINDS) {
    if (!has(rig, kind, every)) continue;
    const verdict = await run(wholeOf(rig, kind, every));
    if (verdict !== undefined) return `${kind} ${every}: ${verdict}`;
  }
  return undefined;
}

async function whole(rig: Rig, request: HistoryRequest): Promise<Verdict> {
  const { records, code, rejected } = await ask(rig.source, request);
  if (code !== undefined) return `was refused: ${code}`;
  if (rejected > 0) return `expected nothing rejected, was ${rejected}`;
  const all = taped(rig.tape, request.kind, request.every, rig.tape.trades.length);
  const expected = all.filter(({ timeUs }) => timeUs >= request.fromUs && timeUs < request.toUs);
  return difference(records, expected);
}

async function refusedWith(rig: Rig, request: HistoryRequest, expected: string): Promise<Verdict> {
  const { code, records } = await ask(rig.source, request);
  if (code === expected || (code === undefined && records.length === 0)) return undefined;
  return `expected ${expected} or nothing, was ${code ?? `${records.length} records`}`;
}

/** The checks. */
export const HISTORY_CHECKS: readonly Check[] = [
  {
    id: 'H1',
    title: 'what the table says it has is answered, anything else is refused',
    notFor: () => undefined,
    run: async (rig) => {
      for (const [kind, every] of KINDS) {
        if (has(rig, kind, every)) continue;
        const { code } = await ask(rig.source, wholeOf(rig, kind, every));
        if (code !== 'source.unsupported') return `${kind} ${every}: was ${code ?? 'answered'}`;
      }
      return eachKind(rig, async (request) => {
        const { records } = await ask(rig.source, request);
        return records.length > 0 ? undefined : 'expected records, was none';
      });
    },
  },
  {
    id: 'H2',
    title: 'every record once and in order, over all pages',
    notFor: hasHistory,
    run: (rig) => eachKind(rig, (request) => whole(rig, request)),
  },
  {
    id: 'H3',
    title: 'nothing from outside the range, whose end is not in it',
    notFor: hasHistory,
    run: (rig) =>
      eachKind(rig, (request) => {
        const all = taped(rig.tape, request.kind, request.every, rig.tape.trades.length);
        return whole(rig, { ...request, fromUs: all[3]!.timeUs, toUs: all[9]!.timeUs });
      }),
  },
  {
    id: 'H4',
    title: 'an unknown symbol is refused or has nothing',
    notFor: hasHistory,
    run: (rig) => refusedWith(rig, { ...anyOf(rig), symbol: 'NOSUCH' }, 'source.unknown_symbol'),
  },
  {
    id: 'H5',
    title: 'a vendor that asks to wait is waited for',
    notFor: hasVendor,
    run: async (rig) => {
      rig.vendor!.planned.push({ status: 429, body: '', headers: { 'retry-after': '7' } });
      const before = rig.clock.slept.length;
      const verdict = await whole(rig, anyOf(rig));
      const waited = rig.clock.slept.slice(before).includes(7_000);
      return verdict ?? (waited ? undefined : 'expected a wait of 7 s');
    },
  },
  {
    id: 'H6',
    title: 'failures of the vendor are tried again, each time later',
    notFor: hasVendor,
    run: async (rig) => {
      for (let times = 0; times < 3; times++) rig.vendor!.planned.push({ status: 503, body: 'x' });
      const before = rig.clock.slept.length;
      const verdict = await whole(rig, anyOf(rig));
      const [first = 0, second = 0, third = 0] = rig.clock.slept.slice(before);
      const isLater = first >= 250 && second >= 500 && third >= 1_000 && third <= 2_000;
      return verdict ?? (isLater ? undefined : `was ${first}, ${second}, ${third} ms`);
    },
  },
  {
    id: 'H7',
    title: 'a vendor that stays down is left alone, until its time comes',
    notFor: hasVendor,
    run: async (rig) => {
      const { vendor, source, clock } = rig;
      const failing = Array.from({ length: 40 }, () => ({ status: 500, body: 'x' }));
      vendor!.planned.push(...failing);
      const first = await ask(source, anyOf(rig));
      await ask(source, anyOf(rig));
      const asked = vendor!.requests;
      const second = await ask(source, anyOf(rig));
      const calls = vendor!.requests - asked;
      vendor!.planned.length = 0;
      clock.advance(60_000);
      const verdict = await whole(rig, anyOf(rig));
      if (first.code !== 'source.unavailable' || second.code !== 'source.unavailable') {
        return `expected source.unavailable, was ${first.code} and ${second.code}`;
      }
      return calls === 0 ? verdict : `expected no call while it is left alone, was ${calls}`;
    },
  },
  {
    id: 'H8',
    title: 'an answer that is none is refused, without a fault and without a retry',
    notFor: hasVendor,
    run: async (rig) => {
      for (const body of ['<html>502</html>', '{"x":1}', '[[[', '']) {
        rig.vendor!.planned.push({ status: 200, body });
        const { code } = await ask(rig.source, anyOf(rig));
        if (code !== 'source.unreadable') return `expected source.unreadable, was ${code}`;
      }
      return undefined;
    },
  },
  {
    id: 'H9',
    title: 'wrong credentials are told at once, and no secret with them',
    notFor: hasVendor,
    run: async (rig) => {
      rig.vendor!.planned.push(json({ message: 'no' }, 401));
      const asked = rig.vendor!.requests;
      const { code, text } = await ask(rig.source, anyOf(rig));
      if (code !== 'source.unauthorised') return `expected source.unauthorised, was ${code}`;
      if (rig.vendor!.requests !== asked + 1) return 'expected one try';
      return /loopback-(key|secret)/.test(text) ? 'a secret is in the text' : undefined;
    },
  },
];
