// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.AutoPagerAsync;
import com.openai.core.PageAsync;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One page of a list, and the way to the others without blocking. Immutable and thread-safe. */
public final class CursorPageAsync<T> implements PageAsync<T> {
  private final Caller caller;
  private final PageCall<T> call;
  private final PageData<T> data;

  CursorPageAsync(Caller caller, PageCall<T> call, PageData<T> data) {
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

  /** As {@link CursorPage#nextPage()}; its exceptions come through the future. */
  @Override
  public CompletableFuture<CursorPageAsync<T>> nextPage() {
    try {
      String cursor = call.next(data).orElseThrow(() -> new NoSuchElementException("no next page"));
      PageCall<T> next = call.following(cursor);
      return caller
          .sendAsync(next.call(), next.options())
          .thenApply(found -> new CursorPageAsync<>(caller, next, found));
    } catch (RuntimeException cause) {
      return CompletableFuture.failedFuture(cause);
    }
  }

  /** All items from here on; further pages are fetched as the subscriber takes them. */
  public AutoPagerAsync<T> autoPager() {
    return AutoPagerAsync.Companion.from(this, caller.streamExecutor());
  }

  @Override
  public String toString() {
    return "CursorPageAsync{items=" + items() + ", hasNextPage=" + hasNextPage() + "}";
  }
}
