/** Renders last at least SABOTAGE_RENDER_MS, without costing the machine anything. */
const { setTimeout: wait } = require('node:timers/promises');
const { patchModule } = require('./change-module.cjs');

patchModule('rendering/engine-pool.js', ({ EnginePool }) => {
  const { render } = EnginePool.prototype;
  EnginePool.prototype.render = async function (task, signal, onProgress) {
    await wait(Number(process.env.SABOTAGE_RENDER_MS), undefined, { signal }).catch(() => {
      throw signal.reason;
    });
    return render.call(this, task, signal, onProgress);
  };
});
