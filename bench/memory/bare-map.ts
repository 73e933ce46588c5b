/** What a cached token's memory is held against: a Map of the same strings. `bare-map.ts <count>`, filled by message. */
import { argv } from 'node:process';
import { randomTokenText, tenantOf } from '../stage/stored-tokens.js';

const strings = new Map<string, string>();

process.on('message', (question) => {
  if (question !== 'fill') return;
  const count = Number(argv[2]);
  for (let index = 0; index < count; index += 1) strings.set(tenantOf(index), randomTokenText());
  process.send?.(strings.size);
});
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));
