export { FakeGate } from './fake-gate.js';
export { FakeDeskera, type FakeCall, type FakeOperation } from './fake-deskera.js';
export { grantOf, type FakeGrantOptions, type FakeOrg } from './fake-grants.js';
export { fakeToken, type FakeClaims } from './fake-token.js';
export { HeldCall } from './held-call.js';
export { declined, granted, ourFault, passing, refused } from './outcomes.js';
