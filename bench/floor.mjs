/** The floor: deflating the content of a finished file again, stream by stream, at level 6; prints CPU seconds and bytes. */
import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

const file = readFileSync(process.argv[2]);
const streams = [];
for (let at = file.indexOf('\nstream\n'); at !== -1; at = file.indexOf('\nstream\n', at)) {
  const dictionary = file
    .toString('latin1', Math.max(0, at - 1000), at)
    .split(' obj\n')
    .at(-1);
  const start = at + 8;
  const end = start + Number(/\/Length (\d+)/.exec(dictionary)[1]);
  // Fonts and metadata are not content; a content stream's dictionary has little else than its length.
  if (/^<<\/Filter\/FlateDecode\/Length \d+>>$/.test(dictionary)) streams.push(file.subarray(start, end));
  at = end;
}

const CHUNK = 1000;
let cpu = 0;
let bytes = 0;
for (let from = 0; from < streams.length; from += CHUNK) {
  const contents = streams.slice(from, from + CHUNK).map((stream) => inflateSync(stream));
  const before = process.cpuUsage();
  for (const content of contents) deflateSync(content, { level: 6 });
  const { user, system } = process.cpuUsage(before);
  cpu += (user + system) / 1e6;
  bytes += contents.reduce((sum, content) => sum + content.length, 0);
}
process.stdout.write(JSON.stringify({ cpu, bytes }));
