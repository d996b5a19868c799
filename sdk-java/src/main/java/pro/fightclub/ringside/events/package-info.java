// SPDX-License-Identifier: Apache-2.0
/** Webhook events: one class for each type. */
@NullMarked
package pro.fightclub.ringside.events;

import org.jspecify.annotations.NullMarked;
