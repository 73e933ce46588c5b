import { Failure } from '#kernel';

export function connectedElsewhere(): Failure {
  return new Failure(
    'org_connected_elsewhere',
    'This grant of the Deskera org is in use by another connection.',
  );
}

export function connectSuperseded(): Failure {
  return new Failure('connect_superseded', 'A newer connect or disconnect of this org came first.');
}
