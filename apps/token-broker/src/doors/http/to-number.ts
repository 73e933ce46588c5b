import { Transform } from 'class-transformer';

/** Turns the digits of a query parameter into a number; what is none stays as it is, for the rules after it to refuse. */
export function ToNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}
