// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.AutoPager;
import com.openai.core.Page;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** One page of a list, and the way to the others. Immutable and thread-safe. */
public final class CursorPage<T> implements Page<T> {
  private final Caller caller;
  private final PageCall<T> call;
  private final PageData<T> data;

  CursorPage(Caller caller, PageCall<T> call, PageData<T> data) {
    this.caller = caller;
    this.call = call;
    this.data = data;
  }

  /** The items of this page. An empty page may have others behind it. */
  @Override
  public List<T> items() {
    return data.data();
  }

  @Override
  public boolean hasNextPage() {
    return call.next(data).isPresent();
  }

  /** What the next page is asked for with. */
  public Optional<String> nextCursor() {
    return call.next(data);
  }

  /** The envelope as it was sent. */
  public PageData<T> data() {
    return data;
  }

  /**
   * Fetches the next page with the same filters and options. Blocks. OpenAIInvalidDataException
   * when the gateway hands out a cursor twice; NoSuchElementException behind the last page.
   */
  @Override
  public CursorPage<T> nextPage() {
    String cursor = call.next(data).orElseThrow(() -> new NoSuchElementException("no next page"));
    PageCall<T> next = call.following(cursor);
    return new CursorPage<>(caller, next, caller.send(next.call(), next.options()));
  }

  /** All items from here on; further pages are fetched as the iteration reaches them. */
  public AutoPager<T> autoPager() {
    return AutoPager.Companion.from(this);
  }

  @Override
  public String toString() {
    return "CursorPage{items=" + items() + ", hasNextPage=" + hasNextPage() + "}";
  }
}
