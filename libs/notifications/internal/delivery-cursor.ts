import { Failure } from '#kernel';
import type { DeliveryQuery, DeliveryRecord } from './webhook-deliveries.js';

const time = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque to callers, and distrusted when it comes back. */
export function deliveryCursor({ createdAtText, deliveryId }: DeliveryRecord): string {
  return Buffer.from(`${createdAtText}|${deliveryId}`).toString('base64url');
}

/** @throws Failure `invalid_cursor` */
export function readDeliveryCursor(cursor: string | null): DeliveryQuery['before'] {
  if (cursor === null) return null;
  const text = /^[A-Za-z0-9_-]{1,256}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  const [createdAt = '', deliveryId = '', ...others] = text.split('|');
  const isTime = time.test(createdAt) && !Number.isNaN(Date.parse(isoOf(createdAt)));
  if (!isTime || !uuid.test(deliveryId) || others.length > 0) {
    throw new Failure('invalid_cursor', 'The cursor is not one that this list handed out.');
  }
  return { createdAt, deliveryId };
}

function isoOf(databaseTime: string): string {
  return databaseTime.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}
