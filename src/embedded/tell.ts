/** Prints one aligned line: what it is about, and what is the case. */
export function tell(subject: string, message: string): void {
  process.stdout.write(`  ${subject.padEnd(10)} ${message}\n`);
}

/** Prints a title, or any other text, on lines of its own. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
