import { join } from 'node:path';
import type { Programs } from './launch';

/** The root of the project, seen from the compiled file. */
export const projectRoot = join(__dirname, '..', '..');

/** The entry points, compiled, and the compose file. */
export const programs: Programs = {
  api: join(projectRoot, 'dist', 'main.js'),
  worker: join(projectRoot, 'dist', 'worker.js'),
  cli: join(projectRoot, 'dist', 'cli.js'),
  composeFile: join(projectRoot, 'docker-compose.yml'),
};
