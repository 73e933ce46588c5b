/** How trouble in delivering is told. */
export const deliveryTrouble = {
  passing: 'Webhooks were held up',
  passingLevel: 'debug',
  defect: 'Delivering webhooks failed.',
} as const;
