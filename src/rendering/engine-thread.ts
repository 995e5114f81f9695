/** The inside of a render thread: opens the datasets, runs the engine, writes the document to a file. */
import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { DatasetSource } from '../data-sources/driver';
import { openDataset } from '../data-sources/drivers';
import { MalformedRows } from '../data-sources/row-formats/row-parser';
import type { RenderProgress } from '../engine';
import { DefinitionError, RenderError, render } from '../engine';
import { ObjectMissing, StorageUnavailable } from '../storage/storage';
import { compileCached } from '../templates/compile-cache';
import type { RenderOutcome, RenderTask } from './render-task';

const progressIntervalMs = 100;

/** Called by the pool. Throws only what nobody foresaw. */
export async function runRenderTask(task: RenderTask): Promise<RenderOutcome> {
  const sources = Object.entries(task.datasets);
  let peakHeap = usedHeap();
  try {
    const result = await render({
      report: compileCached(task.definition, task.definitionHash),
      ...(task.template && { template: task.template }),
      parameters: task.parameters,
      data: Object.fromEntries(sources.map(([name, source]) => [name, openDataset(source)])),
      locale: task.locale ?? undefined,
      timeZone: task.timeZone ?? undefined,
      asOf: task.asOf,
      reportId: task.reportId,
      limits: task.limits,
      expectedRows: Object.fromEntries(sources.map(([name, source]) => [name, rowCountOf(source)])),
      temporaryDirectory: dirname(task.outputPath),
      output: createWriteStream(task.outputPath, { highWaterMark: 256 * 1024 }),
      onProgress: throttle((progress) => {
        peakHeap = Math.max(peakHeap, usedHeap());
        task.progressPort.postMessage(progress);
      }),
    });
    return { isOk: true, ...result, warnings: [...result.warnings], peakHeap };
  } catch (error) {
    return toOutcome(error);
  } finally {
    task.progressPort.close();
  }
}

/** Of this thread alone. */
function usedHeap(): number {
  return getHeapStatistics().used_heap_size;
}

function rowCountOf(source: DatasetSource): number {
  return source.driver === 'payload' ? source.rows.length : source.rowCount;
}

function throttle(post: (progress: RenderProgress) => void): (progress: RenderProgress) => void {
  let last = -Infinity;
  let phase: string | undefined;
  return (progress) => {
    const now = performance.now();
    if (now - last < progressIntervalMs && progress.phase === phase) return;
    last = now;
    phase = progress.phase;
    post(progress);
  };
}

function toOutcome(error: unknown): RenderOutcome {
  if (error instanceof RenderError) return { isOk: false, code: error.code, detail: error.message };
  // An upload was checked when it came in, and a definition when it was accepted: these mean that either has changed.
  if (error instanceof MalformedRows) return { isOk: false, code: 'data_invalid', detail: error.message };
  if (error instanceof DefinitionError) return { isOk: false, code: 'template_error', detail: error.message };
  if (error instanceof ObjectMissing)
    return { isOk: false, code: 'data_source_error', detail: 'The rows of an upload are not in the storage.' };
  if (error instanceof StorageUnavailable)
    return { isOk: false, code: 'storage_unavailable', detail: 'The rows of an upload could not be read.' };
  // Said as a value too: an error loses its code on the way to the other thread.
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
    return { isOk: false, code: 'storage_unavailable', detail: 'The file could not be written where it is made.' };
  throw error;
}
