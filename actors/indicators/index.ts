// The door of the indicators module: the catalogue, its engine, the cross-section, the checks.

export { askedFeature, askedForms, askedFunction, indicatorsAmong } from './asked.js';
export { indicatorByFunction, type NamedIndicator } from './by-function.js';
export { CATALOGUE, FEATURES } from './catalogue.js';
export {
  CROSS_FEATURES,
  CROSS_INPUTS,
  type CrossSection,
  createCrossSection,
} from './cross-section.js';
export { createFeatureEngine, type FeatureEngine } from './features.js';
export {
  addRow,
  type Bar,
  createRows,
  emptyBar,
  type FeatureSpec,
  type Indicator,
  type Rows,
  type Unit,
} from './indicator.js';
export { runIndicator } from './run-indicator.js';
export { type PriceSeries, priceSeriesOf, verifyIndicatorCase } from './verify.js';
