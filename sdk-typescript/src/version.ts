// SPDX-License-Identifier: Apache-2.0

/** This package's version; the same for the specification, the gateway and all four SDKs. */
export const VERSION = '0.1.0';
