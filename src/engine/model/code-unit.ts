/**
 * `text.charCodeAt(index)` for loops over all kinds of texts. V8 has a class of its own for each way in which it keeps a text
 * (by width, as a slice, as what was joined …), and once a loop has met more than four of them, it looks the method up anew
 * for each character.
 */
export function codeUnitAt(text: string, index: number): number {
  return String.prototype.charCodeAt.call(text, index);
}
