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
    const distance = editDistance(wanted, other);
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

/** Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let distance = Math.min(current[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) distance = Math.min(distance, beforeLast[j - 2]! + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
