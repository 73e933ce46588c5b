import { setTimeout as wait } from 'node:timers/promises';
import type { TokensService } from '../writes/tokens-service.js';

const pauseMilliseconds = 5;

/**
 * One caller who asks for one tenant's token after the other, for as long as the work goes on.
 * @param tenants the prefix of their names, and how many there are
 * @throws where one got no good token
 */
export async function readingMeanwhile<Result>(
  service: TokensService,
  tenants: { readonly prefix: string; readonly count: number },
  work: Promise<Result>,
): Promise<Result> {
  let isOver = false;
  const readOn = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      const tenantId = `${tenants.prefix}${String(turn % tenants.count)}`;
      if (!(await service.read(tenantId, 0))) throw new Error(`${tenantId} got no good token.`);
      await wait(pauseMilliseconds);
    }
  };
  const ended = work.finally(() => {
    isOver = true;
  });
  const [result] = await Promise.all([ended, readOn()]);
  return result;
}
