/** Every SABOTAGE_DIE_EVERY-th accepted report kills its process between the commit and the ring of the bell. */
const { patchModule } = require('./change-module.cjs');

let accepted = 0;
patchModule('reports/dispatcher.js', ({ Dispatcher }) => {
  const { ring } = Dispatcher.prototype;
  Dispatcher.prototype.ring = function (...given) {
    if (++accepted % Number(process.env.SABOTAGE_DIE_EVERY) === 0) process.kill(process.pid, 'SIGKILL');
    return ring.apply(this, given);
  };
});
