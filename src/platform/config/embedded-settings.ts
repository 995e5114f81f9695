import type { Setting } from './setting';

/** Settings of the one-command start, which starts the processes of the service. */
export const embeddedSettings = {
  home: {
    env: 'PRESSROOM_HOME',
    type: 'text',
    default: '.pressroom',
    doc: '`npm start` and `npm run demo` only: directory of the private Postgres, Redis and files.',
  },
  workers: {
    env: 'WORKERS',
    type: 'integer',
    default: '1',
    min: 0,
    max: 64,
    doc: '`npm start` and `npm run demo` only: number of worker processes.',
  },
} as const satisfies Record<string, Setting>;
