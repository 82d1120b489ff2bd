// Figures of risk over HTTP that are asked for with terms: the requests of gRPC as JSON.

import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import {
  MeasureRequestSchema,
  MeasureResponseSchema,
  SizeRequestSchema,
  SizeResponseSchema,
  StressRequestSchema,
  StressResponseSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { Answer, SluicePort } from '../app/port.js';
import { measureMessage, sizeMessage, stressMessage } from './figure-messages.js';
import { answer, malformed, missing, parse } from './http-answers.js';

/** Answers `POST risk/size`, and `measure` and `stress` below `risk/ID`. */
export async function figures(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const [, portfolio = '', what] = parts;
  // Without terms the body may be left out: all of them have values of their own.
  const body = request.body === '' ? '{}' : request.body;
  if (what === undefined && portfolio === 'size') return size(port, body);
  switch (what) {
    case 'measure': {
      const wanted = parse(MeasureRequestSchema, body);
      if (wanted === undefined) return malformed('a MeasureRequest of sluice.risk.v1 as JSON');
      const measured = await port.risk.measure({ ...wanted, portfolio });
      return answer(
        MeasureResponseSchema,
        mapped(measured, (figure) => measureMessage(portfolio, figure)),
      );
    }
    case 'stress': {
      const wanted = parse(StressRequestSchema, body);
      if (wanted === undefined) return malformed('a StressRequest of sluice.risk.v1 as JSON');
      const stressed = await port.risk.stress({ ...wanted, portfolio });
      return answer(
        StressResponseSchema,
        mapped(stressed, (figure) => stressMessage(portfolio, figure)),
      );
    }
    default:
      return missing(request);
  }
}

function size(port: SluicePort, body: string): HttpAnswer {
  const wanted = parse(SizeRequestSchema, body);
  if (wanted === undefined) return malformed('a SizeRequest of sluice.risk.v1 as JSON');
  const sized = port.risk.size(wanted);
  return answer(
    SizeResponseSchema,
    mapped(sized, (figure) => sizeMessage(wanted.symbol, figure)),
  );
}

function mapped<A, B>(result: Answer<A>, change: (value: A) => B): Answer<B> {
  return result.ok ? { ok: true, value: change(result.value) } : result;
}
