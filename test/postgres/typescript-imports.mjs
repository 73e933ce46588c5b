/**
 * Lets Node.js import this project's TypeScript as Jest does: compiled by swc with the project's own settings,
 * `./name.js` found as `./name.ts`, and rooms (`#store`) found at their sources. Jest does all that for specs, but
 * loads its global set-up with Node's own import.
 */
import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const ownSource = (url) => url?.startsWith('file:') === true && !url.includes('/node_modules/');

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!ownSource(context.parentURL)) return nextResolve(specifier, context);
    if (/^\.{1,2}\/.*\.js$/.test(specifier)) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return nextResolve(source.href, context);
    }
    return nextResolve(specifier, { ...context, conditions: [...context.conditions, 'source'] });
  },
  load(url, context, nextLoad) {
    if (!ownSource(url) || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
