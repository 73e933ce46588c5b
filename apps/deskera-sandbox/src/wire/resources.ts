import type { Org } from '../state/orgs.js';

/** `GET /v1/contacts`: made-up contacts, the same ones at every call. */
export function contactsOf(org: Org): object {
  return page([
    {
      id: `${org.id}-1`,
      name: 'Merlion Trading',
      code: 'C-0000001',
      type: ['CUSTOMER'],
      currencyCode: org.currency,
    },
    {
      id: `${org.id}-2`,
      name: 'Harbour Supplies',
      code: 'C-0000002',
      type: ['VENDOR'],
      currencyCode: org.currency,
    },
  ]);
}

/** `GET /v1/invoices/sales`: made-up sales invoices, the same ones at every call. */
export function salesInvoicesOf(org: Org): object {
  const invoice = { contactCode: 'C-0000001', currencyCode: org.currency, organisation: org.name };
  return page([
    {
      ...invoice,
      id: `${org.id}-101`,
      documentCode: 'INV-0000101',
      totalAmount: 1250,
      paymentStatus: 'OPEN',
    },
    {
      ...invoice,
      id: `${org.id}-102`,
      documentCode: 'INV-0000102',
      totalAmount: 80.5,
      paymentStatus: 'PAID',
    },
  ]);
}

function page(content: readonly object[]): object {
  return { content, totalElements: content.length, totalPages: 1, number: 0, size: content.length };
}
