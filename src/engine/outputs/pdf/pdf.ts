/** PDF 1.7: pdfkit writes objects and fonts; what is on a page is painted here, one string of operators at a time. */
import type PDFDocument from 'pdfkit';
import type { Warnings } from '../../model/faults';
import type { DocumentInfo, Output } from '../../model/output';
import type { LateText, LateValue, Marks, Page } from '../../model/page';
import { widthOf } from '../../text/break-lines';
import { startOf } from '../../text/paragraph';
import { Content } from './content';
import { EmbeddedFonts } from './embedded-fonts';
import type { Bookmark } from './outline';
import { writeOutline } from './outline';
import { ReportDocument } from './report-document';

export const pdf: Output = { format: 'pdf', mediaType: 'application/pdf', paint };

async function* paint(pages: AsyncIterable<Page>, info: DocumentInfo, warnings: Warnings): AsyncGenerator<Uint8Array> {
  const painter = new PdfPainter(info, warnings);
  for await (const page of pages) {
    painter.addPage(page);
    yield* painter.written();
  }
  yield* painter.finish();
}

const WRITTEN = {};

interface Form {
  readonly name: string;
  readonly reference: PDFDocument.Reference;
}

class PdfPainter {
  private readonly document: PDFDocument;
  private readonly fonts: EmbeddedFonts;
  private readonly groups = new Map<Marks, Form>();
  private readonly lateLines: { readonly line: LateText; readonly reference: PDFDocument.Reference }[] = [];
  private readonly bookmarks: Bookmark[] = [];
  private pageCount = 0;

  constructor(info: DocumentInfo, warnings: Warnings) {
    this.document = new ReportDocument(info);
    this.fonts = new EmbeddedFonts(this.document, warnings);
  }

  /** What was written since the last call. */
  *written(): Generator<Uint8Array> {
    const bytes = this.document.read() as Uint8Array | null;
    if (bytes) yield bytes;
  }

  addPage(page: Page): void {
    const reference = this.document.ref({});
    const content = new Content(this.fonts, page.height);
    const forms: Record<string, PDFDocument.Reference> = {};
    for (const item of page.items) {
      switch (item.kind) {
        case 'text':
          content.text(item);
          break;
        case 'path':
          content.path(item);
          break;
        case 'group': {
          const form = this.groupForm(item.marks);
          forms[form.name] = form.reference;
          content.form(form.name, item.x, item.y, item.marks.height);
          break;
        }
        case 'late': {
          const form = this.lateForm(item);
          forms[form.name] = form.reference;
          content.form(form.name, item.x, item.y - ascent(item), lineHeight(item));
          break;
        }
        case 'outline':
          this.bookmarks.push({
            title: item.title,
            level: item.level,
            page: reference.toString(),
            y: page.height - item.y,
          });
      }
    }
    this.writePage(reference, page, content, forms);
  }

  /** Writes what had to wait for the last page. */
  *finish(): Generator<Uint8Array> {
    for (const { line, reference } of this.lateLines) {
      this.writeLateLine(line, reference);
      yield* this.written();
    }
    this.fonts.dictionary.end();
    const root = this.document._root.data;
    if (this.bookmarks.length > 0) {
      root.Outlines = writeOutline(this.document, this.bookmarks);
      root.PageMode = 'UseOutlines';
    }
    this.document.end();
    yield* this.written();
  }

  private writePage(
    reference: PDFDocument.Reference,
    page: Page,
    content: Content,
    forms: Record<string, unknown>,
  ): void {
    const stream = this.document.ref({});
    stream.end(content.toBytes());
    const tree = this.document._root.data.Pages;
    reference.data = {
      Type: 'Page',
      Parent: tree,
      MediaBox: [0, 0, page.width, page.height],
      Contents: stream,
      Resources: { Font: this.fonts.dictionary, XObject: forms },
    };
    reference.end();
    // The page tree needs the reference to the end, but not what was written.
    reference.data = WRITTEN;
    tree.data.Kids.push(reference);
    tree.data.Count += 1;
    this.pageCount += 1;
  }

  /** Written when it is first used; pages with the same marks refer to one form. */
  private groupForm(marks: Marks): Form {
    let form = this.groups.get(marks);
    if (!form) {
      form = {
        name: `G${this.groups.size + 1}`,
        reference: this.document.ref(this.formData(marks.width, marks.height)),
      };
      this.groups.set(marks, form);
      const content = new Content(this.fonts, marks.height);
      for (const item of marks.items) {
        if (item.kind === 'text') content.text(item);
        else content.path(item);
      }
      form.reference.end(content.toBytes());
    }
    return form;
  }

  /**
   * A form of its own for each line with a late value: where the line is centred or ends at the margin, all of it moves
   * with the value's width. The line is kept until the end, a few hundred bytes for a page.
   */
  private lateForm(line: LateText): Form {
    const reference = this.document.ref({});
    this.lateLines.push({ line, reference });
    return { name: 'L' + String(this.lateLines.length), reference };
  }

  private writeLateLine(line: LateText, reference: PDFDocument.Reference): void {
    const values: Readonly<Record<LateValue, string>> = { 'page.total': String(this.pageCount) };
    const text = line.parts.map((part) => (typeof part === 'string' ? part : values[part.late])).join('');
    const content = new Content(this.fonts, lineHeight(line));
    const x = startOf(line.align, 0, line.width, widthOf(text, line.style));
    content.text({ kind: 'text', x, y: ascent(line), text, style: line.style });
    reference.data = this.formData(line.width, lineHeight(line));
    // Deflating so little takes more time than it saves bytes.
    reference.compress = false;
    reference.end(content.toBytes());
    reference.data = WRITTEN;
  }

  private formData(width: number, height: number): Record<string, unknown> {
    return {
      Type: 'XObject',
      Subtype: 'Form',
      BBox: [0, 0, width, height],
      Resources: { Font: this.fonts.dictionary },
    };
  }
}

/** Room above and below the baseline for every letter with its accents. */
const ascent = (line: LateText): number => line.style.size * 1.2;
const lineHeight = (line: LateText): number => line.style.size * 1.6;
