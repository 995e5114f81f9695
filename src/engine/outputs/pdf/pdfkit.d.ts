/** The part of pdfkit that the PDF output uses, some of it internal; hence its exact version in package.json. */
declare module 'pdfkit' {
  import { Readable } from 'node:stream';

  namespace PDFDocument {
    /** An indirect object. `end` writes it to the file. */
    interface Reference {
      data: Record<string, unknown>;
      end(content?: Uint8Array): void;
      toString(): string;
    }
  }

  class PDFDocument extends Readable {
    constructor(options: object);
    readonly info: Record<string, string | Date>;
    /** The file's ID, written by `end`. */
    _id: Uint8Array;
    readonly _root: { data: Record<string, unknown> & { Pages: PDFDocument.Reference } };
    /** Bytes written so far. */
    _offset: number;
    /** Where each object begins; null for one that is not written yet. */
    readonly _offsets: (number | null)[];
    ref(data: Record<string, unknown>): PDFDocument.Reference;
    appendXML(xml: string): void;
    end(): void;
    _addInfo(): void;
    /** Adds a line feed to a string. */
    _write(data: string | Uint8Array): void;
  }

  export = PDFDocument;
}
