import type { Path, Rectangle } from '../../model/page';

/** Shorter paths take no more bytes than a reference to a form. */
const MIN_RECTANGLES = 4;

/** More kinds of pages than a report has that repeats its own. */
const REMEMBERED = 8;

/** Finds paths that were drawn before, such as the rules of a table whose pages are alike. */
export class RepeatedPaths<Form> {
  private readonly recent: { readonly path: Path; form?: Form }[] = [];

  /** The form of a path that is drawn again, made by `build` at the second time; `undefined` for one that is new. */
  formOf(path: Path, build: () => Form): Form | undefined {
    if (path.rectangles.length < MIN_RECTANGLES) return undefined;
    const index = this.recent.findIndex((each) => isSame(each.path, path));
    const known = index < 0 ? { path } : this.recent[index]!;
    if (index > 0) this.recent.splice(index, 1);
    if (index !== 0) this.recent.unshift(known);
    if (index < 0) {
      this.recent.length = Math.min(this.recent.length, REMEMBERED);
      return undefined;
    }
    return (known.form ??= build());
  }
}

function isSame(a: Path, b: Path): boolean {
  if (a.fill !== b.fill || a.rectangles.length !== b.rectangles.length) return false;
  return a.rectangles.every((rectangle, index) => isSameRectangle(rectangle, b.rectangles[index]!));
}

const isSameRectangle = (a: Rectangle, b: Rectangle): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
