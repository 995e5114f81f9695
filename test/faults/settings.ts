/** Settings of every program in these tests: recovery within seconds, logs that can be counted, no rate limit. */
export const settings: NodeJS.ProcessEnv = {
  LOG_LEVEL: 'info',
  PRESSROOM_LEASE: '10s', // longer than a busy machine stalls a healthy worker
  PRESSROOM_RENDER_CONCURRENCY: '2',
  PRESSROOM_RATE_LIMIT: '1000000',
  PRESSROOM_RATE_BURST: '1000000',
};

/** For tests that wait for leases to run out, and forgive that one does so without a reason. */
export const shortLease: NodeJS.ProcessEnv = { PRESSROOM_LEASE: '3s' };

/** A report that costs next to nothing to render. */
export const letter = {
  definition: { pressroom: 1, name: 'letter', body: [{ type: 'heading', level: 1, text: 'Dear reader' }] },
};
