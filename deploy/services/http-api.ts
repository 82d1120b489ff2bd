// The HTTP interface: the same messages as gRPC in their JSON form.

import { create } from '@bufbuild/protobuf';
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
  QualityReportSchema,
  RejectsRequestSchema,
  RejectsResponseSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import type { Answer, SluicePort } from '../app/port.js';
import { actors, lever } from './http-actors.js';
import { API_PREFIX, answer, found, missing } from './http-answers.js';
import { figures } from './http-figures.js';
import { whole, wrongRequest } from './http-paths.js';
import { command, portfolio } from './http-portfolios.js';
import { alerts, limits, risk } from './http-risk.js';

/** Answers requests below `API_PREFIX`. */
export function httpApi(port: SluicePort): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const parts = request.path.slice(API_PREFIX.length).split('/').map(decode);
    const route = `${request.method} ${parts[0] ?? ''}`;
    const wrong = wrongRequest(request, parts);
    if (wrong !== undefined) return wrong;
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
        return portfolio(port, parts, request);
      case 'POST portfolios':
        return command(port, parts, request);
      case 'GET limits':
      case 'POST limits':
        return limits(port, parts, request);
      case 'GET alerts':
        return alerts(port, parts, request);
      case 'GET risk':
        return risk(port, parts, request);
      case 'POST risk':
        return figures(port, parts, request);
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

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
