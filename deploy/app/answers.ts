// Refusals that several parts of the running system answer with.

import { create } from '@bufbuild/protobuf';
import { type Refusal, refusal } from '../../engine/index.js';
import {
  type CommandResponse,
  CommandResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** A "no" with its reason. */
export interface No {
  readonly ok: false;
  readonly refusal: Refusal;
}

/** Says no. */
export function no(code: string, text: string): No {
  return { ok: false, refusal: refusal(code, text) };
}

/** No symbol of that name. */
export function unknownSymbol(symbol: string): No {
  return no('market.unknown_symbol', `expected a listed symbol, was "${symbol.slice(0, 32)}"`);
}

/** No order book of that symbol, which may be a listed one. */
export function noBook(symbol: string): No {
  const was = `was "${symbol.slice(0, 32)}"`;
  const text = `expected a symbol with an order book, ${was}; see run --feed to have some`;
  return no('market.unknown_symbol', text);
}

/** No portfolio of that id. */
export function unknownPortfolio(id: string): No {
  return no('portfolio.unknown', `expected the id of a portfolio, was "${id.slice(0, 64)}"`);
}

/** A refusal as the answer to a command. */
export function refused({ code, text }: Refusal): CommandResponse {
  return create(CommandResponseSchema, { accepted: false, code, text });
}
