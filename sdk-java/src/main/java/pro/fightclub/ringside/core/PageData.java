// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The envelope of one page as the gateway sent it. Immutable and thread-safe. */
public final class PageData<T> extends ApiObject {
  private final List<T> data;

  /** Takes the envelope, and how an item is made of its fields. */
  public PageData(
      Map<String, @Nullable Object> fields, Function<Map<String, @Nullable Object>, T> item) {
    super(fields);
    data = required("data", Values.list(Values.object(item)));
  }

  /** The items of this page. */
  public List<T> data() {
    return data;
  }

  /** Whether more items follow. */
  public boolean hasMore() {
    return optional("has_more", Values::bool).orElse(false);
  }

  /** What to ask the next page after. */
  public Optional<String> nextCursor() {
    return optional("next_cursor", Values::string);
  }

  /** The id of the first item. */
  public Optional<String> firstId() {
    return optional("first_id", Values::string);
  }

  /** The id of the last item. */
  public Optional<String> lastId() {
    return optional("last_id", Values::string);
  }
}
