/** The render thread, with reports that ruin it as no definition should be able to. */
const { runRenderTask } = require('../../../dist/rendering/engine-thread.js');

const poisons = {
  'out of heap': () => {
    const kept = [];
    for (;;) kept.push(Array(1_000).fill(kept.length));
  },
  endless: () => {
    for (;;);
  },
  'no result': () => process.exit(0),
  // As a fault in native code would: the whole process is gone.
  crash: () => process.kill(process.pid, 'SIGKILL'),
};

module.exports.runRenderTask = (task) => {
  poisons[task.definition.title]?.();
  return runRenderTask(task);
};
