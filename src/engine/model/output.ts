import type { Warnings } from './faults';
import type { Page } from './page';
import type { Provenance } from './provenance';

/** A file format. `paint` consumes pages one by one and yields the file's bytes as they become final. */
export interface Output {
  readonly format: string;
  readonly mediaType: string;
  paint(pages: AsyncIterable<Page>, info: DocumentInfo, warnings: Warnings): AsyncIterable<Uint8Array>;
}

export interface DocumentInfo {
  /** Known once the first page was taken. */
  title(): string;
  /** BCP 47. */
  readonly language: string;
  /** The only time in the file, so that the same input gives the same bytes. */
  readonly createdAt: Date;
  /** Name and version of what made it. */
  readonly producer: string;
  /** Complete once the last page was taken. */
  provenance(): Provenance;
}
