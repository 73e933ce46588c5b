/**
 * JSON in ASCII, without the three characters that could end up as `-` or `_` in base64url: Deskera's Java sample
 * reads the payload with a plain base64 decoder, and its Node sample reads it as ASCII.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[>?~\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
