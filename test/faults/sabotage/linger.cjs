/** A worker rests for SABOTAGE_LINGER_MS between storing a file and completing its report. */
const { setTimeout: wait } = require('node:timers/promises');
const { patchModule } = require('./change-module.cjs');

patchModule('rendering/render-report.js', ({ RenderReport }) => {
  const { store } = RenderReport.prototype;
  RenderReport.prototype.store = async function (...given) {
    const file = await store.apply(this, given);
    await wait(Number(process.env.SABOTAGE_LINGER_MS));
    return file;
  };
});
