/** PDF 1.7: pdfkit keeps the document together; pages are painted here, as the bytes of their operators. */
import type { Warnings } from '../../model/faults';
import type { DocumentInfo, Output } from '../../model/output';
import type { LateText, LateValue, Marks, Page, PageItem } from '../../model/page';
import { widthOf } from '../../text/break-lines';
import { startOf } from '../../text/paragraph';
import { ByteBuffer } from './byte-buffer';
import { Content } from './content';
import { EmbeddedFonts } from './embedded-fonts';
import type { Bookmark } from './outline';
import { writeOutline } from './outline';
import { PageTree } from './page-tree';
import { RepeatedPaths } from './repeated-paths';
import { ReportDocument, reference } from './report-document';

export const pdf: Output = { format: 'pdf', mediaType: 'application/pdf', paint };

/** Bytes that are handed on together: a chunk takes its time on its way, and most pages are small. */
const CHUNK_SIZE = 32 * 1024;

async function* paint(pages: AsyncIterable<Page>, info: DocumentInfo, warnings: Warnings): AsyncGenerator<Uint8Array> {
  const painter = new PdfPainter(info, warnings);
  for await (const page of pages) {
    painter.addPage(page);
    yield* painter.written(CHUNK_SIZE);
  }
  yield* painter.finish();
}

interface Form {
  readonly name: string;
  readonly object: number;
}

class PdfPainter {
  private readonly document: ReportDocument;
  private readonly fonts: EmbeddedFonts;
  private readonly tree: PageTree;
  private readonly groups = new Map<Marks, Form>();
  private readonly paths = new RepeatedPaths<Form>();
  private readonly lateLines: { readonly line: LateText; readonly object: number }[] = [];
  private readonly bookmarks: Bookmark[] = [];
  private readonly pageBuffer = new ByteBuffer();
  /** A form is painted in the midst of the first page that uses it. */
  private readonly formBuffer = new ByteBuffer();
  private formCount = 0;
  private handedOn = 0;

  constructor(info: DocumentInfo, warnings: Warnings) {
    this.document = new ReportDocument(info);
    this.fonts = new EmbeddedFonts(this.document, warnings);
    this.tree = new PageTree(this.document);
  }

  /** What was written since it was last handed on, where that is so much. */
  *written(least: number): Generator<Uint8Array> {
    if (this.document.size - this.handedOn < least) return;
    this.handedOn = this.document.size;
    const bytes = this.document.read() as Uint8Array | null;
    if (bytes) yield bytes;
  }

  addPage(page: Page): void {
    const object = this.document.allocate();
    const content = new Content(this.fonts, this.pageBuffer, page.height);
    const forms = new Map<string, number>();
    for (const item of page.items) this.paint(item, page, object, content, forms);
    const stream = this.document.add('', content.finish());
    const xObjects = [...forms].map(([name, form]) => `/${name} ${reference(form)}`).join('');
    this.document.write(
      object,
      `<</Type/Page/Parent ${reference(this.tree.add(object))}/MediaBox[0 0 ${page.width} ${page.height}]` +
        `/Contents ${reference(stream)}/Resources<<${this.fontResource()}/XObject<<${xObjects}>>>>>>`,
    );
  }

  /** Writes what had to wait for the last page. */
  *finish(): Generator<Uint8Array> {
    for (const { line, object } of this.lateLines) {
      this.writeLateLine(line, object);
      yield* this.written(CHUNK_SIZE);
    }
    this.fonts.write();
    this.tree.finish();
    const root = this.document._root.data;
    if (this.bookmarks.length > 0) {
      root.Outlines = writeOutline(this.document, this.bookmarks);
      root.PageMode = 'UseOutlines';
    }
    this.document.end();
    yield* this.written(0);
  }

  private paint(item: PageItem, page: Page, object: number, content: Content, forms: Map<string, number>): void {
    switch (item.kind) {
      case 'text':
        content.text(item);
        break;
      case 'path': {
        const form = this.paths.formOf(item, () => this.writeForm({ ...page, items: [item] }));
        if (!form) content.path(item);
        else {
          forms.set(form.name, form.object);
          content.layer(form.name);
        }
        break;
      }
      case 'group': {
        const form = this.groupForm(item.marks);
        forms.set(form.name, form.object);
        content.form(form.name, item.x, item.y, item.marks.height);
        break;
      }
      case 'late': {
        const form = this.lateForm(item);
        forms.set(form.name, form.object);
        content.form(form.name, item.x, item.y - ascent(item), lineHeight(item));
        break;
      }
      case 'outline':
        this.bookmarks.push({
          title: item.title,
          level: item.level,
          page: reference(object),
          y: page.height - item.y,
        });
    }
  }

  /** Pages with the same marks refer to one form. */
  private groupForm(marks: Marks): Form {
    let form = this.groups.get(marks);
    if (!form) {
      form = this.writeForm(marks);
      this.groups.set(marks, form);
    }
    return form;
  }

  private writeForm({ width, height, items }: Marks): Form {
    const content = new Content(this.fonts, this.formBuffer, height);
    for (const item of items) {
      if (item.kind === 'text') content.text(item);
      else content.path(item);
    }
    this.formCount += 1;
    const object = this.document.add(this.formEntries(width, height), content.finish());
    return { name: `G${this.formCount}`, object };
  }

  /**
   * A form of its own for each line with a late value: where the line is centred or ends at the margin, all of it moves
   * with the value's width. The line is kept until the end, a few hundred bytes for a page.
   */
  private lateForm(line: LateText): Form {
    const object = this.document.allocate();
    this.lateLines.push({ line, object });
    return { name: `L${this.lateLines.length}`, object };
  }

  private writeLateLine(line: LateText, object: number): void {
    const values: Readonly<Record<LateValue, string>> = { 'page.total': String(this.tree.count) };
    const text = line.parts.map((part) => (typeof part === 'string' ? part : values[part.late])).join('');
    const content = new Content(this.fonts, this.formBuffer, lineHeight(line));
    const x = startOf(line.align, 0, line.width, widthOf(text, line.style));
    content.text({ kind: 'text', x, y: ascent(line), text, style: line.style });
    this.document.write(object, this.formEntries(line.width, lineHeight(line)), content.finish());
  }

  private formEntries(width: number, height: number): string {
    return `/Type/XObject/Subtype/Form/BBox[0 0 ${hundredths(width)} ${hundredths(height)}]/Resources<<${this.fontResource()}>>`;
  }

  private fontResource(): string {
    return `/Font ${reference(this.fonts.dictionary)}`;
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** Room above and below the baseline for every letter with its accents. */
const ascent = (line: LateText): number => line.style.size * 1.2;
const lineHeight = (line: LateText): number => line.style.size * 1.6;
