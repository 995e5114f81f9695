/**
 * Changes compiled modules of the service while they are loaded, so that a test can make a process slow, break it at an
 * exact place, or take a safeguard away, and the service itself holds no code for tests.
 */
const Module = require('node:module');

const changes = [];
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, filename, ...rest) {
  const wanted = changes.filter(({ path }) => filename.endsWith(`/dist/${path}`));
  const changed = wanted.reduce((text, { rewrite }) => (rewrite ? rewrite(text) : text), source);
  const result = compile.call(this, changed, filename, ...rest);
  for (const { patch } of wanted) patch?.(this.exports);
  return result;
};

/** Calls `patch` with the exports of a module below dist/ once it is loaded. */
const patchModule = (path, patch) => changes.push({ path, patch });

/** Replaces a text that must occur in a module, so that a mutation cannot silently have become none. */
const rewriteModule = (path, from, to) =>
  changes.push({
    path,
    rewrite(source) {
      if (!source.includes(from)) throw new Error(`${path} has no longer the text that is to be changed: ${from}`);
      return source.replaceAll(from, to);
    },
  });

module.exports = { patchModule, rewriteModule };
