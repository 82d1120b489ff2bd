// The door of the linear module: dense matrices and the factorisations of small problems.

export * from './cholesky.js';
export * from './eigen.js';
export * from './integer-programme.js';
export * from './linear-programme.js';
export * from './matrix.js';
export * from './solve.js';
