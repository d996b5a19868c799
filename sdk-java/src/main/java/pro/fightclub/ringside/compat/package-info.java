// SPDX-License-Identifier: Apache-2.0
/**
 * The only code that touches how OpenAI's client works inside. Not part of the public interface.
 */
@NullMarked
package pro.fightclub.ringside.compat;

import org.jspecify.annotations.NullMarked;
