// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import com.openai.core.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.errors.RingsideErrors;
import pro.fightclub.ringside.errors.RingsideServiceException;

/** How an attempt ended: a response to hand on after a wait, or an exception. */
record Outcome(
    @Nullable HttpResponse response, @Nullable RingsideServiceException error, Duration pause) {

  boolean isExpiredToken() {
    return error != null && RingsideErrors.hasCode(error, "client_token_expired");
  }

  /** The response; throws the exception in its place. */
  HttpResponse get() {
    if (response == null) {
      throw error == null ? new IllegalStateException("an attempt without an outcome") : error;
    }
    return response;
  }
}
