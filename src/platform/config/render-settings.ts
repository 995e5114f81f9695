import type { Setting } from './setting';

/** Settings of a worker's render threads: how many there are, and what one report may take. */
export const renderSettings = {
  renderConcurrency: {
    env: 'PRESSROOM_RENDER_CONCURRENCY',
    type: 'integer',
    default: '2',
    min: 1,
    max: 64,
    doc: 'Short reports that one worker process renders at once, each in a thread of its own.',
  },
  longConcurrency: {
    env: 'PRESSROOM_LONG_CONCURRENCY',
    type: 'integer',
    default: '2',
    min: 0,
    max: 64,
    doc: 'Long reports that one worker process renders at once beside the short ones; 0 leaves them to other workers.',
  },
  longRows: {
    env: 'PRESSROOM_LONG_ROWS',
    type: 'integer',
    default: '10000',
    min: 0,
    doc: 'A report of more rows, of all its datasets together, is a long one, and short ones do not wait for it.',
  },
  renderHeap: {
    env: 'PRESSROOM_RENDER_HEAP',
    type: 'size',
    default: '256MiB',
    min: 32 * 2 ** 20,
    doc: 'Heap limit of one render thread; a report that needs more fails with `render_out_of_memory`.',
  },
  renderTimeout: {
    env: 'PRESSROOM_RENDER_TIMEOUT',
    type: 'duration',
    default: '10m',
    min: 100,
    doc: 'Longest run of one attempt; a longer one is ended with `render_timeout`.',
  },
  maxRows: {
    env: 'PRESSROOM_MAX_ROWS',
    type: 'integer',
    default: '10000000',
    min: 1,
    doc: 'Most rows that one report may read; more fail with `data_too_large`.',
  },
  maxPages: {
    env: 'PRESSROOM_MAX_PAGES',
    type: 'integer',
    default: '500000',
    min: 1,
    doc: 'Most pages of one report; more fail with `output_too_large`.',
  },
  maxFileSize: {
    env: 'PRESSROOM_MAX_FILE_SIZE',
    type: 'size',
    default: '4GiB',
    min: 1,
    doc: 'Largest finished file; a larger one fails with `output_too_large`.',
  },
} as const satisfies Record<string, Setting>;
