/** One peer in a process of its own: `peer.mjs NAME ROWS OUT [WARM]`, where WARM renders are timed after as many others. */
const [name, rows, out, warm] = process.argv.slice(2);

const { render, missing } = await import(`./peers/${name}.mjs`).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  return { missing: 'not installed: npm install --prefix bench' };
});

if (missing) {
  process.stderr.write(`skipped: ${missing}\n`);
  process.exitCode = 75; // EX_TEMPFAIL of sysexits.h
} else if (warm) {
  const count = Number(warm);
  for (let run = 0; run < count; run += 1) await render(rows, out);
  const before = process.cpuUsage();
  for (let run = 0; run < count; run += 1) await render(rows, out);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ cpu: (user + system) / 1e6 / count }));
} else {
  await render(rows, out);
}
