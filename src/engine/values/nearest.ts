/**
 * The known name that a mistyped one most likely stands for, if one is near. Names that differ in their numbers only
 * (A3, A6) are different on purpose.
 */
function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const limit = name.length < 3 ? 0 : Math.floor(name.length / 3);
  const letters = withoutDigits(wanted);
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit || name.length > MAX_LENGTH) continue;
    const other = candidate.toLowerCase();
    if (other !== wanted && withoutDigits(other) === letters) continue;
    const distance = editDistance(wanted, other, limit);
    if (distance <= limit && (!best || distance < best.distance)) best = { name: candidate, distance };
  }
  return best?.name;
}

const MAX_LENGTH = 60;

const withoutDigits = (name: string): string => name.replace(/\d/g, '');

export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const candidate = nearest(name, known);
  return candidate === undefined ? undefined : `Did you mean \`${candidate}\`?`;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment); Infinity as
 * soon as there are more than `limit`.
 */
function editDistance(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  const distances = new Uint8Array((a.length + 1) * width);
  for (let j = 0; j < width; j += 1) distances[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const row = i * width;
    const letter = a.charCodeAt(i - 1);
    let least = (distances[row] = i);
    for (let j = 1; j < width; j += 1) {
      const at = row + j;
      const change = letter === b.charCodeAt(j - 1) ? 0 : 1;
      let distance = Math.min(distances[at - 1]!, distances[at - width]!) + 1;
      distance = Math.min(distance, distances[at - width - 1]! + change);
      const isSwap = change === 1 && i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a[i - 2] === b[j - 1];
      if (isSwap) distance = Math.min(distance, distances[at - 2 * width - 2]! + 1);
      distances[at] = distance;
      if (distance < least) least = distance;
    }
    if (least > limit) return Infinity;
  }
  return distances[distances.length - 1]!;
}
