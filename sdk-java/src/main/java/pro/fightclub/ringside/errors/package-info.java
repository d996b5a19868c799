// SPDX-License-Identifier: Apache-2.0
/** One class for each documented error code, below one for each status. */
@NullMarked
package pro.fightclub.ringside.errors;

import org.jspecify.annotations.NullMarked;
