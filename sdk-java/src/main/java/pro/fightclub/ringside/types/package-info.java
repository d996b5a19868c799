// SPDX-License-Identifier: Apache-2.0
/** What methods take and give: objects, parameters and texts with a meaning. */
@NullMarked
package pro.fightclub.ringside.types;

import org.jspecify.annotations.NullMarked;
