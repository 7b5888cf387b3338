module.exports = globalThis[Symbol.for('mlops-actions.duckdb')]();
