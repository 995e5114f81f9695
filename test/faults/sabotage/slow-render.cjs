/** Renders last at least SABOTAGE_RENDER_MS, without costing the machine anything. */
const { setTimeout: wait } = require('node:timers/promises');
const { patchModule } = require('./change-module.cjs');

patchModule('rendering/engine-pool.js', ({ EnginePool }) => {
  const { render } = EnginePool.prototype;
  EnginePool.prototype.render = async function (...given) {
    const signal = given.find((each) => each instanceof AbortSignal);
    if (signal === undefined) throw new Error('EnginePool.render is not given a signal any more');
    await wait(Number(process.env.SABOTAGE_RENDER_MS), undefined, { signal }).catch(() => {
      throw signal.reason;
    });
    return render.apply(this, given);
  };
});
