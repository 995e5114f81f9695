import { once } from 'node:events';
import { inheritedEnvironment, loadEmbeddedConfig } from '../platform/config/config';
import { launch } from './launch';
import { runCommandLine } from './lifetime';
import { programs } from './programs';
import { publishReadyFile } from './ready-file';
import { say, tell } from './tell';

/** `npm start`: the whole service with one command, until Ctrl-C. */
void runCommandLine(async (lifetime) => {
  const config = loadEmbeddedConfig();
  const env = inheritedEnvironment();
  say('\nPressroom\n');
  const pressroom = await launch({ config, env, programs, anyPort: false, tell, lifetime });
  publishReadyFile(pressroom, lifetime);

  const { url, apiKey, home } = pressroom;
  tell('API key', apiKey);
  tell('Logs', home.logs);
  say(`\nReady. Try\n\n  curl -H 'Authorization: Bearer ${apiKey}' ${url}/v1/reports\n\nCtrl-C stops it.`);
  if (!lifetime.interrupted.aborted) await once(lifetime.interrupted, 'abort');
  say('\nStopping.');
  return 0;
});
