/** The NOTIFY channel that hastens the polls of the other replicas. */
export const changeChannel = 'broker_change';
