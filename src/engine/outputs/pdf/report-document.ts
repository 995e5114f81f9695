import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import type { DocumentInfo } from '../../model/output';
import { ByteBuffer } from './byte-buffer';
import { xmpOf } from './xmp';

/** Streams below this many bytes gain less by deflating than it takes. */
const MIN_DEFLATED = 400;

/** Bytes of a file's ID (ISO 32000-1, 14.4). */
const ID_LENGTH = 16;

/** Content of pages comes out as small as from level 6, which takes a sixth longer. */
const DEFLATE_LEVEL = 5;

/**
 * pdfkit's document with what we need otherwise: our metadata, no default font or page, and objects that are written at
 * once and forgotten, of which a long report has many.
 */
export class ReportDocument extends PDFDocument {
  /** What was written since it was last taken; not a field of the class, for pdfkit writes in its constructor already. */
  declare private buffer: ByteBuffer | undefined;

  constructor(private readonly about: DocumentInfo) {
    super({
      font: null,
      fontLayoutCache: false,
      autoFirstPage: false,
      // Below 1.4 pdfkit writes no XMP metadata.
      pdfVersion: '1.7',
      lang: about.language,
      displayTitle: true,
      info: {
        Title: '',
        Creator: about.producer,
        Producer: about.producer,
        CreationDate: about.createdAt,
        ModDate: about.createdAt,
      },
    });
  }

  /** How many bytes there are to take. */
  get untaken(): number {
    return this.buffer?.length ?? 0;
  }

  /** The bytes that were written since they were last taken. */
  takeWritten(): Uint8Array {
    const bytes = this.buffer?.written.slice() ?? new Uint8Array();
    this.buffer?.clear();
    return bytes;
  }

  /** pdfkit would make a buffer of each line, and the table of objects has one for each of them. */
  override _write(data: string | Uint8Array): void {
    const buffer = (this.buffer ??= new ByteBuffer());
    const before = buffer.length;
    if (typeof data === 'string') buffer.text(`${data}\n`);
    else buffer.append(data);
    this._offset += buffer.length - before;
  }

  /** The number of an object that is written later. */
  allocate(): number {
    return this._offsets.push(null);
  }

  /** Writes an object. With a stream, `dictionary` are the entries beside those on length and filter, without brackets. */
  write(number: number, dictionary: string, stream?: Uint8Array): void {
    this._offsets[number - 1] = this._offset;
    if (!stream) {
      this._write(`${number} 0 obj\n${dictionary}\nendobj`);
      return;
    }
    const isDeflated = stream.length >= MIN_DEFLATED;
    const bytes = isDeflated ? deflateSync(stream, { level: DEFLATE_LEVEL }) : stream;
    const filter = isDeflated ? '/Filter/FlateDecode' : '';
    this._write(`${number} 0 obj\n<<${dictionary}${filter}/Length ${bytes.length}>>\nstream`);
    this._write(bytes);
    this._write('\nendstream\nendobj');
  }

  /** Writes an object and returns its number. */
  add(dictionary: string, stream?: Uint8Array): number {
    const number = this.allocate();
    this.write(number, dictionary, stream);
    return number;
  }

  override end(): void {
    this.info.Title = this.about.title();
    super.end();
  }

  /** pdfkit would put the values into the XML as they are, and would give equal IDs to files of equal title and time. */
  override _addInfo(): void {
    const xmp = xmpOf(this.about);
    this._id = createHash('sha256').update(xmp).digest().subarray(0, ID_LENGTH);
    this.appendXML(xmp);
  }
}

export const reference = (number: number): string => `${number} 0 R`;

/** Lets pdfkit write a text as it is. */
export const raw = (text: string): unknown =>
  Object.assign(Object.create(null), { [Symbol.toStringTag]: 'Raw', toString: () => text });
