import PDFDocument from 'pdfkit';
import type { DocumentInfo } from '../../model/output';

/** pdfkit's document with what we need otherwise: our metadata, and no default font or page. */
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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapeXml(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => entities[character]!)
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
