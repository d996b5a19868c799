// SPDX-License-Identifier: Apache-2.0
/**
 * OpenAI's Java client with Ringside's customers, wallets, model refs, webhooks and typed errors.
 */
@NullMarked
package pro.fightclub.ringside;

import org.jspecify.annotations.NullMarked;
