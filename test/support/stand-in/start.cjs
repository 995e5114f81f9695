/** `npm start` with stand-ins for the API, the workers and the CLI. */
const { join } = require('node:path');

const embedded = join(__dirname, '..', '..', '..', 'dist', 'embedded');
const { loadEmbeddedConfig } = require('../../../dist/platform/config/config');
const { launch } = require(join(embedded, 'launch'));
const { runCommandLine } = require(join(embedded, 'lifetime'));
const { publishReadyFile } = require(join(embedded, 'ready-file'));

const program = (name) => join(__dirname, `${name}.cjs`);

void runCommandLine(async (lifetime) => {
  const programs = { api: program('api'), worker: program('worker'), cli: program('cli'), composeFile: '/nowhere' };
  const tell = (subject, message) => console.log(subject, message);
  const config = loadEmbeddedConfig();
  const pressroom = await launch({ config, env: process.env, programs, anyPort: false, tell, lifetime });
  publishReadyFile(pressroom, lifetime);
  await new Promise((resolve) => lifetime.interrupted.addEventListener('abort', resolve));
  return 0;
});
