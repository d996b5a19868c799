// SPDX-License-Identifier: Apache-2.0
/** The services on the client: one class for each noun. */
@NullMarked
package pro.fightclub.ringside.resources;

import org.jspecify.annotations.NullMarked;
