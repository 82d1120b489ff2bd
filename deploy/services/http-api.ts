// The HTTP interface: the same messages as gRPC in their JSON form.

import { create, toJsonString } from '@bufbuild/protobuf';
import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import {
  BarTableSchema,
  GetBarsRequestSchema,
  SeriesListSchema,
} from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import {
  BookBatchSchema,
  BookDetailSchema,
  BookFeaturesSchema,
} from '../../proto/gen/sluice/book/v1/book_pb.js';
import {
  ExplanationSchema,
  FunnelDiffSchema,
  FunnelSnapshotSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  FeedStatusSchema,
  type QuoteBatch,
  QuoteBatchSchema,
  SymbolDetailSchema,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import {
  CommandRequestSchema,
  CommandResponseSchema,
  LotsRequestSchema,
  LotsResponseSchema,
  PortfolioBatchSchema,
  PortfolioDetailSchema,
  RebalanceProposalSchema,
  RebalanceRequestSchema,
  ReturnsRequestSchema,
  ReturnsResponseSchema,
  TransactionsRequestSchema,
  TransactionsResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  QualityReportSchema,
  RejectsRequestSchema,
  RejectsResponseSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import {
  ActorRequestSchema,
  ActorResponseSchema,
  AuditRequestSchema,
  AuditResponseSchema,
  DeadLettersRequestSchema,
  DeadLettersResponseSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  LogLevelsResponseSchema,
  MessageRequestSchema,
  MoveRequestSchema,
  ProfileRequestSchema,
  QuarantineRequestSchema,
  QuarantineResponseSchema,
  ThreadsResponseSchema,
  TreeRequestSchema,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Answer, Lever, SluicePort } from '../app/port.js';
import { ACTOR_LEVERS } from '../roles/shard-messages.js';
import { API_PREFIX, answer, found, malformed, missing, parse } from './http-answers.js';
import { limits, risk } from './http-risk.js';
import { httpStatusOf } from './refusals.js';

/** Answers requests below `API_PREFIX`. */
export function httpApi(port: SluicePort): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const parts = request.path.slice(API_PREFIX.length).split('/').map(decode);
    const route = `${request.method} ${parts[0] ?? ''}`;
    const wrong = NUMBERS.find((name) => !isWhole(request.query.get(name)));
    if (wrong !== undefined) {
      const was = (request.query.get(wrong) ?? '').slice(0, 32);
      return malformed(`${wrong} to be a whole number, was "${was}"`);
    }
    switch (route) {
      case 'GET health':
        return { status: 200, json: '{"status":"SERVING"}' };
      case 'GET ready':
        return ready(port);
      case 'GET quotes':
        return answer(QuoteBatchSchema, allQuotes(port));
      case 'GET symbols':
        return answer(
          SymbolDetailSchema,
          port.market.symbol(parts[1] ?? '', whole(request, 'bars')),
        );
      case 'GET bars':
        return bars(port, parts, request);
      case 'GET books':
        return books(port, parts[1]);
      case 'GET feed':
        return found(FeedStatusSchema, port.market.feed());
      case 'GET quality':
        return quality(port, parts, request);
      case 'GET funnel':
        return funnel(port, parts, request);
      case 'GET portfolios':
        return parts[1] === undefined
          ? answer(PortfolioBatchSchema, port.portfolios.changed(0))
          : portfolio(port, parts, request);
      case 'POST portfolios':
        return command(port, parts, request);
      case 'GET limits':
      case 'POST limits':
        return limits(port, parts, request);
      case 'GET risk':
        return risk(port, parts, request);
      case 'GET actors':
        return actors(port, parts, request);
      case 'POST actors':
        return lever(port, parts, request);
      default:
        return missing(request);
    }
  };
}

/** What is built, or one series of a symbol. */
function bars(port: SluicePort, parts: readonly string[], request: HttpRequest): HttpAnswer {
  const [, symbol, series = ''] = parts;
  if (symbol === undefined) return found(SeriesListSchema, port.bars.list());
  const limit = whole(request, 'limit');
  const wanted = create(GetBarsRequestSchema, { symbol, series, limit });
  return answer(BarTableSchema, port.bars.get(wanted));
}

