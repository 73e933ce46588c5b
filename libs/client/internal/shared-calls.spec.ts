import { describe, expect, it } from '@jest/globals';
import { SharedCalls, type SharedCall } from './shared-calls.js';

const key = { tenantId: 'acme', rest: ['x'] };

/** A call that the test ends itself. */
function controlled(): {
  readonly calls: SharedCall[];
  readonly start: (call: SharedCall) => Promise<string>;
  end: (index: number, how: string | Error) => void;
} {
  const calls: SharedCall[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  return {
    calls,
    start: (call) => {
      calls.push(call);
      const end = Promise.withResolvers<string>();
      ends.push(end);
      return end.promise;
    },
    end: (index, how) => {
      if (how instanceof Error) ends[index]?.reject(how);
      else ends[index]?.resolve(how);
    },
  };
}

describe('callers that want the same', () => {
  it('share one call, and its failure', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start, end } = controlled();
    const callers = [1, 2, 3].map(() => shared.join(key, start, undefined));
    const others = shared.join({ tenantId: 'acme', rest: ['y'] }, start, undefined);
    expect(calls).toHaveLength(2);
    end(0, new Error('no'));
    end(1, 'yes');
    expect(await Promise.allSettled(callers)).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ status: 'rejected' })),
    );
    expect(await others).toBe('yes');
  });

  it('begin anew once it has ended', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start, end } = controlled();
    const first = shared.join(key, start, undefined);
    end(0, 'first');
    await first;
    const second = shared.join(key, start, undefined);
    end(1, 'second');
    expect(await second).toBe('second');
    expect(calls).toHaveLength(2);
  });

  it('leave alone: the others get what they wait for', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start, end } = controlled();
    const leaving = new AbortController();
    const left = shared.join(key, start, leaving.signal);
    const stays = shared.join(key, start, new AbortController().signal);
    leaving.abort(new Error('bored'));
    await expect(left).rejects.toThrow('bored');
    expect(calls[0]?.signal.aborted).toBe(false);
    end(0, 'here');
    expect(await stays).toBe('here');
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  it('end the call when all have left, and the next one begins anew at once', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start, end } = controlled();
    const leaving = new AbortController();
    const left = [1, 2].map(() => shared.join(key, start, leaving.signal));
    leaving.abort(new Error('bored'));
    await Promise.allSettled(left);
    expect(calls[0]?.signal.aborted).toBe(true);
    const next = shared.join(key, start, undefined);
    end(0, new Error('aborted'));
    end(1, 'new');
    expect(await next).toBe('new');
  });

  it('that are gone before they came start nothing', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start } = controlled();
    await expect(shared.join(key, start, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(calls).toHaveLength(0);
  });

  it('join none that began before the tenant was forgotten', async () => {
    const shared = new SharedCalls<string>();
    const { calls, start, end } = controlled();
    const before = shared.join(key, start, undefined);
    expect(calls[0]?.isCurrent()).toBe(true);
    shared.forget('other');
    expect(calls[0]?.isCurrent()).toBe(true);
    shared.forget('acme');
    expect(calls[0]?.isCurrent()).toBe(false);
    const after = shared.join(key, start, undefined);
    end(0, 'old');
    end(1, 'new');
    expect(await before).toBe('old');
    expect(await after).toBe('new');
  });
});
