// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that has no type of its own: read its {@link #fields()}. Immutable and thread-safe. */
public final class UntypedObject extends ApiObject {
  /** Takes the fields as they travel. */
  public UntypedObject(Map<String, ? extends @Nullable Object> fields) {
    super(fields);
  }
}
