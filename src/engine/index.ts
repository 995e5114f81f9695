/** The engine's front door: a definition and rows in, a document out. Plain TypeScript, without network or framework. */
export { checkParameters } from './bind/parameters';
export { checkRows } from './bind/check-rows';
export type { Row, RowBatch } from './bind/read-rows';
export { checkDefinitionSize } from './definition/check-size';
export { compile } from './definition/compile';
export { describeReport } from './definition/describe';
export { locateFaults } from './definition/locate-faults';
export { parseDefinition } from './definition/parse';
export { definitionSchema } from './definition/schema';
export { canonicalHash } from './model/canonical-hash';
export { DefinitionError, RenderError } from './model/faults';
export type { DefinitionFault } from './model/faults';
export type { Provenance } from './model/provenance';
export type { CompiledReport } from './model/report';
export { render } from './render';
export type { RenderInput, RenderProgress, RenderResult } from './render';
export { engineVersion } from './version';
