// Risk over HTTP: figures, the pre-trade check, limits and what people decide about them.

import { create, toJsonString } from '@bufbuild/protobuf';
import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import {
  AlertBatchSchema,
  AlertRulesResponseSchema,
  AlertsRequestSchema,
  ApproveRequestSchema,
  CheckOrderRequestSchema,
  CheckOrderResponseSchema,
  type ControlResponse,
  ControlResponseSchema,
  FlattenProposalSchema,
  KillRequestSchema,
  LimitsRequestSchema,
  LimitsResponseSchema,
  OverrideRequestSchema,
  RevokeRequestSchema,
  RiskBatchSchema,
  RiskDetailSchema,
  RiskStudySchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { SluicePort } from '../app/port.js';
import { riskReport } from '../report/risk-report.js';
import { answer, found, malformed, missing, parse } from './http-answers.js';
import { whole } from './http-paths.js';
import { httpStatusOf } from './refusals.js';
import { studyMessage } from './study-message.js';

/** Answers below `risk`. */
export async function risk(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const [, portfolio, what] = parts;
  if (portfolio === undefined) return answer(RiskBatchSchema, port.risk.changed(0));
  if (what === undefined) return answer(RiskDetailSchema, await port.risk.get(portfolio));
  if (what === 'flatten') {
    return answer(FlattenProposalSchema, await port.risk.proposeFlatten(portfolio));
  }
  if (what === 'study' || what === 'report') {
    const study = await port.risk.study(portfolio);
    if (!study.ok) return answer(RiskStudySchema, study);
    return what === 'study'
      ? found(RiskStudySchema, studyMessage(study.value))
      : { status: 200, html: riskReport(study.value) };
  }
  if (what !== 'check') return missing(request);
  const field = (name: string): string => request.query.get(name) ?? '';
  const order = create(CheckOrderRequestSchema, {
    portfolio,
    symbol: field('symbol'),
    side: field('side'),
    quantity: field('quantity'),
    price: field('price'),
    fee: field('fee'),
  });
  return answer(CheckOrderResponseSchema, await port.risk.checkOrder(order));
}

/** Answers below `alerts`: a page of them, or the rules that raise them. */
export function alerts(
  port: SluicePort,
  [, what]: readonly string[],
  request: HttpRequest,
): HttpAnswer {
  if (what === 'rules') return found(AlertRulesResponseSchema, port.risk.alertRules());
  if (what !== undefined) return missing(request);
  const page = { limit: whole(request, 'limit'), before: whole(request, 'before') };
  return found(AlertBatchSchema, port.risk.alertPage(create(AlertsRequestSchema, page)));
}

/** Answers below `limits`. */
export async function limits(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  if (request.method === 'GET') {
    const scope = request.query.get('scope');
    const wanted = create(LimitsRequestSchema, { scopes: scope === null ? [] : [scope] });
    return answer(LimitsResponseSchema, port.risk.limits(wanted));
  }
  const response = await controlled(port, parts[1] ?? '', request.body);
  if (response === undefined) return missing(request);
  if (typeof response === 'string') return malformed(`${response} of sluice.risk.v1 as JSON`);
  return {
    status: response.accepted ? 200 : httpStatusOf(response.code),
    json: toJsonString(ControlResponseSchema, response),
  };
}

/** What came of a decision; the name of the message its body is not; undefined for none. */
async function controlled(
  port: SluicePort,
  name: string,
  body: string,
): Promise<ControlResponse | string | undefined> {
  switch (name) {
    case 'override': {
      const parsed = parse(OverrideRequestSchema, body);
      return parsed === undefined
        ? 'an OverrideRequest'
        : port.risk.requestOverride(parsed, 'http');
    }
    case 'approve': {
      const parsed = parse(ApproveRequestSchema, body);
      return parsed === undefined ? 'an ApproveRequest' : port.risk.approveOverride(parsed, 'http');
    }
    case 'revoke': {
      const parsed = parse(RevokeRequestSchema, body);
      return parsed === undefined ? 'a RevokeRequest' : port.risk.revokeOverride(parsed, 'http');
    }
    case 'kill': {
      const parsed = parse(KillRequestSchema, body);
      return parsed === undefined ? 'a KillRequest' : port.risk.setKillSwitch(parsed, 'http');
    }
    default:
      return undefined;
  }
}
