/** PDF 1.7: pdfkit keeps the document together; pages are painted here, as the bytes of their operators. */
import type { Warnings } from '../../model/faults';
import type { DocumentInfo, Output } from '../../model/output';
import type { Marks, Page, PageItem, Path, TextRun } from '../../model/page';
import { ByteBuffer } from './byte-buffer';
import { Content } from './content';
import { EmbeddedFonts } from './embedded-fonts';
import { LateForms } from './late-forms';
import { LateLinks } from './late-links';
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
  private readonly lateForms = new LateForms();
  private readonly links = new LateLinks();
  private readonly bookmarks: Bookmark[] = [];
  private readonly pageBuffer = new ByteBuffer();
  /** A form is painted in the midst of the first page that uses it. */
  private readonly formBuffer = new ByteBuffer();
  private formCount = 0;

  constructor(info: DocumentInfo, warnings: Warnings) {
    this.document = new ReportDocument(info);
    this.fonts = new EmbeddedFonts(this.document, warnings);
    this.tree = new PageTree(this.document);
  }

  /** What was written since it was last handed on, where that is so much. */
  *written(least: number): Generator<Uint8Array> {
    if (this.document.untaken >= least) yield this.document.takeWritten();
  }

  addPage(page: Page): void {
    const object = this.document.allocate();
    const content = new Content(this.fonts, this.pageBuffer, page.height);
    const forms = new Map<string, number>();
    for (const item of page.items) this.paint(item, page, object, content, forms);
    const annotations = this.links.ofPage(page, () => this.document.allocate());
    const stream = this.document.add('', content.finish());
    const xObjects = [...forms].map(([name, form]) => `/${name} ${reference(form)}`).join('');
    this.document.write(
      object,
      `<</Type/Page/Parent ${reference(this.tree.add(object))}/MediaBox[0 0 ${page.width} ${page.height}]` +
        (annotations === undefined ? '' : `/Annots ${reference(annotations)}`) +
        `/Contents ${reference(stream)}/Resources<<${this.fontResource()}/XObject<<${xObjects}>>>>>>`,
    );
    for (const late of this.lateForms.take()) this.writeMarks(late.object, late.marks);
  }

  /** Writes what had to wait for the last page. */
  *finish(): Generator<Uint8Array> {
    const finished = { pages: this.tree.count, marks: this.bookmarks };
    this.links.write(this.document, this.tree.count, this.bookmarks);
    for (const { object, marks } of this.lateForms.take(finished)) {
      this.writeMarks(object, marks);
      yield* this.written(CHUNK_SIZE);
    }
    this.fonts.write();
    this.tree.finish();
    const root = this.document._root.data;
    if (this.bookmarks.length > 0) {
      root.Outlines = writeOutline(this.document, this.bookmarks, finished);
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
        const known = item.marks.resolve();
        if (known) {
          for (const mark of known) if (mark.kind !== 'link') paintMark(moved(mark, item.x, item.y), content);
          break;
        }
        const form = this.lateForms.of(item.marks, () => this.document.allocate());
        forms.set(form.name, form.object);
        content.form(form.name, item.x, item.y, item.marks.height);
        break;
      }
      case 'outline':
        this.bookmarks.push({
          title: item.title,
          level: item.level,
          page: page.number,
          y: item.y,
          destination: `[${reference(object)} /XYZ null ${hundredths(page.height - item.y)} null]`,
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

  private writeForm(marks: Marks): Form {
    const object = this.document.allocate();
    this.writeMarks(object, marks);
    this.formCount += 1;
    return { name: `G${this.formCount}`, object };
  }

  private writeMarks(object: number, { width, height, items }: Marks): void {
    const content = new Content(this.fonts, this.formBuffer, height);
    for (const item of items) paintMark(item, content);
    const box = `[0 0 ${hundredths(width)} ${hundredths(height)}]`;
    const dictionary = `/Type/XObject/Subtype/Form/BBox${box}/Resources<<${this.fontResource()}>>`;
    this.document.write(object, dictionary, content.finish());
  }

  private fontResource(): string {
    return `/Font ${reference(this.fonts.dictionary)}`;
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

function moved(mark: TextRun | Path, dx: number, dy: number): TextRun | Path {
  if (mark.kind === 'text') return { ...mark, x: mark.x + dx, y: mark.y + dy };
  return { ...mark, rectangles: mark.rectangles.map((each) => ({ ...each, x: each.x + dx, y: each.y + dy })) };
}

function paintMark(mark: TextRun | Path, content: Content): void {
  if (mark.kind === 'text') content.text(mark);
  else content.path(mark);
}
