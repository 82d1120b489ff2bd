// The door of the groups module: strategies, desks and the firm.

export { createBoard, RiskBoard } from './board.js';
export {
  type BoardConfig,
  type GroupConfig,
  type GroupLevel,
  limitsOfPortfolio,
  limitsOfScope,
  scopesOf,
} from './board-config.js';
export { GroupJudge, type GroupsMarked } from './group-judge.js';
export type { GroupFigures } from './group-record.js';
