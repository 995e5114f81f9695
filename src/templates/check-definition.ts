import type { CompiledReport, DefinitionFault, Row } from '../engine';
import { DefinitionError, checkParameters, checkRows, describeReport } from '../engine';
import type { Fault } from '../platform/errors/app-error';
import { escapePointer } from '../platform/http/strict-json';
import { compileCached } from './compile-cache';

/** A definition, and what a report is to be made of by it: plain data, for it may go to another thread. */
export interface CheckTask {
  definition: object;
  /** SHA-256 of its canonical JSON, hex. */
  hash: string;
  /** Undefined where the definition alone is checked. */
  input: { parameters: Record<string, unknown>; rows: Record<string, readonly Row[]> } | undefined;
}

/** What there is to know of a definition without a fault, and of what came with it. */
export interface CheckedDefinition {
  isSound: true;
  name: string;
  datasets: readonly string[];
  retention: CompiledReport['retention'];
  description: object;
  /** With the defaults of the schema. */
  parameters: Record<string, unknown>;
  /** Of parameters and rows, with pointers as of a request's body. */
  faults: Fault[];
}

/** Compiles a definition, unless that was done lately, and checks parameters and rows against it. Pure but for time. */
export function checkDefinition({ definition, hash, input }: CheckTask): CheckedDefinition | DefectiveDefinition {
  try {
    const report = compileCached(definition, hash);
    const { name, datasets, retention } = report;
    const sound = { isSound: true as const, name, datasets, retention, description: describeReport(report) };
    if (input === undefined) return { ...sound, parameters: {}, faults: [] };
    const { parameters, faults } = checkParameters(report, input.parameters);
    const all = faults.map((fault) => ({ ...fault, pointer: `/parameters${fault.pointer}` }));
    for (const [dataset, rows] of Object.entries(input.rows)) {
      if (!datasets.includes(dataset)) continue; // another check names it
      const pointer = `/data/${escapePointer(dataset)}`;
      all.push(...checkRows(report, dataset, rows).map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
    }
    return { ...sound, parameters, faults: all };
  } catch (error) {
    // As a value: an error loses its fields on the way to another thread.
    if (error instanceof DefinitionError) return { isSound: false, faults: error.faults };
    throw error;
  }
}

interface DefectiveDefinition {
  isSound: false;
  faults: readonly DefinitionFault[];
}
