// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.errors.OpenAIInvalidDataException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The call that brought a page, the options it was made with and the cursors used on the way. */
record PageCall<T>(Call<PageData<T>> call, CallOptions options, Set<String> seen) {

  PageCall(Call<PageData<T>> call, CallOptions options) {
    this(call, options, Set.of());
  }

  /** The cursor of the page behind this one; empty on the last. */
  Optional<String> next(PageData<T> page) {
    if (!page.hasMore()) {
      return Optional.empty();
    }
    // An empty cursor would ask for the first page again.
    return (backwards() ? page.firstId() : page.nextCursor()).filter(cursor -> !cursor.isEmpty());
  }

  /**
   * The call for the page behind that cursor; OpenAIInvalidDataException when it was used before.
   */
  PageCall<T> following(String cursor) {
    Map<String, @Nullable Object> query = new LinkedHashMap<>(call.query());
    Set<String> used = new HashSet<>(seen);
    Object current = query.put(backwards() ? "before" : "after", cursor);
    if (current != null) {
      used.add(current.toString());
    }
    if (used.contains(cursor)) {
      throw new OpenAIInvalidDataException(
          "The list repeats itself: cursor \"" + cursor + "\" was handed out twice.");
    }
    return new PageCall<>(call.withQuery(query), options, used);
  }

  private boolean backwards() {
    return call.query().get("before") != null;
  }
}
