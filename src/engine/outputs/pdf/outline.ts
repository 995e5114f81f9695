import type PDFDocument from 'pdfkit';
import type { FinishedDocument, PlacedMark } from '../../model/page';
import { filled } from '../../text/late-line';
import { raw } from './report-document';

/** A bookmark with its destination as PDF has it (ISO 32000-1, 12.3.2). */
export interface Bookmark extends PlacedMark {
  readonly destination: string;
}

interface Node {
  readonly bookmark: Bookmark | undefined;
  readonly reference: PDFDocument.Reference;
  readonly children: Node[];
}

/** Writes the bookmarks as a tree by their levels; the outermost ones are open. */
export function writeOutline(
  document: PDFDocument,
  bookmarks: readonly Bookmark[],
  finished: FinishedDocument,
): PDFDocument.Reference {
  const root: Node = { bookmark: undefined, reference: document.ref({ Type: 'Outlines' }), children: [] };
  const open: Node[] = [root];
  for (const bookmark of bookmarks) {
    while (open.length > 1 && open.at(-1)!.bookmark!.level >= bookmark.level) open.pop();
    const node = { bookmark, reference: document.ref({}), children: [] };
    open.at(-1)!.children.push(node);
    open.push(node);
  }
  root.reference.data.Count = root.children.length;
  writeNode(root, finished);
  return root.reference;
}

function writeNode({ reference, children }: Node, finished: FinishedDocument): void {
  for (const [index, child] of children.entries()) {
    const { title, destination } = child.bookmark!;
    Object.assign(child.reference.data, {
      // pdfkit writes a String object as a text string, a primitive as a name.
      Title: new String(filled(title, finished)),
      Parent: reference,
      Dest: raw(destination),
      Prev: children[index - 1]?.reference,
      Next: children[index + 1]?.reference,
      // Negative: the descendants are there, and closed.
      Count: child.children.length > 0 ? -child.children.length : undefined,
    });
    writeNode(child, finished);
  }
  Object.assign(reference.data, { First: children[0]?.reference, Last: children.at(-1)?.reference });
  reference.end();
}
