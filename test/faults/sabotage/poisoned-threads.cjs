/** Render threads that a report can poison by its title: see poisoned-thread.cjs. */
const { join } = require('node:path');
const { rewriteModule } = require('./change-module.cjs');

rewriteModule(
  'rendering/engine-pool.js',
  "(0, node_path_1.join)(__dirname, 'engine-thread.js')",
  JSON.stringify(join(__dirname, 'poisoned-thread.cjs')),
);
