// SPDX-License-Identifier: Apache-2.0
/** Verifying, parsing and signing webhook deliveries; needs neither a client nor the network. */
@NullMarked
package pro.fightclub.ringside.webhooks;

import org.jspecify.annotations.NullMarked;