/** All books, the features of a book, or one book: no symbol is named `features`. */
async function books(port: SluicePort, which: string | undefined): Promise<HttpAnswer> {
  if (which === undefined) return answer(BookBatchSchema, port.books.changed(0));
  return which === 'features'
    ? found(BookFeaturesSchema, port.books.features())
    : answer(BookDetailSchema, await port.books.get(which));
}

async function quality(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  switch (parts[1]) {
    case undefined:
      return found(QualityReportSchema, await port.quality.report());
    case 'rejects': {
      const code = request.query.get('code') ?? '';
      const wanted = create(RejectsRequestSchema, { code, limit: whole(request, 'limit') });
      return found(RejectsResponseSchema, await port.quality.rejects(wanted));
    }
    default:
      return missing(request);
  }
}

function funnel(port: SluicePort, parts: readonly string[], request: HttpRequest): HttpAnswer {
  switch (parts[1]) {
    case undefined:
      return found(FunnelSnapshotSchema, port.funnel.snapshot());
    case 'explain':
      return answer(ExplanationSchema, port.funnel.explain(parts[2] ?? ''));
    case 'diff':
      return answer(FunnelDiffSchema, port.funnel.diff(whole(request, 'date')));
    default:
      return missing(request);
  }
}

async function portfolio(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const [, id = '', view] = parts;
  const symbol = request.query.get('symbol') ?? '';
  switch (view) {
    case undefined:
      return answer(PortfolioDetailSchema, await port.portfolios.get(id));
    case 'lots': {
      const wanted = create(LotsRequestSchema, { portfolio: id, symbol });
      return answer(LotsResponseSchema, await port.portfolios.lots(wanted));
    }
    case 'transactions': {
      const page = { limit: whole(request, 'limit'), offset: whole(request, 'offset') };
      const wanted = create(TransactionsRequestSchema, { portfolio: id, symbol, ...page });
      return answer(TransactionsResponseSchema, await port.portfolios.transactions(wanted));
    }
    case 'rebalance':
      return rebalance(port, id, request);
    case 'returns': {
      const benchmark = request.query.get('benchmark') ?? '';
      const wanted = create(ReturnsRequestSchema, { portfolio: id, benchmark });
      return answer(ReturnsResponseSchema, await port.portfolios.returns(wanted));
    }
    default:
      return missing(request);
  }
}

/** Trades towards weights such as `targets=KO=0.4,PEP=0.4`; nothing is booked. */
async function rebalance(
  port: SluicePort,
  id: string,
  { query }: HttpRequest,
): Promise<HttpAnswer> {
  const field = (name: string): string => query.get(name) ?? '';
  const targets = field('targets')
    .split(',')
    .filter((one) => one !== '');
  const wanted = create(RebalanceRequestSchema, {
    portfolio: id,
    targets: targets.map((text) => {
      const [symbol = '', weight = ''] = text.split('=');
      return { symbol: symbol.trim().toUpperCase(), weight: weight.trim() };
    }),
    band: field('band'),
    cost: field('cost'),
    lot: field('lot'),
    method: field('method'),
    taxShort: field('taxShort'),
    taxLong: field('taxLong'),
    calendar: field('calendar'),
  });
  return answer(RebalanceProposalSchema, await port.portfolios.proposeRebalance(wanted));
}

async function command(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  if (parts[2] !== 'commands') return missing(request);
  const parsed = parse(CommandRequestSchema, request.body);
  if (parsed === undefined) return malformed('a CommandRequest of sluice.portfolio.v1 as JSON');
  const response = await port.portfolios.command({ ...parsed, portfolio: parts[1] ?? '' });
  return {
    status: response.accepted ? 200 : httpStatusOf(response.code),
    json: toJsonString(CommandResponseSchema, response),
  };
}

