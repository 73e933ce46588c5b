import { describe, expect, it } from '@jest/globals';
import { repeatsAmong, type Sending } from './repeats.js';

const nobodyDied = (): null => null;

describe('a refresh token that is sent again', () => {
  it.each([
    ['while the first call is under way', null, 'in_flight'],
    ['before the first call has ended', { at: 250, outcome: 'fault_delay', answered: true }, 'in_flight'],
    ['after it was answered with a grant', { at: 150, outcome: 'succeeded', answered: true }, 'in_hand'],
    ['after a late grant', { at: 150, outcome: 'fault_delay', answered: true }, 'in_hand'],
    [
      'after its answer was lost',
      { at: 150, outcome: 'fault_lost_answer', answered: false },
      'after_unknown',
    ],
    ['after the caller gave up', { at: 150, outcome: 'fault_delay', answered: false }, 'after_unknown'],
    ['after a 503', { at: 150, outcome: 'fault_status', answered: true }, 'after_unknown'],
    ['after it was refused', { at: 150, outcome: 'refused', answered: true }, 'after_no'],
  ])('%s', (_when, end, kind) => {
    expect(repeatsAmong([sending(100, end), sending(200, null)], nobodyDied)).toMatchObject([{ kind }]);
  });

  it.each([
    ['was under way', null],
    ['had its answer', { at: 150, outcome: 'succeeded', answered: true }],
  ])('after the death of the process whose call %s', (_what, end) => {
    const repeats = repeatsAmong([sending(100, end, 'dead'), sending(200, null)], (name) =>
      name === 'dead' ? 180 : null,
    );
    expect(repeats).toMatchObject([{ kind: 'after_unknown' }]);
  });

  it('with an answer in a spool, after the death of the process whose call had it', () => {
    const first = sending(100, { at: 150, outcome: 'succeeded', answered: true }, 'dead');
    const repeats = repeatsAmong(
      [first, sending(200, null)],
      (name) => (name === 'dead' ? 180 : null),
      (each) => each === first,
    );
    expect(repeats).toMatchObject([{ kind: 'in_hand' }]);
  });

  it('is judged by the worst of those before', () => {
    const lost = { at: 120, outcome: 'fault_reset', answered: false };
    const repeats = repeatsAmong([sending(100, lost), sending(150, null), sending(200, null)], nobodyDied);
    expect(repeats.map(({ kind }) => kind)).toEqual(['after_unknown', 'in_flight']);
  });

  it('is another one where the number differs', () => {
    expect(repeatsAmong([sending(100, null), { ...sending(200, null), number: 4 }], nobodyDied)).toEqual([]);
  });
});

function sending(at: number, end: Sending['end'], caller = 'a'): Sending {
  return { caller, grantId: 'grant', orgId: '1', number: 2, at, end };
}
