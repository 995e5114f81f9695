/** Takes the fence away: a worker may write to any running report, whichever attempt it holds. */
const { rewriteModule } = require('./change-module.cjs');

rewriteModule(
  'reports/report-state.js',
  'AND attempt = $2 AND lease_token = $3',
  'AND $2::int IS NOT NULL AND $3::uuid IS NOT NULL',
);