async function actors(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { query } = request;
  const page = { limit: whole(request, 'limit'), offset: whole(request, 'offset') };
  switch (parts[1]) {
    case undefined: {
      const match = query.get('match') ?? '';
      const sort = query.get('sort') ?? '';
      const state = query.get('state') ?? '';
      const below = query.get('below') ?? '';
      const reverse = query.get('reverse') === 'true';
      const wanted = create(TreeRequestSchema, { ...page, match, sort, state, below, reverse });
      return answer(TreeResponseSchema, port.actors.tree(wanted));
    }
    case 'quarantine': {
      const address = query.get('address') ?? '';
      const wanted = create(QuarantineRequestSchema, { ...page, address });
      return found(QuarantineResponseSchema, await port.actors.quarantine(wanted));
    }
    case 'letters': {
      const address = query.get('address') ?? '';
      const code = query.get('code') ?? '';
      const wanted = create(DeadLettersRequestSchema, { ...page, address, code });
      return found(DeadLettersResponseSchema, await port.actors.deadLetters(wanted));
    }
    case 'threads':
      return found(ThreadsResponseSchema, port.actors.threads());
    case 'logs':
      return found(LogLevelsResponseSchema, port.actors.logLevels());
    case 'audit':
      return found(AuditResponseSchema, port.actors.audit(create(AuditRequestSchema, page)));
    default:
      return missing(request);
  }
}

async function lever(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const pulled = leverOf(parts[1] ?? '', request.body);
  if (pulled === undefined) return missing(request);
  if (typeof pulled === 'string') return malformed(`${pulled} of sluice.supervision.v1 as JSON`);
  const { lever, by, reason } = pulled;
  const response = await port.actors.pull(lever, { by, reason, door: 'http' });
  return {
    status: response.accepted ? 200 : httpStatusOf(response.code),
    json: toJsonString(ActorResponseSchema, response),
  };
}

/** The lever that a request pulls; the name of the message its body is not; undefined for none. */
function leverOf(
  name: string,
  body: string,
): { readonly lever: Lever; readonly by: string; readonly reason: string } | string | undefined {
  const kind = ACTOR_LEVERS.find((lever) => lever === name);
  if (kind !== undefined) {
    const parsed = parse(ActorRequestSchema, body);
    if (parsed === undefined) return 'an ActorRequest';
    return { ...parsed, lever: { kind, address: parsed.address } };
  }
  if (name === 'replay' || name === 'discard') {
    const parsed = parse(MessageRequestSchema, body);
    if (parsed === undefined) return 'a MessageRequest';
    return { ...parsed, lever: { kind: name, message: parsed.id } };
  }
  if (name === 'move') {
    const parsed = parse(MoveRequestSchema, body);
    if (parsed === undefined) return 'a MoveRequest';
    const { address, shard } = parsed;
    return { ...parsed, lever: { kind: name, address, shard } };
  }
  if (name === 'drain') {
    const parsed = parse(DrainRequestSchema, body);
    if (parsed === undefined) return 'a DrainRequest';
    return { ...parsed, lever: { kind: name, shard: parsed.shard } };
  }
  if (name === 'log_level') {
    const parsed = parse(LogLevelRequestSchema, body);
    if (parsed === undefined) return 'a LogLevelRequest';
    const { target, area, level } = parsed;
    return { ...parsed, lever: { kind: name, target, area, level } };
  }
  if (name !== 'profile') return undefined;
  const parsed = parse(ProfileRequestSchema, body);
  if (parsed === undefined) return 'a ProfileRequest';
  const { shard, seconds } = parsed;
  return { ...parsed, lever: { kind: name, shard, seconds } };
}

/** Ready is who takes commands and shows a market: not while it is resumed or at its end. */
function ready(port: SluicePort): HttpAnswer {
  const { state } = port.market.feed();
  const isReady = state === 'streaming' || state === 'finished';
  const status = isReady ? 'SERVING' : 'NOT_SERVING';
  return { status: isReady ? 200 : 503, json: JSON.stringify({ status, state }) };
}

function allQuotes(port: SluicePort): Answer<QuoteBatch> {
  const news = port.market.changed(0);
  return news.ok ? { ok: true, value: news.value.message() } : news;
}

/** Parameters that are whole numbers, wherever they stand. */
const NUMBERS = ['bars', 'date', 'limit', 'offset'] as const;

function isWhole(text: string | null): boolean {
  return text === null || (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31);
}

/** The number of a parameter, which was looked at before; 0 without it. */
function whole(request: HttpRequest, name: (typeof NUMBERS)[number]): number {
  return Number(request.query.get(name) ?? 0);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
