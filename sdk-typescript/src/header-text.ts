// SPDX-License-Identifier: Apache-2.0

/** What an HTTP header carries unharmed: visible ASCII and inner blanks. */
const HEADER_TEXT = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

export function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && HEADER_TEXT.test(value);
}
