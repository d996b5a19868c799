// SPDX-License-Identifier: Apache-2.0
import { RingsideArgumentError } from './status-errors';

/** What `encodeURIComponent` escapes although RFC 3986 allows it in a segment; the host leaves these alone too. */
const ALLOWED = /%(?:24|26|2B|2C|3A|3B|3D|40)/g;

/**
 * A path whose values are percent-encoded, so that an external id may hold `/`, `?`, `#` or `%`.
 * Throws RingsideArgumentError for a value no URL can carry as one segment.
 */
export function path(fragments: TemplateStringsArray, ...values: readonly string[]): string {
  return fragments.reduce((text, fragment, index) => text + segment(values[index - 1]) + fragment);
}

function segment(value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new RingsideArgumentError('A path value must be a non-empty string: an empty one would call another route.');
  }
  // URL parsers resolve these two even when their dots are percent-encoded.
  if (value === '.' || value === '..') {
    throw new RingsideArgumentError(`"${value}" cannot be a path value; address the object as "ext:${value}".`);
  }
  try {
    return encodeURIComponent(value).replace(ALLOWED, decodeURIComponent);
  } catch (cause) {
    throw new RingsideArgumentError('A path value holds half a surrogate pair, which UTF-8 cannot carry.', { cause });
  }
}
