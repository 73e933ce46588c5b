import { describe, expect, it } from '@jest/globals';
import type { ConnectionRecord } from '#connections';
import { sampleNow, sampleOptions, sampleRecord, sampleTime } from '#tokens/testing';
import { nextDueAt, nextTryAt, refreshDueAt, upkeepStep, type UpkeepStep } from './due.js';

const options = sampleOptions();
const secondsFromNow = (time: Date | null) =>
  time === null ? null : (time.getTime() - sampleNow.getTime()) / 1_000;

describe('when the refresh token has to be traded', () => {
  it.each<[string, Partial<ConnectionRecord>, number | null]>([
    ['the margin before the expiry', {}, 2_700],
    ['at most ¾ of a short life before it', { tokenLifeSeconds: 100, expiresAt: sampleTime(60) }, -15],
    ['at once where the token is bad', { badSince: sampleTime(-5) }, -5],
    ['before the refresh token itself ages away', { refreshTokenExpiresAt: sampleTime(1_000) }, 600],
    ['once in a while, where no expiry is known', { expiresAt: null, tokenLifeSeconds: null }, 604_200],
    ['never, where nothing is stored', { issuedAt: null }, null],
  ])('%s', (_what, record, seconds) => {
    expect(secondsFromNow(refreshDueAt(sampleRecord(record), options))).toBe(seconds);
  });
});

describe('when a sweep looks again', () => {
  it.each<[string, Partial<ConnectionRecord>, number, number]>([
    [
      'after a check interval, less a tenth at the earliest',
      { expiresAt: null, tokenLifeSeconds: null },
      0,
      810,
    ],
    [
      'after a check interval, and a tenth at the latest',
      { expiresAt: null, tokenLifeSeconds: null },
      1,
      990,
    ],
    ['when the refresh is due, if that is earlier', { expiresAt: sampleTime(400) }, 0.5, 100],
    ['not in the very same moment', { expiresAt: sampleTime(-400) }, 0.5, 1],
    [
      'not before the refresh may be sent',
      { expiresAt: sampleTime(400), notBefore: sampleTime(200) },
      0.5,
      200,
    ],
    [
      'for a check, where the refresh has to wait for longer',
      { expiresAt: sampleTime(400), notBefore: sampleTime(5_000) },
      0.5,
      900,
    ],
  ])('after a good answer: %s', (_what, record, random, seconds) => {
    expect(secondsFromNow(nextDueAt(sampleRecord(record), options, sampleNow, random))).toBeCloseTo(
      seconds,
      3,
    );
  });

  it.each<[string, Partial<ConnectionRecord>, number, number]>([
    ['spread over a check interval, while the token is good', {}, 0.5, 452],
    ['but not past its expiry', { expiresAt: sampleTime(100) }, 0.5, 100],
    ['at once, where it is expired', { expiresAt: sampleTime(-1) }, 0.5, 4],
    ['at once, where it is bad', { badSince: sampleTime(-1) }, 0, 2],
    ['not before Deskera may be asked', { badSince: sampleTime(-1), notBefore: sampleTime(50) }, 0, 50],
  ])('after no answer: %s', (_what, record, random, seconds) => {
    expect(secondsFromNow(nextTryAt(sampleRecord(record), options, sampleNow, random))).toBeCloseTo(
      seconds,
      3,
    );
  });
});

describe('what a sweep does with a connection that is due', () => {
  it.each<[string, Partial<ConnectionRecord>, UpkeepStep]>([
    ['checks one that is good', {}, 'check'],
    ['refreshes one whose expiry comes near', { expiresAt: sampleTime(299) }, 'refresh'],
    [
      'checks one whose refresh has to wait still',
      { expiresAt: sampleTime(299), notBefore: sampleTime(1) },
      'check',
    ],
    ['refreshes it once it may', { expiresAt: sampleTime(299), notBefore: sampleTime(0) }, 'refresh'],
    [
      'does not check one that is bad, whatever its refresh waits for',
      { badSince: sampleTime(-1), notBefore: sampleTime(60) },
      'refresh',
    ],
    [
      'refreshes one that was issued at a time still to come: how old it is nobody knows',
      { issuedAt: sampleTime(100), expiresAt: sampleTime(3_700) },
      'refresh',
    ],
    ['refreshes one that is bad', { badSince: sampleTime(-1) }, 'refresh'],
    [
      'leaves one alone that must be reconnected',
      { status: 'reconnect_required', statusSince: sampleTime(-604_799) },
      'nothing',
    ],
    [
      'erases it after a week',
      { status: 'reconnect_required', statusSince: sampleTime(-604_800) },
      'erase_credentials',
    ],
    ['ends one that nobody activated', { status: 'awaiting_activation' }, 'expire_activation'],
    ['leaves a disconnected one alone', { status: 'disconnected' }, 'nothing'],
  ])('%s', (_what, record, step) => {
    expect(upkeepStep(sampleRecord(record), options, sampleNow)).toBe(step);
  });
});
