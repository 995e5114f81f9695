import type { ClientConfig } from 'pg';
import { Client } from 'pg';
import { preparedName } from './prepared-statements';

/** Beside what node-postgres takes: whether marked statements are prepared, see {@link preparedName}. */
interface Options extends ClientConfig {
  preparesStatements?: boolean;
}

/**
 * A connection that is given up once an answer did not come within `query_timeout`. node-postgres itself only rejects
 * the query and keeps the connection, which waits for its answer for ever when the network has silently forgotten it,
 * and so does everything that the pool sends over it from then on. It also prepares the statements that are marked.
 *
 * One that is lost in the moment between the pool and whoever asked for it, when neither listens, does not end the
 * process: the next query over it is told.
 */
export class ImpatientClient extends Client {
  constructor(config?: string | Options) {
    super(config);
    this.on('error', () => undefined);
    const prepares = typeof config === 'object' && config.preparesStatements === true;
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      const [text, ...rest] = given;
      const name = prepares ? preparedName(text) : undefined;
      const answer = name === undefined ? query(...given) : query({ name, text }, ...rest);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.endIfSilent(error));
      return answer;
    }) as Client['query'];
  }

  private endIfSilent(error: unknown): void {
    if (error instanceof Error && error.message === 'Query read timeout') void this.end(); // an ending connection is not given back to the pool
  }
}
