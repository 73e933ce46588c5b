export const deliveryQueue = 'webhook-delivery';
