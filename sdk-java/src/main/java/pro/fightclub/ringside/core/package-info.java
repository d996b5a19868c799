// SPDX-License-Identifier: Apache-2.0
/** What results, parameters, pages and calls are made of; resources are generated on top of it. */
@NullMarked
package pro.fightclub.ringside.core;

import org.jspecify.annotations.NullMarked;
