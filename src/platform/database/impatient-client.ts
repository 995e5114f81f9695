import type { ClientConfig } from 'pg';
import { Client } from 'pg';

/**
 * A connection that is given up once an answer did not come within `query_timeout`. node-postgres itself only rejects
 * the query and keeps the connection, which waits for its answer for ever when the network has silently forgotten it,
 * and so does everything that the pool sends over it from then on.
 */
export class ImpatientClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      const answer = query(...given);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.endIfSilent(error));
      return answer;
    }) as Client['query'];
  }

  private endIfSilent(error: unknown): void {
    if (error instanceof Error && error.message === 'Query read timeout') void this.end(); // an ending connection is not given back to the pool
  }
}
