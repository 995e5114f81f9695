/** Every file of a report but each fifth fails while it is stored, each in another way, at byte SABOTAGE_BYTE. */
const fs = require('node:fs/promises');

const { open, link } = fs;
const byte = Number(process.env.SABOTAGE_BYTE);
const isOfReport = (path) => String(path).includes('/reports/');
const failure = (code) => Object.assign(new Error(`${code}: made by a test`), { code });

const breakages = [
  /** Some bytes are written, then the disk says no. */
  (file, { writeFile }) => {
    file.writeFile = async (chunk) => {
      await writeFile.call(file, chunk.subarray(0, byte));
      throw failure('EIO');
    };
  },
  /** Some bytes are written, and the disk says that it was all of them. */
  (file, { writeFile }) => {
    file.writeFile = (chunk) => writeFile.call(file, chunk.subarray(0, byte));
  },
  /** All is written, but it cannot be made durable. */
  (file) => {
    file.sync = () => Promise.reject(failure('ENOSPC'));
  },
  /** All is there, but it does not get its name. */
  () => {
    isLinkToFail = true;
  },
  () => undefined,
];

let made = 0;
let isLinkToFail = false;

fs.open = async (path, flags, ...rest) => {
  const file = await open(path, flags, ...rest);
  if (flags === 'wx' && isOfReport(path)) breakages[made++ % breakages.length](file, { writeFile: file.writeFile });
  return file;
};

fs.link = async (from, to) => {
  if (!isLinkToFail) return link(from, to);
  isLinkToFail = false;
  throw failure('EIO');
};
