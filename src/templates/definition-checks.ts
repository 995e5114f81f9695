import type { OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { DefinitionFault } from '../engine';
import { DefinitionError, canonicalHash, checkDefinitionSize, locateFaults } from '../engine';
import { AppError, validationFailed } from '../platform/errors/app-error';
import type { CheckTask, CheckedDefinition } from './check-definition';
import { checkDefinition } from './check-definition';

/** Up to these a definition is compiled where the request is answered, for at most some ten milliseconds. */
const small = { values: 600, characters: 16_000 };

/** Requests that wait for the thread; more are refused. A definition takes it half a second at most. */
const maxWaiting = 20;

/** Heap of the thread, in MiB: several times what the largest definition compiles to. */
const heapMiB = 384;

type CheckResult = ReturnType<typeof checkDefinition>;

/**
 * Checks definitions for requests. Large ones take long to compile: that happens in a thread, one after another, so that
 * other requests are answered meanwhile.
 */
@Injectable()
export class DefinitionChecks implements OnApplicationShutdown {
  private pool: Piscina<CheckTask, CheckResult> | undefined;

  /**
   * Checks a definition that stands at `pointer` in the body of a request.
   *
   * @param input what a report is requested with, to be checked against the definition
   * @param knownHash of the definition's canonical JSON, where it was stored with it
   * @throws AppError `validation-failed` with every fault of the definition itself; `service-unavailable` when too many
   *   large ones wait to be checked
   */
  async check(
    definition: object,
    pointer: string,
    input?: CheckTask['input'],
    knownHash?: Buffer,
  ): Promise<CheckedDefinition & { hash: Buffer }> {
    try {
      const result = await this.run(definition, input, knownHash);
      if (result.isSound) return result;
      throw new DefinitionError(locateFaults(definition, result.faults));
    } catch (error) {
      throw definitionFault(error, pointer);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }

  private async run(
    definition: object,
    input: CheckTask['input'],
    knownHash?: Buffer,
  ): Promise<CheckResult & { hash: Buffer }> {
    const { values, characters } = checkDefinitionSize(definition); // before anything else looks at it
    const hash = knownHash ?? canonicalHash(definition);
    const task = { definition, hash: hash.toString('hex'), input };
    const isSmall = values <= small.values && characters <= small.characters;
    return { ...(isSmall ? checkDefinition(task) : await this.checkInThread(task)), hash };
  }

  private async checkInThread(task: CheckTask): Promise<CheckResult> {
    this.pool ??= new Piscina<CheckTask, CheckResult>({
      filename: join(__dirname, 'check-thread.js'),
      name: 'runCheckTask',
      minThreads: 0,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      maxQueue: maxWaiting,
      idleTimeout: 60_000,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    });
    if (this.pool.queueSize >= maxWaiting)
      throw new AppError('service-unavailable', {}, { headers: { 'retry-after': '5' } });
    try {
      return await this.pool.run(task);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      return { isSound: false, faults: [tooLarge] };
    }
  }
}

const tooLarge: DefinitionFault = {
  path: '',
  code: 'too-large',
  detail: 'Compiling the definition takes more memory than it may. Use fewer or shorter expressions.',
};

/** The faults of a definition as those of a request in whose body it stands at `pointer`. */
export function definitionFault(error: unknown, pointer: string): unknown {
  if (!(error instanceof DefinitionError)) return error;
  return validationFailed(error.faults.map(({ path, ...fault }) => ({ pointer: `${pointer}${path}`, ...fault })));
}
