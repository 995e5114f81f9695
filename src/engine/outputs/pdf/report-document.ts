import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import type { DocumentInfo } from '../../model/output';

/** Streams below this many bytes gain less by deflating than it takes. */
const MIN_DEFLATED = 400;

/** Content of pages comes out as small as from level 6, which takes a sixth longer. */
const DEFLATE_LEVEL = 5;

/**
 * pdfkit's document with what we need otherwise: our metadata, no default font or page, and objects that are written at
 * once and forgotten, of which a long report has many.
 */
export class ReportDocument extends PDFDocument {
  constructor(private readonly about: DocumentInfo) {
    super({
      font: null,
      fontLayoutCache: false,
      autoFirstPage: false,
      // Below 1.4 pdfkit writes no XMP metadata.
      pdfVersion: '1.7',
      lang: about.language,
      displayTitle: true,
      // The file's ID is a hash of these, so fixed times make equal files.
      info: {
        Title: about.title,
        Creator: about.producer,
        Producer: about.producer,
        CreationDate: about.createdAt,
        ModDate: about.createdAt,
      },
    });
  }

  /** Bytes of the file so far. */
  get size(): number {
    return this._offset;
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
    // A copy where it is not deflated: the bytes may be a buffer's, which is used again before they have left.
    const bytes = isDeflated ? deflateSync(stream, { level: DEFLATE_LEVEL }) : Buffer.from(stream);
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

  /** pdfkit would put the values into the XML as they are. */
  override _addInfo(): void {
    const { title, producer, createdAt, language } = this.about;
    const time = `${createdAt.toISOString().slice(0, 19)}Z`;
    this.appendXML(`
        <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
            <xmp:CreateDate>${time}</xmp:CreateDate>
            <xmp:ModifyDate>${time}</xmp:ModifyDate>
            <xmp:CreatorTool>${escapeXml(producer)}</xmp:CreatorTool>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:format>application/pdf</dc:format>
            <dc:language><rdf:Bag><rdf:li>${escapeXml(language)}</rdf:li></rdf:Bag></dc:language>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <pdf:Producer>${escapeXml(producer)}</pdf:Producer>
        </rdf:Description>`);
  }
}

export const reference = (number: number): string => `${number} 0 R`;

/** Lets pdfkit write a text as it is. */
export const raw = (text: string): unknown =>
  Object.assign(Object.create(null), { [Symbol.toStringTag]: 'Raw', toString: () => text });

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapeXml(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => entities[character]!)
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
